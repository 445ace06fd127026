"""`mailferry lint`: validates account, provider and theme files."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from mailferry.cli.opening import json_option, open_workspace
from mailferry.cli.output import data, data_json, words


@click.command("lint")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--online", is_flag=True, help="Also ask whether the pages that provider files name are there.")
@json_option
@click.pass_context
def command(context: click.Context, files: tuple[Path, ...], online: bool, as_json: bool) -> None:
    """Validate FILEs, or everything: own accounts, providers, themes and settings, and all shipped files."""
    from mailferry.linting import lint

    workspace = open_workspace(context)
    for file in files:
        if not file.exists():
            raise click.UsageError(f"{file}: there is no such file")
    count, problems = lint(workspace, files)
    if online:
        import asyncio

        from mailferry.cli.asking import announcing
        from mailferry.linting import lint_links

        dead, unknown = asyncio.run(lint_links(workspace, files, announcing()))
        problems += dead
        for sentence in unknown:
            words(f"not known: {sentence}")
    if as_json:
        data_json([msgspec.structs.asdict(problem) for problem in problems])
    else:
        for problem in problems:
            data(str(problem))
    files_word = "file" if count == 1 else "files"
    words(f"{count} {files_word}, {len(problems)} {'problem' if len(problems) == 1 else 'problems'}")
    context.exit(1 if problems else 0)

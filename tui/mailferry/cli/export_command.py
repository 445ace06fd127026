"""`mailferry export`: a configuration profile or set-up instructions for the iPhone."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mailferry.cli.opening import accounts_argument, chosen, open_workspace
from mailferry.cli.output import paragraph, words


@click.command("export")
@accounts_argument
@click.option("--person", help="All accounts of one person.")
@click.option(
    "--as",
    "form",
    type=click.Choice(["profile", "markdown", "text"]),
    required=True,
    help="profile: a .mobileconfig file; markdown, text: instructions to read.",
)
@click.option("--output", type=click.Path(path_type=Path), help="File to write, or a folder to write into.")
@click.option("--ios", type=int, help="iOS version of the phone: 15, 16, 17, 18 or 26 (26).")
@click.option("--lang", help="Language of the instructions: en.")
@click.pass_context
def command(
    context: click.Context,
    accounts: tuple[str, ...],
    person: str | None,
    form: str,
    output: Path | None,
    ios: int | None,
    lang: str | None,
) -> None:
    """Write an iPhone profile or instructions for accounts; several make one document."""
    from mailferry.exporting import NotExportableError, export_profile, export_sheet, save_export

    workspace = open_workspace(context)
    readable, broken = chosen(workspace, accounts, person=person)
    if not readable:
        if broken:
            context.exit(2)
        raise click.UsageError("there is no account to export; mailferry add ADDRESS makes one")
    entries = [entry for entry, _ in readable]
    try:
        if form == "profile":
            export = export_profile(workspace, entries, person=person)
        else:
            export = export_sheet(
                workspace,
                entries,
                "text" if form == "text" else "markdown",
                person=person,
                ios=ios,
                lang=lang,
            )
    except NotExportableError as error:
        words("\n".join(paragraph(line) for line in str(error).splitlines()))
        if len(entries) > 1:
            words("Nothing was written; name the accounts that can be exported together.")
        context.exit(1)
    for warning in export.warnings:
        words(paragraph(f"warning: {warning}"))
    if output is not None:
        words(f"wrote {save_export(export, output)}")
    elif form == "profile" and sys.stdout.isatty():
        raise click.UsageError(f"name a file with --output, such as {export.file_name}")
    else:
        sys.stdout.buffer.write(export.content)
    context.exit(2 if broken else 0)

"""`mailferry providers`: the catalogue, one provider of it, what its owner publishes, and reading that."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from mailferry.cli.opening import json_option, open_workspace
from mailferry.cli.output import (
    data,
    data_json,
    paragraph,
    words,
)
from mailferry.model.provider import Status
from mailferry.model.visible import visible

if TYPE_CHECKING:
    from mailferry.catalog.catalogue import Catalogue
    from mailferry.publishing import Form
    from mailferry.workspace import Workspace


def _complete(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    return [each for each in open_workspace(context).catalogue.ids() if each.startswith(incomplete)]


@click.command("providers")
@click.argument("word", metavar="[ID or WORD]", required=False, shell_complete=_complete)
@click.option("--status", type=click.Choice(get_args(Status)), help="List those with this status only.")
@click.option(
    "--as",
    "form",
    type=click.Choice(["autoconfig", "dns", "pacc"]),
    help="Print what the owner of the provider's domains publishes.",
)
@click.option("--output", type=click.Path(path_type=Path), help="With --as: file to write.")
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path),
    metavar="FILE.xml",
    help="Make provider ID of your own from an autoconfig file.",
)
@click.option("--force", is_flag=True, help="With --from: replace the provider, if it is there.")
@json_option
@click.pass_context
def command(
    context: click.Context,
    word: str | None,
    status: Status | None,
    form: Form | None,
    output: Path | None,
    source: Path | None,
    force: bool,
    as_json: bool,
) -> None:
    """List the providers, those that a WORD finds (in id, name or domains), or show the one with that ID."""
    _check_usage(word, status=status, form=form, output=output, source=source, force=force, as_json=as_json)
    workspace = open_workspace(context)
    catalogue = workspace.catalogue
    if source is not None:
        assert word is not None, "usage was checked"
        _read(workspace, word, source, force, as_json)
    elif form is not None:
        assert word is not None, "usage was checked"
        _publish(context, workspace, word, form, output)
    elif word is not None and word in catalogue.ids():
        _show(catalogue, word, as_json)
    else:
        from mailferry.cli.provider_list import show_list

        context.exit(show_list(catalogue, word, status, as_json))


def _check_usage(
    word: str | None,
    *,
    status: str | None,
    form: str | None,
    output: Path | None,
    source: Path | None,
    force: bool,
    as_json: bool,
) -> None:
    if word is None and (form is not None or source is not None):
        raise click.UsageError(f"--{'from' if form is None else 'as'} needs the ID of a provider before it")
    if output is not None and form is None:
        raise click.UsageError("--output goes with --as only")
    if force and source is None:
        raise click.UsageError("--force goes with --from only")
    if form is not None and (source is not None or as_json):
        raise click.UsageError(f"--as and {'--json' if as_json else '--from'} exclude each other")
    if status is not None and (form is not None or source is not None):
        raise click.UsageError("--status is for the list only")


def _show(catalogue: Catalogue, provider_id: str, as_json: bool) -> None:
    provider = catalogue.need(provider_id)
    if as_json:
        import msgspec

        data_json({"id": provider_id, **msgspec.to_builtins(provider)})
        return
    if provider.status != "active" or provider.notice:
        status = "" if provider.status == "active" else f" ({provider.status})"
        successor = f" See {provider.successor}." if provider.successor else ""
        words(paragraph(f"{provider.name}{status}: {provider.notice or ''}{successor}".rstrip(": ")))
        words("")
    data(catalogue.text(provider_id).rstrip("\n"))


def _publish(
    context: click.Context, workspace: Workspace, provider_id: str, form: Form, output: Path | None
) -> None:
    from mailferry.publishing import NotPublishableError, publication

    try:
        published = publication(workspace, provider_id, form)
    except NotPublishableError as error:
        words(paragraph(str(error)))
        context.exit(1)
    if output is None:
        # Exact for a file or a program, harmless for a terminal.
        click.echo(
            visible(published.text, keep_lines=True) if sys.stdout.isatty() else published.text, nl=False
        )
    else:
        from mailferry.store.files import write_atomically

        write_atomically(output, published.text.encode())
        words(f"wrote {output}")
    for sentence in published.guidance:
        words(sentence if sentence.startswith(" ") else paragraph(sentence))


def _read(workspace: Workspace, provider_id: str, source: Path, force: bool, as_json: bool) -> None:
    from mailferry.catalog.formats.autoconfig_xml import read_autoconfig
    from mailferry.editing import Editor
    from mailferry.own_providers import overridden
    from mailferry.store.files import read_bytes

    content = read_bytes(source)
    Editor(workspace).read_autoconfig(provider_id, content, str(source), replace=force)
    remarks = read_autoconfig(content, str(source)).remarks
    path = workspace.home.providers / f"{provider_id}.toml"
    if as_json:
        data_json({"provider": provider_id, "file": str(path), "remarks": remarks})
    else:
        data(str(path))
    for sentence in (*overridden(workspace, provider_id), *remarks):
        words(paragraph(sentence))

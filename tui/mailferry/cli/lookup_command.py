"""`mailferry lookup`: the recommendation for an address, with its evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import click
import msgspec

from mailferry.cli.opening import json_option, open_workspace
from mailferry.cli.output import data, data_json, paragraph, show_problems, words
from mailferry.discovering import evidence_of_tests
from mailferry.model.address import parse_address, pasted_address
from mailferry.model.recommendation import Recommendation, RecommendedServer, SourceAnswer
from mailferry.workspace import Workspace


@click.command("lookup")
@click.argument("address")
@click.option("--offline", is_flag=True, help="Ask no host; use own and shipped provider files only.")
@click.option("--guess", is_flag=True, help="If nobody names servers, try the usual names.")
@click.option("--save", is_flag=True, help="Make a provider file of your own of what is found.")
@json_option
@click.pass_context
def command(
    context: click.Context, address: str, offline: bool, guess: bool, save: bool, as_json: bool
) -> None:
    """Find the recommended settings of ADDRESS, and say where they come from.

    Own and shipped provider files are looked through first; then the name server, the domain itself and the
    mail provider database are asked, each host named before. No password is needed or sent.
    """
    if offline and (guess or save):
        raise click.UsageError(f"--offline asks nobody, so --{'guess' if guess else 'save'} has no use there")
    workspace, address = open_workspace(context), pasted_address(address)
    stopped = False
    if offline:
        found = _with_tests(workspace, workspace.look_up(address))
    else:
        from mailferry.cli.asking import look_up_online

        found, stopped = look_up_online(workspace, address, guess=guess)
    show_problems(workspace.catalogue.problems())
    if found.how == "none":
        suggest_domain(workspace, address)
    if as_json:
        data_json(as_document(found, online=not offline))
    else:
        from mailferry.cli.recommendation_lines import show

        show(found)
    if save and not stopped:
        _save(workspace, found, words if as_json else data)
    if stopped:
        from mailferry.cli.asking import STOPPED

        words("mailferry: stopped; this is what had been answered")
        context.exit(STOPPED)
    context.exit(1 if found.how == "none" else 0)


def suggest_domain(workspace: Workspace, address: str) -> bool:
    """Name the listed domain that an unknown one looks like; whether there is one."""
    from mailferry.catalog.lookup import nearest_domain

    parsed = parse_address(address)
    near = nearest_domain(workspace.catalogue, parsed.domain)
    if near is not None:
        words(f"Did you mean {parsed.local}@{near}?")
    return near is not None


def as_document(found: Recommendation, *, online: bool) -> dict[str, Any]:
    """The JSON of a look-up; `sources` stand in it only when they were asked."""
    document = {
        "address": found.address,
        "provider": found.provider,
        "name": found.name,
        "how": found.how,
        "incoming": _servers(found.incoming),
        "outgoing": _servers(found.outgoing),
        "sign_in": {
            "app_password": found.sign_in.app_password,
            "app_password_url": found.sign_in.app_password_url,
            "oauth2": found.sign_in.oauth2,
            "before": found.sign_in.before,
        },
        "iphone": {"add_account": found.iphone.add_account, "payload": found.iphone.payload},
        "evidence": [
            *({"source": each.source, "url": each.url, "read": each.read} for each in found.evidence),
            *(
                {"source": remark, "url": None, "read": tested.read}
                for tested in found.sources
                if tested.source == "tested"
                for remark in tested.remarks
            ),
        ],
        "warnings": found.warnings,
    }
    return {**document, "sources": list(map(_source, found.sources))} if online else document


def _with_tests(workspace: Workspace, found: Recommendation) -> Recommendation:
    """The recommendation with what tests on this machine have proven."""
    tested = evidence_of_tests(workspace, found.address)
    return found if tested is None else msgspec.structs.replace(found, sources=(*found.sources, tested))


def _save(workspace: Workspace, found: Recommendation, say: Callable[[str], None]) -> None:
    from mailferry.catalog.own_file import NothingToSaveError
    from mailferry.editing import Editor

    try:
        provider_id = Editor(workspace).keep_found(found)
    except NothingToSaveError as error:
        words(paragraph(str(error)))
    else:
        say(f"Saved as {workspace.home.providers / f'{provider_id}.toml'}")


def _source(answer: SourceAnswer) -> dict[str, Any]:
    return {
        "source": answer.source,
        "ok": answer.ok,
        "error": answer.error,
        "incoming": _servers(answer.incoming),
        "outgoing": _servers(answer.outgoing),
        "asked": answer.asked,
        "remarks": answer.remarks,
        "seconds": round(answer.seconds, 3),
        "read": answer.read,
    }


def _servers(servers: Iterable[RecommendedServer]) -> list[dict[str, Any]]:
    return [
        {
            "protocol": server.protocol,
            "host": server.host,
            "port": server.port,
            "security": server.security,
            "username": server.username,
            "auth": server.auth,
        }
        for server in servers
    ]

"""`mailferry pin`: writes the fingerprint of the certificate that the last check saw into the account."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from mailferry.cli.opening import account_argument, open_workspace
from mailferry.cli.output import data, paragraph, words
from mailferry.model.problem import InvalidFileError

if TYPE_CHECKING:
    from mailferry.model.account import Role
    from mailferry.model.check import Certificate, ServerCheck
    from mailferry.workspace import AccountEntry, Workspace


@click.command("pin")
@account_argument
@click.option("--outgoing", is_flag=True, help="The server for sending, not the one for reading.")
@click.option("--yes", is_flag=True, help="Do not ask; needed without a terminal.")
@click.pass_context
def command(context: click.Context, account: str, outgoing: bool, yes: bool) -> None:
    """Accept one certificate that nobody vouches for: the one that the last check of ACCOUNT saw.

    For a server of one's own, or a bridge on this computer. Subject, issuer and fingerprint are shown first,
    then the difference.
    """
    from mailferry.advice.pinning import meaning, pin, why_pinned
    from mailferry.editing import Editor

    workspace = open_workspace(context)
    entry = workspace.find(account)
    role: Role = "outgoing" if outgoing else "incoming"
    server = _last_check(workspace, entry, role)
    if server is None or why_pinned(server) is None:
        words(paragraph(f"{entry.id}: {_refusal(entry, role, server)}", hang=2))
        context.exit(1)
    assert server.certificate is not None, "what can be pinned has one"
    _show(server, server.certificate)
    words(paragraph(meaning(server)))
    if not yes and not sys.stdin.isatty():
        raise click.UsageError("nothing was pinned: without a terminal to ask on, --yes is needed")
    if not yes and not click.confirm("Pin it?", err=True):
        words("Nothing was pinned.")
        context.exit(1)
    editor = Editor(workspace)
    proposal = editor.propose_fixes(entry, [pin(server)])
    editor.apply([proposal], f"pin the {server.role} certificate of {entry.id}")
    data(proposal.diff())


def _last_check(workspace: Workspace, entry: AccountEntry, role: Role) -> ServerCheck | None:
    from mailferry.checking import last_server_check

    if entry.value is None:
        raise InvalidFileError(entry.problems)
    return last_server_check(workspace, entry.id, entry.value, role)


def _refusal(entry: AccountEntry, role: Role, server: ServerCheck | None) -> str:
    """Why there is nothing to pin."""
    if server is None:
        return (
            f"the {role} server was not checked with these settings yet; mailferry check {entry.id} tests it."
        )
    if server.ok:
        return f"the last check of the {role} server passed, so there is nothing to pin."
    return (
        f"the last check of the {role} server failed for a reason that no pinned certificate mends:"
        f" {server.cause}."
    )


def _show(server: ServerCheck, certificate: Certificate) -> None:
    from mailferry.advice.pinning import why_pinned

    words(f"{server.protocol.upper()}  {server.host}:{server.port}")
    words(paragraph(f"subject      {certificate.subject}", hang=13))
    words(paragraph(f"names        {', '.join(certificate.names) or 'none'}", hang=13))
    words(paragraph(f"issuer       {certificate.issuer}", hang=13))
    words(f"fingerprint  {certificate.fingerprint}")
    words(paragraph(why_pinned(server) or ""))

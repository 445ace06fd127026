"""`mailferry add`: creates an account file."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from mailferry.cli.lookup_command import suggest_domain
from mailferry.cli.opening import json_option, open_workspace
from mailferry.cli.output import data, data_json, paragraph, words
from mailferry.cli.server_options import (
    AUTH_METHODS,
    SECURITIES,
    Place,
    asked_security,
    server_place,
    stated,
)
from mailferry.model.address import parse_address, pasted_address

if TYPE_CHECKING:
    from mailferry.model.account import Account, Role
    from mailferry.model.recommendation import Recommendation
    from mailferry.workspace import Workspace


@click.command("add")
@click.argument("address")
@click.option("--person", help="Whose account it is.")
@click.option("--label", help="What mailferry and the phone call it.")
@click.option("--provider", help="Follow this provider instead of the one found from the address.")
@click.option("--protocol", type=click.Choice(["imap", "pop3"]), help="How mail is read.")
@click.option("--incoming", metavar="HOST[:PORT]", callback=server_place, help="The server to read from.")
@click.option("--outgoing", metavar="HOST[:PORT]", callback=server_place, help="The server to send through.")
@click.option("--incoming-security", type=click.Choice(SECURITIES), help="Where its port does not tell.")
@click.option("--outgoing-security", type=click.Choice(SECURITIES), help="Where its port does not tell.")
@click.option("--username", help="The name to sign in with at both servers.")
@click.option("--auth", type=click.Choice(AUTH_METHODS), help="How to sign in at both servers (password).")
@click.option("--online", is_flag=True, help="If no provider file lists the domain, ask as lookup does.")
@click.option("--guess", is_flag=True, help="With --online: if nobody names servers, try the usual names.")
@click.option("--anyway", is_flag=True, help="Add an address even if it looks like one of another domain.")
@json_option
@click.pass_context
def command(
    context: click.Context,
    address: str,
    person: str | None,
    label: str | None,
    provider: str | None,
    protocol: str | None,
    incoming: Place | None,
    outgoing: Place | None,
    incoming_security: str | None,
    outgoing_security: str | None,
    username: str | None,
    auth: str | None,
    online: bool,
    guess: bool,
    anyway: bool,
    as_json: bool,
) -> None:
    """Create an account for ADDRESS. What the file leaves out follows the provider's recommendation."""
    from mailferry.editing import Editor

    if guess and not online:
        raise click.UsageError("--guess asks hosts; add --online")
    if online and provider is not None:
        raise click.UsageError("--provider and --online exclude each other: the provider is known already")
    workspace, address = open_workspace(context), pasted_address(address)
    editor = Editor(workspace)
    editor.check_new(address, label=label)
    if not anyway and not _is_meant(workspace, address, asked_for=provider is not None):
        context.exit(1)
    found = _discovered(context, workspace, address, guess) if online else None
    recommended = found or (workspace.look_up(address) if provider is None else None)
    nobody_knows = recommended is not None and recommended.how == "none"
    typed: dict[Role, tuple[Place | None, str | None]] = {
        "incoming": (incoming, incoming_security),
        "outgoing": (outgoing, outgoing_security),
    }
    own = stated(
        protocol,
        incoming,
        outgoing,
        securities={
            role: asked_security(place, security) if nobody_knows else security
            for role, (place, security) in typed.items()
        },
        username=username,
        auth=auth,
    )
    entry = editor.add(address, person=person, label=label, provider=provider, found=found, stated=own)
    assert entry.value is not None, "what we write is valid"
    recommendation = workspace.recommendation(entry.value)
    if as_json:
        data_json(
            {
                "account": entry.id,
                "address": entry.value.address,
                "provider": recommendation.provider,
                "file": str(entry.path),
            }
        )
    else:
        data(str(entry.path))
    if recommendation.how == "none":
        _say_unknown(entry.value, recommendation, asked=found is not None)
    else:
        words(f"{entry.value.address} follows {recommendation.name} ({recommendation.provider}).")
    told = found or recommendation
    for warning in told.warnings if told.how != "none" or found is not None else ():
        words(paragraph(f"Note: {warning}", hang=2))
    if found is not None and found.choice:
        words(paragraph(found.choice))
    if found is not None and found.provider is None and found.how != "none":
        words(f"Its servers stand in {workspace.home.providers / f'{recommendation.provider}.toml'}")


def _usual(paths: tuple[str, ...]) -> str:
    return " The user name is usually the address." if any("username" in path for path in paths) else ""


def _is_meant(workspace: Workspace, address: str, *, asked_for: bool) -> bool:
    """Whether an address is really to be added, though its domain may be another one mistyped.

    On a terminal the user says; without one it is only said. Raises UsageError for a domain that is written
    to be taken for another.
    """
    from mailferry.catalog.lookalike import look_alike

    warning = look_alike(parse_address(address).domain, workspace.catalogue)
    if warning is not None:
        raise click.UsageError(f"{warning} No account was made; --anyway makes it all the same.")
    if asked_for or workspace.look_up(address).how != "none" or not suggest_domain(workspace, address):
        return True
    if not sys.stdin.isatty():
        return True
    if click.confirm(f"Add {parse_address(address)} all the same?", err=True):
        return True
    words("No account was made.")
    return False


def _discovered(
    context: click.Context, workspace: Workspace, address: str, guess: bool
) -> Recommendation | None:
    """What asking gives for a domain nobody lists; None where nobody needs to be asked."""
    if workspace.look_up(address).how != "none":
        return None
    from mailferry.cli.asking import STOPPED, look_up_online

    found, stopped = look_up_online(workspace, address, guess=guess)
    if stopped:
        words("mailferry: stopped; no account was made")
        context.exit(STOPPED)
    return found


def _say_unknown(account: Account, recommendation: Recommendation, *, asked: bool) -> None:
    from mailferry.own_servers import missing

    left = missing(account, recommendation)
    if account.incoming.host and account.outgoing.host:
        words(paragraph(f"No provider is known for {account.address}; the account has its own servers."))
    if left:
        words(paragraph(f"Nobody says {', '.join(left)}: write that into the file.{_usual(left)}"))
    if account.incoming.host and account.outgoing.host:
        return
    words(
        paragraph(
            f"No provider is known for {account.address}; name one in the file, or write its servers there"
            " (--incoming, --outgoing and --username do)."
        )
    )
    if not asked:
        words(
            paragraph(
                f"Nobody was asked yet: “mailferry lookup {account.address} --save” asks, and keeps what is"
                " found."
            )
        )

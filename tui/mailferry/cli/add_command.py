"""`mailferry add`: creates an account file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mailferry.cli.lookup_command import suggest_domain
from mailferry.cli.opening import json_option, open_workspace
from mailferry.cli.output import data, data_json, paragraph, words

if TYPE_CHECKING:
    from mailferry.model.recommendation import Recommendation
    from mailferry.workspace import Workspace


@click.command("add")
@click.argument("address")
@click.option("--person", help="Whose account it is.")
@click.option("--label", help="What mailferry and the phone call it.")
@click.option("--provider", help="Follow this provider instead of the one found from the address.")
@click.option("--online", is_flag=True, help="If no provider file lists the domain, ask as lookup does.")
@click.option("--guess", is_flag=True, help="With --online: if nobody names servers, try the usual names.")
@json_option
@click.pass_context
def command(
    context: click.Context,
    address: str,
    person: str | None,
    label: str | None,
    provider: str | None,
    online: bool,
    guess: bool,
    as_json: bool,
) -> None:
    """Create an account for ADDRESS. What the file leaves out follows the provider's recommendation."""
    from mailferry.editing import Editor

    if guess and not online:
        raise click.UsageError("--guess asks hosts; add --online")
    if online and provider is not None:
        raise click.UsageError("--provider and --online exclude each other: the provider is known already")
    workspace = open_workspace(context)
    editor = Editor(workspace)
    editor.check_new(address, label=label)
    found = _discovered(context, workspace, address, guess) if online else None
    entry = editor.add(address, person=person, label=label, provider=provider, found=found)
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
        _say_unknown(workspace, entry.value.address, asked=found is not None)
    else:
        words(f"{entry.value.address} follows {recommendation.name} ({recommendation.provider}).")
    for warning in (found or recommendation).warnings:
        words(paragraph(f"Note: {warning}", hang=2))
    if found is not None and found.choice:
        words(paragraph(found.choice))
    if found is not None and found.provider is None and found.how != "none":
        words(f"Its servers stand in {workspace.home.providers / f'{recommendation.provider}.toml'}")


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


def _say_unknown(workspace: Workspace, address: str, *, asked: bool) -> None:
    words(paragraph(f"No provider is known for {address}; write its servers into the file."))
    if not asked:
        words(
            paragraph(
                f"Nobody was asked: “add --online” asks, and now “mailferry lookup {address} --save” does."
            )
        )
    suggest_domain(workspace, address)

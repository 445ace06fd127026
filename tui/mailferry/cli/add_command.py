"""`mailferry add`: creates an account file."""

from __future__ import annotations

import click

from mailferry.cli.lookup_command import suggest_domain
from mailferry.cli.opening import json_option, open_workspace
from mailferry.cli.output import data, data_json, words


@click.command("add")
@click.argument("address")
@click.option("--person", help="Whose account it is.")
@click.option("--label", help="What mailferry and the phone call it.")
@click.option("--provider", help="Follow this provider instead of the one found from the address.")
@json_option
@click.pass_context
def command(
    context: click.Context,
    address: str,
    person: str | None,
    label: str | None,
    provider: str | None,
    as_json: bool,
) -> None:
    """Create an account for ADDRESS. What the file leaves out follows the provider's recommendation."""
    from mailferry.editing import Editor

    workspace = open_workspace(context)
    entry = Editor(workspace).add(address, person=person, label=label, provider=provider)
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
        words(f"No provider is known for {entry.value.address}; write its servers into the file.")
        suggest_domain(workspace, entry.value.address)
    else:
        words(f"{entry.value.address} follows {recommendation.name}.")
    for warning in recommendation.warnings:
        words(warning)

"""`mailferry providers`: the catalogue, or one provider of it."""

from __future__ import annotations

import click

from mailferry.cli.opening import json_option, open_workspace
from mailferry.cli.output import data, data_json, show_problems, table


@click.command("providers")
@click.argument("provider_id", metavar="[ID]", required=False)
@json_option
@click.pass_context
def command(context: click.Context, provider_id: str | None, as_json: bool) -> None:
    """Show the providers, or everything about one of them."""
    catalogue = open_workspace(context).catalogue
    if provider_id is None:
        known = [(each, provider) for each in catalogue.ids() if (provider := catalogue.get(each))]
        show_problems(catalogue.problems())
        if as_json:
            data_json(
                [
                    {
                        "id": each,
                        "name": provider.name,
                        "status": provider.status,
                        "domains": provider.domains,
                    }
                    for each, provider in known
                ]
            )
        else:
            data(
                table(
                    (
                        (
                            each,
                            provider.name,
                            provider.status,
                            str(len(provider.domains)),
                            catalogue.origin(each),
                        )
                        for each, provider in known
                    ),
                    head=("ID", "NAME", "STATUS", "DOMAINS", "FROM"),
                )
            )
        context.exit(2 if catalogue.problems() else 0)
    provider = catalogue.need(provider_id)
    import msgspec

    if as_json:
        data_json({"id": provider_id, **msgspec.to_builtins(provider)})
    else:
        data(catalogue.text(provider_id))

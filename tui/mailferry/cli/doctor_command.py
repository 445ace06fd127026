"""`mailferry doctor`: looks at the surroundings."""

from __future__ import annotations

import click

from mailferry.cli.opening import json_option, open_workspace
from mailferry.cli.output import data, data_json


@click.command("doctor")
@json_option
@click.pass_context
def command(context: click.Context, as_json: bool) -> None:
    """Look at the surroundings: password stores, DNS, clock, terminal, file modes."""
    from mailferry.doctor import as_text, examine

    found = examine(open_workspace(context))
    if as_json:
        data_json(found)
    else:
        data(as_text(found))
    context.exit(0 if all(each.ok for each in found) else 1)

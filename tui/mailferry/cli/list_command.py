"""`mailferry list`: the accounts with person, provider and last check."""

from __future__ import annotations

import click

from mailferry.cli.opening import chosen, json_option, open_workspace
from mailferry.cli.output import data, data_json, table, words


@click.command("list")
@json_option
@click.pass_context
def command(context: click.Context, as_json: bool) -> None:
    """Show the accounts with person, provider and last check."""
    workspace = open_workspace(context)
    accounts, broken = chosen(workspace, ())
    rows = []
    for entry, account in accounts:
        tested = workspace.results.get(entry.id)
        rows.append(
            {
                "account": entry.id,
                "address": account.address,
                "label": account.label,
                "person": account.person,
                "provider": workspace.compare(entry.id, account).provider,
                "tags": account.tags,
                "state": workspace.state(entry),
                "last_check": {"when": tested.when, "ok": tested.check.ok} if tested else None,
                "file": str(entry.path),
            }
        )
    if as_json:
        data_json(rows)
    elif rows:
        data(
            table(
                (
                    (
                        str(row["account"]),
                        str(row["label"] or "–"),
                        str(row["address"]),
                        str(row["person"] or "–"),
                        str(row["provider"] or "unknown"),
                        str(row["state"]),
                        f"{tested.when.astimezone():%Y-%m-%d %H:%M} {'ok' if tested.check.ok else 'failed'}"
                        if (tested := workspace.results.get(str(row["account"])))
                        else "never",
                    )
                    for row in rows
                ),
                head=("ACCOUNT", "LABEL", "ADDRESS", "PERSON", "PROVIDER", "STATE", "TESTED"),
            )
        )
    elif not broken:
        words("There are no accounts yet; mailferry add ADDRESS makes one.")
    context.exit(2 if broken else 0)

"""`mailferry keep`: stands by a setting that deviates, or no longer, and shows the difference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mailferry.cli.opening import account_argument, json_option, open_workspace
from mailferry.cli.output import data, data_json, paragraph, words
from mailferry.model.difference import unified_diff

if TYPE_CHECKING:
    from mailferry.store.history import Change
    from mailferry.workspace import AccountEntry


def _complete(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    from mailferry.model.settings import SETTING_PATHS

    return [path for path in SETTING_PATHS if path.startswith(incomplete)]


@click.command("keep")
@account_argument
@click.argument("path", metavar="PATH", shell_complete=_complete)
@click.option("--reason", metavar="TEXT", help="Why the deviation is right; shown beside it.")
@click.option("--until", metavar="YYYY-MM-DD", help="The last day; after it the deviation is reported again.")
@click.option("--withdraw", is_flag=True, help="Stand by it no longer.")
@json_option
@click.pass_context
def command(
    context: click.Context,
    account: str,
    path: str,
    reason: str | None,
    until: str | None,
    withdraw: bool,
    as_json: bool,
) -> None:
    """Stand by what ACCOUNT has as PATH (incoming.port) although something else is recommended.

    Only the value of now is accepted; another one is reported as before. A host that looks like a typing slip
    gets passwords once it is accepted.
    """
    from mailferry.acceptances import last_day, what_it_opens
    from mailferry.editing import Editor

    if withdraw and (reason is not None or until is not None):
        raise click.UsageError("--withdraw takes neither --reason nor --until")
    if not withdraw and reason is None:
        raise click.UsageError("say why with --reason TEXT, or take it back with --withdraw")
    workspace = open_workspace(context)
    entry = workspace.find(account)
    editor = Editor(workspace)
    if reason is None:
        change, opens = editor.withdraw(entry, path), None
    else:
        change = editor.accept(entry, path, reason, last_day(until) if until is not None else None)
        assert entry.value is not None, "nothing is accepted in a broken file"
        opens = what_it_opens(workspace, entry.value, path)
    entry = workspace.find(entry.id)
    if as_json:
        data_json(_document(entry, path, change))
    elif change.after != change.before:
        data(_difference(change))
    if opens:
        words(paragraph(opens))
    _say(entry, path, change)


def _document(entry: AccountEntry, path: str, change: Change) -> dict[str, Any]:
    accepted = entry.value.accepted.get(path) if entry.value else None
    return {
        "account": entry.id,
        "path": path,
        "accepted": accepted
        and {"reason": accepted.reason, "value": accepted.value, "until": accepted.until},
        "saved": change.after != change.before,
        "diff": _difference(change),
    }


def _difference(change: Change) -> str:
    return unified_diff(change.before or "", change.after or "", change.path.name)


def _say(entry: AccountEntry, path: str, change: Change) -> None:
    accepted = entry.value.accepted.get(path) if entry.value else None
    if accepted is None:
        words(f"{entry.id}: {path} is accepted no longer")
    elif change.after == change.before:
        words(f"{entry.id}: {path} is accepted already, with these words; nothing was changed")
    else:
        until = f" until {accepted.until.isoformat()}" if accepted.until else ""
        back = f"mailferry keep {entry.id} {path} --withdraw"
        words(f"{entry.id}: {path} is accepted{until}; {back} takes it back")

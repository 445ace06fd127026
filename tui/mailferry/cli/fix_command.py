"""`mailferry fix`: puts in the recommended values and shows the difference."""

from __future__ import annotations

import click

from mailferry.cli.opening import account_argument, json_option, open_workspace
from mailferry.cli.output import data, data_json, words


def _complete_path(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    from mailferry.model.settings import SETTING_PATHS

    return [path for path in SETTING_PATHS if path.startswith(incomplete)]


@click.command("fix")
@account_argument
@click.argument("paths", nargs=-1, metavar="[PATH]...", shell_complete=_complete_path)
@click.option("--dry-run", is_flag=True, help="Show the difference, change nothing.")
@json_option
@click.pass_context
def command(
    context: click.Context, account: str, paths: tuple[str, ...], dry_run: bool, as_json: bool
) -> None:
    """Put the recommended values into ACCOUNT: all that are wrong, or the named PATHs (incoming.port)."""
    from mailferry.editing import Editor

    workspace = open_workspace(context)
    editor = Editor(workspace)
    entry = workspace.find(account)
    proposal = editor.propose(entry, paths or None)
    if proposal.fixes and not dry_run:
        editor.apply([proposal], f"fix {entry.id}")
    if as_json:
        data_json(
            {
                "account": entry.id,
                "fixed": [{"path": fix.path, "value": fix.value} for fix in proposal.fixes],
                "saved": bool(proposal.fixes) and not dry_run,
                "diff": proposal.diff(),
            }
        )
    elif proposal.fixes:
        data(proposal.diff())
    if not proposal.fixes:
        from mailferry.advice.fixes import no_fix_reason

        assert entry.value is not None, "propose refuses a broken file"
        comparison = workspace.compare(entry.id, entry.value)
        reasons = [reason for path in paths if (reason := no_fix_reason(comparison, path))]
        words("\n".join(reasons) or f"{entry.id}: nothing to fix")

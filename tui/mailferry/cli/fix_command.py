"""`mailferry fix`: puts in the recommended values and shows the difference."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from mailferry.cli.opening import chosen, complete_account, json_option, open_workspace
from mailferry.cli.output import data, data_json, paragraph, words

if TYPE_CHECKING:
    from mailferry.editing import Proposal
    from mailferry.model.finding import Finding
    from mailferry.workspace import AccountEntry, Workspace

_BEFORE_SIGN_IN = ("dns", "connect", "tls", "greeting", "capability", "starttls")
"""Stages after whose failure a check tries other ways."""


def _complete(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    from mailferry.model.settings import SETTING_PATHS

    given = context.params.get("names") or context.params.get("provider_id")
    accounts = [] if given else complete_account(context, parameter, incomplete)
    return accounts + [path for path in SETTING_PATHS if path.startswith(incomplete)]


@click.command("fix")
@click.argument("names", nargs=-1, metavar="[ACCOUNT] [PATH]...", shell_complete=_complete)
@click.option("--provider", "provider_id", metavar="ID", help="All accounts of this provider, in one step.")
@click.option("--tested", is_flag=True, help="Put in what the last check saw working instead.")
@click.option("--dry-run", is_flag=True, help="Show the difference, change nothing.")
@json_option
@click.pass_context
def command(
    context: click.Context,
    names: tuple[str, ...],
    provider_id: str | None,
    tested: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Put the recommended values into ACCOUNT: all that are wrong, or the named PATHs (incoming.port).

    With --provider there is no ACCOUNT: every account that follows the provider is mended, in one step and
    with one difference shown. With --tested, the values are those that the last check of ACCOUNT saw working
    where its own failed.
    """
    workspace = open_workspace(context)
    if tested:
        if provider_id is not None or len(names) != 1:
            raise click.UsageError("--tested goes with one ACCOUNT, and with nothing else to fix")
        context.exit(_fix_as_tested(workspace, names[0], dry_run, as_json))
    if provider_id is not None:
        context.exit(_fix_provider(workspace, provider_id, names, dry_run, as_json))
    if not names:
        raise click.UsageError("name an ACCOUNT, or a provider with --provider ID")
    context.exit(_fix_account(workspace, names[0], names[1:], dry_run, as_json))


def _fix_account(
    workspace: Workspace, account: str, paths: Sequence[str], dry_run: bool, as_json: bool
) -> int:
    """Mend one account; the exit status: 1 where something asked for stays not well, else 0."""
    from mailferry.editing import Editor

    editor = Editor(workspace)
    entry = workspace.find(account)
    proposal = editor.propose(entry, paths or None)
    if proposal.fixes and not dry_run:
        editor.apply([proposal], f"fix {entry.id}")
    remaining = editor.remaining(proposal, paths or None)
    if as_json:
        data_json(_document(proposal, remaining, dry_run))
    elif proposal.fixes:
        data(proposal.diff())
    if reasons := _why_not(workspace, entry, remaining, paths):
        words(paragraph(f"{entry.id}: {' '.join(reasons)}", hang=2))
    elif not proposal.fixes and not remaining:
        words(f"{entry.id}: nothing to fix")
    _say_remaining([(entry.id, remaining)])
    return 1 if remaining else 0


def _fix_as_tested(workspace: Workspace, account: str, dry_run: bool, as_json: bool) -> int:
    """Put in what the last check saw working; the exit status: 1 where it saw nothing, else as `fix`."""
    from mailferry.editing import Editor

    editor = Editor(workspace)
    entry = workspace.find(account)
    proposal = editor.propose_tested(entry)
    if proposal.fixes and not dry_run:
        editor.apply([proposal], f"fix {entry.id} as tested")
    remaining = editor.remaining(proposal, [fix.path for fix in proposal.fixes])
    if as_json:
        data_json(_document(proposal, remaining, dry_run))
    elif proposal.fixes:
        data(proposal.diff())
    _say_remaining([(entry.id, remaining)])
    left = _left_to_the_user(workspace, entry)
    for told in left or ([] if proposal.fixes else [_nothing_seen(workspace, entry)]):
        words(paragraph(f"{entry.id}: {told}", hang=2))
    return 0 if proposal.fixes and not remaining and not left else 1


def _left_to_the_user(workspace: Workspace, entry: AccountEntry) -> list[str]:
    """What the last check saw working and nobody takes by itself, with the reason."""
    from mailferry.advice.fixes import repair_to_take
    from mailferry.advice.ladder_text import compared

    assert entry.value is not None, "nothing is proposed for a broken file"
    stored = workspace.last_check(entry.id, entry.value)
    servers = stored.check.servers if stored is not None else ()
    return [
        f"{server.repairs[0].seen}, but that is not taken by itself"
        f" (compared: {compared(server.repairs[0])}). mailferry fix {entry.id} puts in what is recommended;"
        " for anything else write it into the file."
        for server in servers
        if not server.ok and server.repairs and repair_to_take(server) is None
    ]


def _nothing_seen(workspace: Workspace, entry: AccountEntry) -> str:
    """Why the last check has nothing to put in."""
    assert entry.value is not None, "nothing is proposed for a broken file"
    stored = workspace.last_check(entry.id, entry.value)
    if stored is None:
        return f"not checked with these settings yet; mailferry check {entry.id} tests them."
    failed = [server for server in stored.check.servers if not server.ok]
    if not failed:
        return "all was well in the last check; there is nothing to mend."
    causes = " and ".join(dict.fromkeys(f"{each.failed_stage}: {each.cause}" for each in failed))
    early = any(each.failed_stage in _BEFORE_SIGN_IN for each in failed)
    return (
        f"the last check failed ({causes}) and saw nothing that answers in place of these settings."
        if early
        else f"the last check failed ({causes}), and no other server or port mends that."
    ) + f" mailferry report {entry.id} tells what to do."


def _fix_provider(
    workspace: Workspace, provider_id: str, paths: Sequence[str], dry_run: bool, as_json: bool
) -> int:
    """Mend all accounts of a provider.

    The exit status: 2 where a file could not be read, 1 where something asked for stays not well, else 0.
    """
    from mailferry.editing import Editor

    _only_settings(workspace, paths)
    editor = Editor(workspace)
    proposals = editor.propose_all(provider_id, paths or None)
    _, broken = chosen(workspace, ())
    mended = [proposal for proposal in proposals if proposal.fixes]
    left = [(each, editor.remaining(each, paths or None)) for each in proposals]
    if mended and not dry_run:
        editor.apply(mended, f"fix {provider_id}: {len(mended)} accounts")
    if as_json:
        for proposal, remaining in left:
            data_json(_document(proposal, remaining, dry_run))
    elif mended:
        data("\n".join(proposal.diff() for proposal in mended))
    if not proposals:
        words(f"No account follows {provider_id}.")
    elif not mended:
        nothing = "no value to put in" if any(remaining for _, remaining in left) else "nothing to fix"
        words(f"{len(proposals)} {provider_id} accounts: {nothing}")
    else:
        what = "would be mended" if dry_run else "mended in one step"
        words(f"{len(mended)} of {len(proposals)} {provider_id} accounts {what}")
    _say_remaining([(proposal.path.stem, remaining) for proposal, remaining in left])
    return 2 if broken else 1 if any(remaining for _, remaining in left) else 0


def _say_remaining(left: Sequence[tuple[str, Sequence[Finding]]]) -> None:
    """What no recommended value mends, with the reason; once for all accounts of which it holds alike."""
    alike: dict[tuple[str, str, str], list[str]] = {}
    for account, findings in left:
        for finding in findings:
            alike.setdefault((finding.path, finding.verdict, finding.why), []).append(account)
    for (path, verdict, why), accounts in alike.items():
        words(paragraph(f"{', '.join(accounts)}: {path} stays {verdict}: {why}", hang=2))


def _only_settings(workspace: Workspace, names: Sequence[str]) -> None:
    """Refuse an ACCOUNT beside --provider."""
    from mailferry.model.settings import SETTING_PATHS
    from mailferry.naming import UnknownAccountError

    for name in names:
        if name not in SETTING_PATHS:
            with contextlib.suppress(UnknownAccountError):
                entry = workspace.find(name)
                raise click.UsageError(f"“{entry.id}” is an account; name an ACCOUNT or --provider, not both")


def _document(proposal: Proposal, remaining: Sequence[Finding], dry_run: bool) -> dict[str, Any]:
    return {
        "account": proposal.path.stem,
        "fixed": [{"path": fix.path, "value": fix.value} for fix in proposal.fixes],
        "saved": bool(proposal.fixes) and not dry_run,
        "diff": proposal.diff(),
        "remaining": [
            {"path": finding.path, "verdict": finding.verdict, "why": finding.why} for finding in remaining
        ],
    }


def _why_not(
    workspace: Workspace, entry: AccountEntry, remaining: Sequence[Finding], paths: Sequence[str]
) -> list[str]:
    """Why named settings are not written, those left out that are told as what remains."""
    from mailferry.advice.fixes import no_fix_reason

    assert entry.value is not None, "nothing is proposed for a broken file"
    told = {finding.path for finding in remaining}
    comparison = workspace.compare(entry.id, entry.value)
    return [
        reason
        for path in paths
        if path not in told and (reason := no_fix_reason(comparison, path)) is not None
    ]

"""`mailferry compare`: findings against the recommendation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from mailferry.cli.opening import accounts_argument, chosen, json_option, open_workspace
from mailferry.cli.output import data, data_json, paragraph, words
from mailferry.model.finding import Comparison

if TYPE_CHECKING:
    from mailferry.workspace import Workspace

_QUIET = frozenset({"same", "inherited"})


@click.command("compare")
@accounts_argument
@json_option
@click.pass_context
def command(context: click.Context, accounts: tuple[str, ...], as_json: bool) -> None:
    """Compare accounts with what their providers recommend; no ACCOUNT named: all of them."""
    workspace = open_workspace(context)
    readable, broken = chosen(workspace, accounts)
    well = True
    compared = []
    for entry, account in readable:
        comparison = workspace.compare(entry.id, account)
        compared.append(comparison)
        well = well and comparison.ok
        if as_json:
            data_json(comparison)
        else:
            show(comparison)
    if not as_json:
        _show_together(workspace, compared)
    if not readable and not broken:
        words("There are no accounts yet; mailferry add ADDRESS makes one.")
    context.exit(2 if broken else 0 if well else 1)


def show(comparison: Comparison) -> None:
    """Print a comparison for people: what is not as recommended, with the reason, and a count of the rest."""
    against = comparison.provider or "no known provider"
    data(f"{comparison.account}  {comparison.address}  against {against}")
    for finding in comparison.findings:
        if finding.verdict in _QUIET:
            continue
        yours = "–" if finding.yours is None else finding.yours
        arrow = f" → {finding.recommended}" if finding.fix else ""
        data(f"  {finding.verdict:<12} {finding.path} = {yours}{arrow}")
        data(paragraph(finding.why, 15))
    quiet = sum(finding.verdict in _QUIET for finding in comparison.findings)
    data(f"  {quiet} of {len(comparison.findings)} settings as recommended")


def _show_together(workspace: Workspace, compared: Sequence[Comparison]) -> None:
    """Say in what several accounts of one provider deviate, who stands alone, and who meet at one mailbox."""
    from itertools import groupby

    from mailferry.advice.across import alike, say_alike, say_odd
    from mailferry.siblings import siblings

    found = siblings(workspace, compared)
    for group in alike(found.shared):
        first = group[0]
        name = workspace.catalogue.need(first.provider).name
        paths = [each.path for each in group]
        words(paragraph(say_alike(group, name), hang=2))
        if len(first.fixable) > 1:
            fixed = len(first.fixable)
            them = "them all" if fixed == len(first.accounts) else f"{fixed} of them"
            words(f"  mailferry fix --provider {first.provider} {' '.join(paths)} mends {them}")
    for account, of_account in groupby(found.odd, key=lambda odd: odd.account):
        alone = tuple(of_account)
        words(paragraph(say_odd(alone, workspace.catalogue.need(alone[0].provider).name), hang=2))
        if paths := [odd.finding.path for odd in alone if odd.finding.fix]:
            words(f"  mailferry fix {account} {' '.join(paths)} mends {'it' if len(paths) == 1 else 'them'}")
    for twins in found.twins:
        words(paragraph(twins.why, hang=2))

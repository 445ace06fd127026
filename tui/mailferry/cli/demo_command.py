"""`mailferry demo`: the whole job on small servers of its own, as an interface or as a report."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from mailferry.cli.check_printers import show as show_check
from mailferry.cli.compare_command import show as show_comparison
from mailferry.cli.output import data, paragraph
from mailferry.cli.recommendation_lines import show as show_recommendation

if TYPE_CHECKING:
    from mailferry.demonstration import Demonstration


@click.command("demo")
@click.option("--headless", is_flag=True, help="Print a report instead of opening the interface.")
def command(headless: bool) -> None:
    """Show the whole job on small mail servers on this computer; nothing leaves it."""
    from mailferry.demonstration import Demonstration

    with Demonstration() as demonstration:
        if headless or not (sys.stdin.isatty() and sys.stdout.isatty()):
            report(demonstration)
        else:
            from mailferry.cli.interface import need_terminal
            from mailferry.ui.app import run_app

            need_terminal()
            run_app(demonstration.workspace, demonstration.editor, demo=True)


def report(demonstration: Demonstration) -> None:
    """Look up, test, compare, fix, test again and export the demo's accounts, and print it all."""
    from mailferry.checking import run_checks
    from mailferry.exporting import NotExportableError, export_profile, export_sheet

    data(
        paragraph(
            "Seven accounts of a family, most of them wrong in one way. The servers behind them are small"
            " ones on this computer that answer under the real names: nothing leaves it, and nothing of yours"
            " is changed."
        )
    )
    workspace, editor = demonstration.workspace, demonstration.editor
    accounts = [(entry, entry.value) for entry in workspace.accounts() if entry.value is not None]
    _chapter(
        "1. Accounts and where their recommended settings come from (own and shipped files, no host asked)"
    )
    for entry, account in accounts:
        recommendation = workspace.recommendation(account)
        data(f"{entry.id:<16} {account.address:<28} {recommendation.name} (found by {recommendation.how})")
    _chapter("2. One look-up in full: mailferry lookup mary.example@icloud.com")
    show_recommendation(workspace.look_up("mary.example@icloud.com"))
    _chapter("3. Testing each server, step by step: mailferry check")
    chosen = [(entry.id, account) for entry, account in accounts]
    results = {result.account: result for result in run_checks(workspace, chosen)}
    for entry, _ in accounts:
        show_check(results[entry.id])
    _chapter("4. Comparing with the recommendations: mailferry compare")
    for entry, account in accounts:
        show_comparison(workspace.compare(entry.id, account))
    _chapter("5. Putting in the recommended values: mailferry fix")
    fixed = []
    for entry, _ in accounts:
        proposal = editor.propose(entry)
        if proposal.fixes:
            editor.apply([proposal], f"fix {entry.id}")
            fixed.append(entry.id)
            data(f"{entry.id}:\n{proposal.diff()}")
    _chapter("6. Testing those again")
    again = [(entry.id, entry.value) for entry in workspace.accounts() if entry.id in fixed and entry.value]
    for result in sorted(run_checks(workspace, again), key=lambda result: result.account):
        show_check(result)
    _chapter("7. For the iPhone: mailferry export --as profile")
    for entry in workspace.accounts():
        try:
            export = export_profile(workspace, [entry])
        except NotExportableError as error:
            data(f"{entry.id:<16} no profile")
            data(paragraph(str(error), 17))
        else:
            data(f"{entry.id:<16} {export.file_name}, {len(export.content)} bytes")
            for warning in export.warnings:
                data(paragraph(warning, 17))
    _chapter("8. For a person: mailferry export mum --as text")
    data(export_sheet(workspace, [workspace.find("mum")], "text").content.decode())
    data("That was all. Your own accounts: mailferry add ADDRESS, then mailferry.")


def _chapter(title: str) -> None:
    data(f"\n== {title}\n")

"""`mailferry check`: tests the servers, stage by stage."""

from __future__ import annotations

import math
import sys
import threading
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mailferry.cli.opening import accounts_argument, chosen, json_option, open_workspace
from mailferry.cli.output import show_problems, words
from mailferry.cli.transcripts import NoResults, TranscriptFile
from mailferry.cli.typed_password import typed_password
from mailferry.model.check import AccountCheck
from mailferry.model.config import LONGEST_STAGE, MOST_JOBS
from mailferry.model.secret import Secret

if TYPE_CHECKING:
    from mailferry.checks.events import CheckEvent
    from mailferry.checks.options import CheckOptions
    from mailferry.model.transcript import ServerTranscript
    from mailferry.workspace import Workspace

_MANY = 4
"""So many accounts are shown as a grid without being asked for."""


class _Seconds(click.FloatRange):
    """Seconds that a stage may take. “nan” is a number in Python and no time at all."""

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> float:
        seconds = float(super().convert(value, parameter, context))
        if math.isnan(seconds):
            self.fail(f"{value!r} is not a number of seconds", parameter, context)
        return seconds


@click.command("check")
@accounts_argument
@click.option(
    "--send", is_flag=True, help="Also send a message to itself, find it in the inbox, and delete it again."
)
@click.option(
    "--jobs",
    type=click.IntRange(1, MOST_JOBS),
    help="Accounts at once; lifts the cap of 8 per host too.",
)
@click.option(
    "--timeout",
    type=_Seconds(0, LONGEST_STAGE, min_open=True),
    help="Deadline of each stage, in seconds (15).",
)
@click.option("--changes", is_flag=True, help="End with 1 also where a server shows something new.")
@click.option("--resume", is_flag=True, help="Go on from where the last 15 minutes' tests failed.")
@click.option("--details", is_flag=True, help="Addresses, certificates, greetings and abilities as well.")
@click.option("--grid", is_flag=True, help="A row for each account; so from 4 accounts on.")
@click.option(
    "--report", "report_file", type=click.Path(path_type=Path), help="Write a report for a helper there."
)
@click.option(
    "--transcript",
    "transcript_file",
    type=click.Path(path_type=Path),
    help="Write what was said to this file, without passwords; “-”: to standard output, instead of results.",
)
@click.option(
    "--replay",
    "replayed_file",
    type=click.Path(path_type=Path),
    help="Test servers on this machine that say again what a transcript holds; no account is needed.",
)
@click.option("--without-address", is_flag=True, help="Leave address and user name out of what is written.")
@json_option
@click.pass_context
def command(
    context: click.Context,
    accounts: tuple[str, ...],
    send: bool,
    jobs: int | None,
    timeout: float | None,
    changes: bool,
    resume: bool,
    details: bool,
    grid: bool,
    report_file: Path | None,
    transcript_file: Path | None,
    replayed_file: Path | None,
    without_address: bool,
    as_json: bool,
) -> None:
    """Test the servers of accounts, step by step; no ACCOUNT named: all of them."""
    from mailferry.checking import ask_ahead, has_news, note_seen, refusals_of, run_checks
    from mailferry.cli.check_printers import printer_for
    from mailferry.cli.lending import lending
    from mailferry.cli.progress import Progress

    if replayed_file is not None and (
        accounts or send or changes or resume or report_file or transcript_file
    ):
        raise click.UsageError("--replay tests what is in the file and nothing else")
    if as_json and str(report_file) == "-":
        raise click.UsageError("--json has standard output for itself; name a file for the report")
    if as_json and (grid or details):
        raise click.UsageError("--json has all the details in it; leave --grid and --details out")
    if without_address and not (report_file or transcript_file):
        raise click.UsageError("--without-address goes with --report or --transcript")
    transcript = TranscriptFile(transcript_file, without_address) if transcript_file else None
    silent = transcript is not None and transcript.is_standard_output
    if silent and (as_json or str(report_file) == "-"):
        raise click.UsageError("--transcript - has standard output for itself; name a file")
    workspace = open_workspace(context)
    if replayed_file is not None:
        from mailferry.cli.transcripts import replay_file

        well = replay_file(workspace, replayed_file, timeout, as_json=as_json, details=details)
        context.exit(0 if well else 1)
    readable, broken = chosen(workspace, accounts)
    show_problems(workspace.failure_problems)
    broken = broken or bool(workspace.failure_problems)
    if not readable and not broken:
        words("There are no accounts yet; mailferry add ADDRESS makes one.")
    tested = [(entry.id, account) for entry, account in readable]
    if sys.stdin.isatty():
        workspace.wallet.prompt = _prompt
        ask_ahead(workspace, tested)
    printer = (
        NoResults()
        if silent
        else printer_for(
            [account_id for account_id, _ in tested],
            refusals_of(workspace),
            as_json=as_json,
            grid=grid or len(tested) >= _MANY,
            details=details,
            send=send,
        )
    )
    progress, heard, cancel = Progress(len(tested)), Heard(), threading.Event()
    if sys.stdin.isatty():
        workspace.wallet.terminal = lending(progress.aside)
    results: list[AccountCheck] = []
    stopped = False

    def happened(event: CheckEvent) -> None:
        progress.take(event)
        if transcript or report_file:
            heard.take(event)

    try:
        for result in run_checks(
            workspace,
            tested,
            options=_options(workspace, timeout),
            jobs=jobs,
            resume=resume,
            send=send,
            on_event=happened,
            cancel=cancel,
        ):
            if any(server.cause == "cancelled" for server in result.servers):
                stopped = True  # by Ctrl+C where a password command asked
                break
            results.append(result)
            with progress.aside():
                printer.take(result)
            progress.count(result)
    except KeyboardInterrupt:
        cancel.set()
        stopped = True
    finally:
        progress.end()
    if results:
        printer.end()
        if sys.stdout.isatty() and not (silent or as_json):
            note_seen(workspace, results)
        if transcript is not None:
            transcript.write(workspace, tested, heard.conversations, results)
        if report_file is not None:
            _write_reports(report_file, workspace, results, heard, without_address=without_address)
    if stopped:
        raise click.Abort
    well = all(result.ok and not (changes and has_news(result)) for result in results)
    context.exit(2 if broken else 0 if well else 1)


def _write_reports(
    file: Path, workspace: Workspace, results: Sequence[AccountCheck], heard: Heard, *, without_address: bool
) -> None:
    from mailferry.cli.report_command import write_report
    from mailferry.reporting import report

    write_report(
        file,
        [
            report(
                workspace,
                result.account,
                check=result,
                transcripts=heard.conversations[result.account],
                without_address=without_address,
            )
            for result in results
        ],
    )


class Heard:
    """The conversations of a run, by account."""

    def __init__(self) -> None:
        self.conversations: defaultdict[str, list[ServerTranscript]] = defaultdict(list)

    def take(self, event: CheckEvent) -> None:
        """Keep what was said; called from several threads."""
        from mailferry.checks.events import ConversationEnded

        if isinstance(event, ConversationEnded):
            self.conversations[event.account].append(event.transcript)


def _options(workspace: Workspace, timeout: float | None) -> CheckOptions:
    import dataclasses

    options = workspace.check_options
    return options if timeout is None else dataclasses.replace(options, timeout=timeout)


def _prompt(question: str) -> Secret:
    return typed_password(click.prompt(question, hide_input=True, err=True))

"""Testing one account or many."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from mailferry.model.host_name import is_loopback
from mailferry.model.problem import MailferryError
from mailferry.model.settings import Settings
from mailferry.ui.jobs import TestRun, run_tests

if TYPE_CHECKING:
    from mailferry.checks.options import CheckOptions
    from mailferry.ui.board import Board
    from mailferry.ui.subject import Known, Subject

_TICK = 1.0
"""Seconds between two looks at how long a stage of a running test takes."""


async def test(board: Board) -> None:
    """Test the highlighted account with the settings shown, saved or not.

    Where the last test failed a moment ago, this one goes on from the step that failed.
    """
    subject, known = _subject(board)
    await _test_one(board, subject.id, known, resume=known.to_resume is not None)


async def test_whole(board: Board) -> None:
    """Test the highlighted account from the first step on."""
    subject, known = _subject(board)
    await _test_one(board, subject.id, known)


async def send_test(board: Board) -> None:
    """Test the highlighted account, and send a message from it to itself, once the user agrees."""
    from mailferry.ui.screens.confirm import ConfirmScreen

    subject, known = _subject(board)
    address, host = known.account.address, known.settings.outgoing.host
    if host is None:
        raise MailferryError("no outgoing server is named, so nothing can be sent")
    answer = await board.app.push_screen_wait(
        ConfirmScreen(
            f"A message to {address} is sent through {host}, looked for in the inbox, and deleted. Send it?",
            [("y", "send it"), ("n", "no")],
        )
    )
    if answer == "y":
        await _test_one(board, subject.id, known, send=True)


async def test_all(board: Board) -> None:
    """Test every account that the list shows."""
    accounts = [
        (entry.id, subject.known.account)
        for entry in board.accounts.listed
        if (subject := board.desk.subject(entry)).known is not None
    ]
    if not accounts:
        raise MailferryError("there is no account to test; n adds one")
    await _start(board, TestRun(accounts))


def _subject(board: Board) -> tuple[Subject, Known]:
    subject = board.subject
    if subject is None:
        raise MailferryError("there is no account to test; n adds one")
    if subject.known is None or subject.problems:
        raise MailferryError("the file has errors; mend them first, then test")
    return subject, subject.known


async def _test_one(
    board: Board, account_id: str, known: Known, *, resume: bool = False, send: bool = False
) -> None:
    options = None
    if (host := _unencrypted(known.settings)) is not None:
        options = await _ask_about_clear_text(board, host)
    await _start(board, TestRun([(account_id, known.account)], resume=resume, send=send), options)


def _unencrypted(settings: Settings) -> str | None:
    """A server elsewhere to which the settings would send a password for everybody on the way to read."""
    for server in (settings.incoming, settings.outgoing):
        if (
            server.security == "none"
            and server.auth != "none"
            and server.host
            and not is_loopback(server.host)
        ):
            return server.host
    return None


async def _ask_about_clear_text(board: Board, host: str) -> CheckOptions | None:
    """Options that let the password go unencrypted, if the user insists; None for the usual ones."""
    from mailferry.ui.screens.confirm import ConfirmScreen

    answer = await board.app.push_screen_wait(
        ConfirmScreen(
            f"Without TLS, everybody between here and {host} can read the password. Send it nevertheless?",
            [("w", "test without the password"), ("s", "send it unencrypted, this once")],
        )
    )
    return replace(board.desk.workspace.check_options, clear_text=True) if answer == "s" else None


async def _start(board: Board, run: TestRun, options: CheckOptions | None = None) -> None:
    from mailferry.ui.verbs.passwords import ask_ahead

    if board.run is not None:
        board.say("a test is running; esc stops it", "warn")
        return
    if not await ask_ahead(board, run.accounts):
        board.say("not tested")
        return
    board.run = run
    for account_id, _ in run.accounts:
        board.desk.heard.begin(account_id)
    board.say(_words(run), "accent")
    board.accounts.redraw()
    board.ladder.show(board.subject, run)
    if len(run.accounts) == 1:
        _show_result(board)
    test_them = partial(run_tests, board, board.desk.workspace, run, options)
    board.run_worker(test_them, thread=True, exit_on_error=False, group="tests")
    _tell_waiting(board, run)


def _show_result(board: Board) -> None:
    """Where panes are turned, the result is what one wants to see now; the list keeps the focus."""
    if board.pane == "accounts" or board.frame != "narrow":
        board.turn("test")
    else:
        board.focus_pane("test")


def _words(run: TestRun) -> str:
    if len(run.accounts) > 1:
        return f"testing {len(run.accounts)} accounts…  esc stops, m shows the grid"
    if run.send:
        return "testing, sending, looking for the message…  esc stops"
    return "testing on from where it failed…  esc stops" if run.resume else "testing…  esc stops"


def _tell_waiting(board: Board, run: TestRun) -> None:
    """Tell how long a stage takes, as long as the run goes on."""
    if board.run is run:
        board.ladder.redraw()
        board.set_timer(_TICK, partial(_tell_waiting, board, run))


def stop(board: Board) -> bool:
    """Stop the running test; False when none runs."""
    if board.run is None:
        return False
    board.run.cancel.set()
    board.say("stopping…", "warn")
    return True

"""Testing one account or many."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from mailferry.model.account import Account
from mailferry.model.problem import MailferryError
from mailferry.model.settings import Settings
from mailferry.ui.jobs import TestRun, run_tests

if TYPE_CHECKING:
    from mailferry.checks.options import CheckOptions
    from mailferry.ui.board import Board

_HERE = {None, "localhost", "127.0.0.1", "::1"}


async def test(board: Board) -> None:
    """Test the highlighted account with the settings shown, saved or not."""
    subject = board.subject
    if subject is None:
        raise MailferryError("there is no account to test; n adds one")
    if subject.known is None or subject.problems:
        raise MailferryError("the file has errors; mend them first, then test")
    options = None
    if (host := _unencrypted(subject.known.settings)) is not None:
        options = await _ask_about_clear_text(board, host)
    await _start(board, [(subject.id, subject.known.account)], options)


async def test_all(board: Board) -> None:
    """Test every account that the list shows."""
    accounts = [
        (entry.id, subject.known.account)
        for entry in board.accounts.listed
        if (subject := board.desk.subject(entry)).known is not None
    ]
    if not accounts:
        raise MailferryError("there is no account to test; n adds one")
    await _start(board, accounts)


def _unencrypted(settings: Settings) -> str | None:
    """A server elsewhere to which the settings would send a password for everybody on the way to read."""
    for server in (settings.incoming, settings.outgoing):
        if server.security == "none" and server.auth != "none" and server.host not in _HERE:
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


async def _start(
    board: Board, accounts: list[tuple[str, Account]], options: CheckOptions | None = None
) -> None:
    from mailferry.ui.verbs.passwords import ask_ahead

    if board.run is not None:
        board.say("a test is running; esc stops it", "warn")
        return
    if not await ask_ahead(board, accounts):
        board.say("not tested")
        return
    board.run = run = TestRun(accounts)
    board.say(
        f"testing {len(accounts)} accounts…  esc stops" if len(accounts) > 1 else "testing…  esc stops",
        "accent",
    )
    board.accounts.redraw()
    board.ladder.show(board.subject, run)
    if len(accounts) == 1 and board.pane == "accounts":
        board.turn("test")  # where panes are turned, the result is what one wants to see now
    test_them = partial(run_tests, board, board.desk.workspace, run, options)
    board.run_worker(test_them, thread=True, exit_on_error=False, group="tests")


def stop(board: Board) -> bool:
    """Stop the running test; False when none runs."""
    if board.run is None:
        return False
    board.run.cancel.set()
    board.say("stopping…", "warn")
    return True

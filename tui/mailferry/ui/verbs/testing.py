"""Testing one account or many."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from mailferry.model.account import Account
from mailferry.model.problem import MailferryError
from mailferry.ui.jobs import TestRun, run_tests

if TYPE_CHECKING:
    from mailferry.ui.board import Board


async def test(board: Board) -> None:
    """Test the highlighted account with the settings shown, saved or not."""
    subject = board.subject
    if subject is None:
        raise MailferryError("there is no account to test; n adds one")
    if subject.known is None or subject.problems:
        raise MailferryError("the file has errors; mend them first, then test")
    await _start(board, [(subject.id, subject.known.account)])


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


async def _start(board: Board, accounts: list[tuple[str, Account]]) -> None:
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
    board.run_worker(
        partial(run_tests, board, board.desk.workspace, run), thread=True, exit_on_error=False, group="tests"
    )


def stop(board: Board) -> bool:
    """Stop the running test; False when none runs."""
    if board.run is None:
        return False
    board.run.cancel.set()
    board.say("stopping…", "warn")
    return True

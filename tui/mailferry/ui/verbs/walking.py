"""Going from pane to pane, turning between form and text, jumping, cancelling."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mailferry.ui.actions import Pane
from mailferry.ui.verbs import testing

if TYPE_CHECKING:
    from mailferry.ui.board import Board


def step(board: Board, by: int) -> None:
    """Go to the next pane, or the one before."""
    order: tuple[Pane, ...] = ("accounts", board.middle, "recommended", "test")
    board.focus_pane(order[(order.index(board.pane) + by) % len(order)])


def view(board: Board) -> None:
    """Turn between the form and the file's text."""
    if board.file is not None:
        form(board)
    elif board.entry is not None:
        open_text(board, board.entry.path)
        _go_to_first_problem(board)


def form(board: Board) -> None:
    """Back to the form."""
    if board.file is None:
        return
    focused = board.pane == "source"
    board.file = None
    board.turn("settings")
    board.show_selected()
    if focused:
        board.focus_pane("settings")


def open_text(board: Board, path: Path) -> None:
    """Open a file's text in the middle. Raises MailferryError when it cannot be read."""
    board.desk.buffer(path)
    board.file = path
    board.open_source()
    board.call_after_refresh(board.focus_pane, "source")  # a text area made just now takes no focus yet


def _go_to_first_problem(board: Board) -> None:
    subject = board.subject
    if board.source is not None and subject is not None and subject.problems and subject.problems[0].line:
        board.source.go_to_line(subject.problems[0].line)


def cancel(board: Board) -> None:
    """Stop the running test; else leave the text; else clear the filter."""
    if testing.stop(board):
        return
    if board.pane == "source":
        form(board)
    elif board.accounts.wanted:
        board.show_filtered("")
        board.say("all accounts are shown again")
    else:
        board.say("")


async def jump(board: Board) -> None:
    """Show letters over panes and rows, and go where the typed one stands."""
    from mailferry.ui.jump import JumpScreen, targets

    there = await board.app.push_screen_wait(JumpScreen(targets(board)))
    if there is not None:
        board.focus_pane(there.pane)
        if there.stop is not None:
            there.go()

"""Leaving the interface without losing anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailferry.ui.verbs.saving import save_buffer

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from mailferry.ui.board import Board


def leave(board: Board) -> Coroutine[None, None, None] | None:
    """Leave at once, or ask first what is to become of unsaved edits."""
    if not board.desk.unsaved:
        _go(board)
        return None
    return _ask(board)


async def _ask(board: Board) -> None:
    from mailferry.ui.screens.confirm import ConfirmScreen

    names = ", ".join(buffer.path.name for buffer in board.desk.unsaved)
    answer = await board.app.push_screen_wait(
        ConfirmScreen(
            f"Not saved yet: {names}",
            [("s", "save and leave"), ("k", "keep for the next start"), ("d", "discard"), ("c", "stay")],
        )
    )
    if answer == "s":
        for buffer in board.desk.unsaved:
            if not await save_buffer(board, buffer):
                return
    elif answer == "k":
        board.desk.keep_drafts()
    elif answer == "d":
        for buffer in board.desk.unsaved:
            board.desk.editor.drafts.forget(buffer.path)
            board.desk.put_away(buffer.path)
    else:
        return
    _go(board)


def _go(board: Board) -> None:
    if board.run is not None:
        board.run.cancel.set()
    board.app.exit(0)

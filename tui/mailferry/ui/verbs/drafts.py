"""What was typed and not saved in an earlier session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailferry.model.problem import MailferryError
from mailferry.ui.buffer import Buffer
from mailferry.ui.verbs import accounts, walking

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from mailferry.store.drafts import Draft
    from mailferry.ui.board import Board


def offer_drafts(board: Board) -> Coroutine[None, None, None] | None:
    """At the start: offer the drafts that an earlier session left, or begin with the first account."""
    drafts = [draft for draft in board.desk.editor.drafts.all() if _changes_something(board, draft)]
    if drafts:
        return _offer(board, drafts)
    return None if board.desk.entries else accounts.first(board)


async def _offer(board: Board, drafts: list[Draft]) -> None:
    from mailferry.ui.screens.confirm import ConfirmScreen

    names = ", ".join(f"{draft.path.name} ({draft.when.astimezone():%-d %b %H:%M})" for draft in drafts)
    answer = await board.app.push_screen_wait(
        ConfirmScreen(
            f"An earlier session ended before these edits were saved: {names}",
            [("t", "take them up again"), ("l", "later"), ("d", "discard")],
            default="t",
        )
    )
    if answer == "t":
        for draft in drafts:
            base = _saved(board, draft)
            if base is None and draft.base is not None:  # the file is gone: what was typed becomes it again
                board.desk.editor.save(draft.path, None, draft.text)
                board.reload()
                continue
            board.desk.put(Buffer(path=draft.path, base=draft.base, text=draft.base or "").edited(draft.text))
            if base != draft.base:
                board.say(f"{draft.path.name} has changed since; saving will show the difference", "warn")
        if drafts[0].path.parent == board.desk.workspace.home.providers:
            walking.open_text(board, drafts[0].path)
        else:
            board.accounts.select(drafts[0].path.stem)
        board.show_edited()
    elif answer == "d":
        for draft in drafts:
            board.desk.editor.drafts.forget(draft.path)


def _changes_something(board: Board, draft: Draft) -> bool:
    folders = (board.desk.workspace.home.accounts, board.desk.workspace.home.providers)
    return draft.path.parent in folders and draft.text != _saved(board, draft)


def _saved(board: Board, draft: Draft) -> str | None:
    try:
        return board.desk.buffer(draft.path).base
    except MailferryError:
        return None

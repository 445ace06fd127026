"""Saving, also where another program has changed the file underneath."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mailferry.model.problem import InvalidFileError, MailferryError
from mailferry.store.files import ChangedOnDiskError
from mailferry.ui.verbs import fields, walking

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from mailferry.ui.board import Board
    from mailferry.ui.buffer import Buffer


def current_file(board: Board) -> Path | None:
    """The file that undo and save are about: the text that is open, else the highlighted account's."""
    if board.file is not None:
        return board.file
    return board.entry.path if board.entry is not None else None


def save(board: Board) -> Coroutine[None, None, None] | None:
    """Save the file being edited."""
    if not fields.settle(board):
        return None
    path = current_file(board)
    buffer = board.desk.buffers.get(path) if path else None
    if buffer is None or not (buffer.unsaved or buffer.base is None):
        board.say("nothing to save")
        return None
    return _save(board, buffer)


async def discard(board: Board) -> None:
    """Drop the unsaved edits of the file being edited, after asking; the file stays as it was last saved."""
    from mailferry.ui.screens.confirm import ConfirmScreen

    path = current_file(board)
    buffer = board.desk.buffers.get(path) if path else None
    if buffer is None or not buffer.unsaved:
        board.say("nothing is unsaved here")
        return
    answer = await board.app.push_screen_wait(
        ConfirmScreen(
            f"Discard the unsaved edits of {buffer.path.name}?",
            [("d", "discard"), ("k", "keep")],
            default="k",
        )
    )
    if answer == "d":
        drop(board, buffer)
        board.say(f"{buffer.path.name} is as it was last saved", "warn")


def drop(board: Board, buffer: Buffer) -> None:
    """Give up a buffer and its draft; a text that was never a file is gone with it."""
    board.desk.editor.drafts.forget(buffer.path)
    board.desk.put_away(buffer.path)
    if board.file == buffer.path and not buffer.path.exists():
        walking.form(board)
    board.show_edited()


async def _save(board: Board, buffer: Buffer) -> None:
    await save_buffer(board, buffer)


async def save_buffer(board: Board, buffer: Buffer) -> bool:
    """Save a buffer; when the file has changed underneath, ask what is to become of the two versions."""
    try:
        board.desk.editor.save(buffer.path, buffer.base, buffer.text)
    except InvalidFileError as error:
        _tell_invalid(board, buffer, error)
        return False
    except ChangedOnDiskError as error:
        return await _settle(board, buffer, error)
    board.desk.put_away(buffer.path)
    if buffer.path.parent == board.desk.workspace.home.providers:
        board.desk.forget_states()
    board.reload()
    board.say(f"saved {buffer.path.name}; u takes it back", "good")
    return True


def _tell_invalid(board: Board, buffer: Buffer, error: InvalidFileError) -> None:
    """Say that a file is not saved; why stands under its text already, where that is open."""
    words = f"{buffer.path.name} is not saved: it is not valid yet"
    if board.file == buffer.path and board.source is not None:
        board.say(words, "bad")
    else:
        board.complain(error, words)


async def _settle(board: Board, buffer: Buffer, changed: ChangedOnDiskError) -> bool:
    from mailferry.ui.screens.difference import DifferenceScreen

    choice = await board.app.push_screen_wait(
        DifferenceScreen(
            f"{buffer.path.name} was changed by another program",
            changed.diff(),
            [("m", "merge both"), ("t", "take theirs"), ("y", "keep yours")],
        )
    )
    theirs = changed.theirs
    if choice == "t":
        board.desk.put_away(buffer.path)
        board.desk.editor.drafts.forget(buffer.path)
        board.reload()
        board.say("took the other program's version; your edit is gone", "warn")
    elif choice == "y" and theirs is not None:
        return await save_buffer(board, buffer.rebased(theirs, buffer.text))
    elif choice == "y":
        board.desk.editor.save(buffer.path, None, buffer.text)
        board.desk.put_away(buffer.path)
        board.reload()
        board.say(f"saved {buffer.path.name} again", "good")
        return True
    elif choice == "m":
        _merge(board, buffer, theirs)
    return False


def _merge(board: Board, buffer: Buffer, theirs: str | None) -> None:
    from mailferry.store.merge import merge

    if theirs is None:
        raise MailferryError(f"{buffer.path.name} was deleted, so there is nothing to merge with")
    merged = merge(buffer.base or "", buffer.text, theirs)
    board.desk.put(buffer.rebased(theirs, merged.text))
    board.show_edited()
    if merged.conflicts:
        board.say(f"merged; both changed {', '.join(merged.conflicts)}: theirs stands. ctrl+s saves", "warn")
    else:
        board.say("merged; look it over, then ctrl+s saves", "good")

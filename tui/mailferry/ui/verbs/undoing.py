"""Taking back, and doing again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailferry.ui.verbs.saving import current_file

if TYPE_CHECKING:
    from mailferry.store.history import Step
    from mailferry.ui.board import Board


def undo(board: Board) -> None:
    """Take back the last unsaved edit of this file, else the last thing saved.

    In the TOML text only what was typed there, which the text itself remembers, is taken back.
    """
    if board.pane == "source" and board.source is not None:
        if not board.source.undo():
            board.say("nothing typed here to take back; u in the form takes back more")
        return
    path = current_file(board)
    buffer = board.desk.buffers.get(path) if path else None
    if buffer is not None and (earlier := buffer.undone()) is not None:
        board.desk.put(earlier)
        board.show_edited()
        board.say("took back an edit")
        return
    step = board.desk.editor.undo()
    if step is None:
        board.say("nothing to take back")
        return
    _show_step(board, step, [change.path.stem for change in step.changes if change.before is not None])
    board.say(f"took back: {step.what}; ctrl+r does it again", "good")


def redo(board: Board) -> None:
    """Do again what was taken back last."""
    if board.pane == "source" and board.source is not None and board.source.redo():
        return
    path = current_file(board)
    buffer = board.desk.buffers.get(path) if path else None
    if buffer is not None and (later := buffer.redone()) is not None:
        board.desk.put(later)
        board.show_edited()
        board.say("did it again")
        return
    step = board.desk.editor.redo()
    if step is None:
        board.say("nothing to do again")
        return
    _show_step(board, step, [change.path.stem for change in step.changes if change.after is not None])
    board.say(f"did again: {step.what}", "good")


def _show_step(board: Board, step: Step, there: list[str]) -> None:
    """Show what undo or redo has done to files; a buffer that holds nothing unsaved gives way to the file."""
    for change in step.changes:
        buffer = board.desk.buffers.get(change.path)
        if buffer is not None and not buffer.unsaved:
            board.desk.put_away(change.path)
        if board.file == change.path and change.path.stem not in there:
            board.file = None  # the file whose text was open is gone
            board.turn(board.turned)
    board.desk.forget_states()
    here = board.entry.id if board.entry is not None else None
    board.reload(here if here in there else there[0] if there else None)

"""Editing settings, taking recommended values, saving, undo and redo."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mailferry.model.finding import Finding
from mailferry.model.problem import InvalidFileError, MailferryError
from mailferry.store.files import ChangedOnDiskError
from mailferry.ui.panes.form_rows import FormRow, setting_words
from mailferry.ui.verbs import fields

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from mailferry.store.history import Step
    from mailferry.ui.board import Board
    from mailferry.ui.buffer import Buffer

_FOLLOW = ""


def edit(board: Board) -> Coroutine[None, None, None] | None:
    """From the list go to the settings; there, change the highlighted row."""
    if board.pane == "accounts":
        board.focus_pane("settings")
        return None
    if board.pane == "recommended":
        finding = board.comparison.finding
        board.focus_pane("settings")
        if finding is None or board.middle != "settings":
            return None
        board.form.select(finding.path)
    row = board.form.row
    if row is None:
        return None
    if row.kind == "choice":
        return _choose(board, row)
    fields.open_row(board, row)
    return None


async def _choose(board: Board, row: FormRow) -> None:
    from mailferry.ui.screens.choose import ChooseScreen

    follow = f"{row.value} · {row.origin}" if row.origin else "what is recommended"
    options = [(_FOLLOW or "follow", "leave it open", follow), *row.choices]
    chosen = await board.app.push_screen_wait(ChooseScreen(f"{row.section.split()[0]}: {row.label}", options))
    if chosen is None:
        return
    if row.key.endswith(".from"):
        await _choose_source(board, row, None if chosen == "follow" else chosen)
    else:
        fields.set_value(board, row, None if chosen == "follow" else chosen)


async def _choose_source(board: Board, row: FormRow, source: str | None) -> None:
    """Where a password comes from; a command is asked for together with the choice."""
    entry = board.entry
    assert entry is not None, "a row belongs to an account"
    table = row.key.removesuffix(".from")
    buffer = board.desk.buffer(entry.path)
    if source == "command":
        import shlex

        from mailferry.ui.screens.prompt import PromptScreen

        typed = await board.app.push_screen_wait(
            PromptScreen(
                "Password command",
                "Command",
                help="A program and its arguments; the first line that it prints is the password.",
                check=_command_fault,
            )
        )
        if not typed:
            return
        buffer = buffer.with_value(row.key, source).with_value(f"{table}.command", shlex.split(typed))
    elif source is None:
        buffer = buffer.with_value(f"{table}.command", None).with_value(row.key, None)
    else:
        buffer = buffer.with_value(f"{table}.command", None).with_value(row.key, source)
    board.desk.put(buffer)
    board.show_edited()


def _command_fault(text: str) -> str | None:
    import shlex

    try:
        words = shlex.split(text)
    except ValueError:
        return "a quote is not closed"
    return None if words else "a program is needed, like: pass show mail/mum"


def accept(board: Board) -> None:
    """Take the recommended value of the highlighted setting."""
    if board.pane == "test":
        _accept_for_failed(board)
        return
    finding = _highlighted(board)
    if finding is None:
        board.say("nothing differs from the recommendation here")
        return
    if not finding.fix:
        board.say(f"{setting_words(finding.path)}: no other value mends this; {finding.why}", "warn")
        return
    _take(board, [finding.path])


def accept_all(board: Board) -> None:
    """Take every recommended value of the highlighted account."""
    known = board.subject.known if board.subject else None
    paths = [each.path for each in known.comparison.findings if each.fix] if known else []
    if paths:
        _take(board, paths)
    else:
        board.say("nothing to accept: no recommended value differs")


def _highlighted(board: Board) -> Finding | None:
    known = board.subject.known if board.subject else None
    if board.pane == "settings" and known is not None and board.form.row is not None:
        finding = known.finding(board.form.row.key)
        return finding if finding is not None and finding.verdict not in ("same", "inherited") else None
    return board.comparison.finding


def _accept_for_failed(board: Board) -> None:
    """What the recommendation has to say about the servers whose test failed."""
    known = board.subject.known if board.subject else None
    if known is None or known.tested is None:
        board.say("not tested yet; t tests")
        return
    roles = {server.role for server in known.tested.check.servers if not server.ok}
    paths = [each.path for each in known.comparison.findings if each.fix and each.path.split(".")[0] in roles]
    if paths:
        _take(board, paths)
    else:
        board.say("the settings of that server are as recommended; what failed is something else", "warn")


def _take(board: Board, paths: list[str]) -> None:
    """Write recommended values: saved at once, unless other edits of the file wait to be saved."""
    entry = board.entry
    assert entry is not None, "findings belong to an account"
    buffer = board.desk.buffers.get(entry.path)
    what = setting_words(paths[0]) if len(paths) == 1 else f"{len(paths)} settings"
    if buffer is not None and buffer.unsaved:
        from mailferry.advice.fixes import chosen_fixes

        known = board.subject.known if board.subject else None
        assert known is not None, "findings come from a readable account"
        text = buffer
        for fix in chosen_fixes(known.comparison, paths):
            text = text.with_value(fix.path, fix.value)
        board.desk.put(text)
        board.show_edited()
        board.say(f"{what} as recommended, not saved yet", "good")
        return
    proposal = board.desk.editor.propose(entry, paths)
    board.desk.editor.apply([proposal], f"accept {what} of {entry.id}")
    board.desk.put_away(entry.path)
    board.reload(entry.id)
    board.say(f"{what} as recommended, saved; u takes it back", "good")


def _current(board: Board) -> Path | None:
    """The file that undo and save are about: the text that is open, else the highlighted account's."""
    if board.file is not None:
        return board.file
    return board.entry.path if board.entry is not None else None


def undo(board: Board) -> None:
    """Take back the last unsaved edit of this file, else the last thing saved."""
    path = _current(board)
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
    path = _current(board)
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
    board.reload(there[0] if there else None)


def save(board: Board) -> Coroutine[None, None, None] | None:
    """Save the file being edited."""
    if not fields.settle(board):
        return None
    path = _current(board)
    buffer = board.desk.buffers.get(path) if path else None
    if buffer is None or not buffer.unsaved:
        board.say("nothing to save")
        return None
    return _save(board, buffer)


async def _save(board: Board, buffer: Buffer) -> None:
    await save_buffer(board, buffer)


async def save_buffer(board: Board, buffer: Buffer) -> bool:
    """Save a buffer; when the file has changed underneath, ask what is to become of the two versions."""
    try:
        board.desk.editor.save(buffer.path, buffer.base, buffer.text)
    except InvalidFileError as error:
        board.complain(error, f"{buffer.path.name} is not saved: it is not valid yet")
        return False
    except ChangedOnDiskError as error:
        return await _settle(board, buffer, error)
    board.desk.put_away(buffer.path)
    board.reload()
    board.say(f"saved {buffer.path.name}; u takes it back", "good")
    return True


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
    merged = merge(buffer.base, buffer.text, theirs)
    board.desk.put(buffer.rebased(theirs, merged.text))
    board.show_edited()
    if merged.conflicts:
        board.say(f"merged; both changed {', '.join(merged.conflicts)}: theirs stands. ctrl+s saves", "warn")
    else:
        board.say("merged; look it over, then ctrl+s saves", "good")


async def external_editor(board: Board) -> None:
    """Open the file in the user's own editor, on a copy whose result becomes an unsaved edit."""
    from mailferry.ui.external import edit_elsewhere

    path = _current(board)
    if path is None:
        return
    buffer = board.desk.buffer(path)
    text = edit_elsewhere(board.app, path.name, buffer.text)
    if text == buffer.text:
        board.say("nothing was changed")
        return
    board.desk.put(buffer.edited(text))
    board.show_edited()
    board.say("changed, not saved yet: ctrl+s saves", "good")

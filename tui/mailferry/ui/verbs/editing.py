"""Changing a setting in the form, or the file in the user's own editor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailferry.ui.panes.form_rows import FormRow
from mailferry.ui.verbs import fields
from mailferry.ui.verbs.saving import current_file

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from mailferry.ui.board import Board


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
    open_choice = ("follow", "leave it open", follow)
    if row.key == "password.from":
        open_choice = ("follow", "the default: password store", "")
    elif row.key == "outgoing.password.from":
        open_choice = ("follow", "the default: as for incoming", "")
    options = [open_choice, *row.choices]
    chosen = await board.app.push_screen_wait(
        ChooseScreen(f"{row.section.split()[0]}: {row.label}", options, does="set it")
    )
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
                help="A program and its arguments; the first line that it prints is the password, or for a"
                " sign-in by web page the token: oama access me@example.org, for instance.",
                does="set it",
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


async def external_editor(board: Board) -> None:
    """Open the file in the user's own editor, on a copy whose result becomes an unsaved edit."""
    from mailferry.ui.external import edit_elsewhere

    path = current_file(board)
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

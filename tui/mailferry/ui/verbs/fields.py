"""Fields laid over the panes: the value of a row of the form, and the filter of the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from textual.geometry import Region
from textual.widgets import Input

from mailferry.model.problem import InvalidFileError
from mailferry.ui.inline import InlineInput
from mailferry.ui.panes.form_rows import FormRow, row_value, words_for

if TYPE_CHECKING:
    from mailferry.ui.board import Board
    from mailferry.ui.buffer import Buffer

_ROW = "row-field"
_FILTER = "filter-field"


def open_row(board: Board, row: FormRow) -> None:
    """Lay a field over the value of the highlighted row."""
    if row.own:
        known = board.form.subject.known if board.form.subject else None
        recommended = known is not None and known.recommendation.how != "none"
        hint = "empty: as recommended" if recommended and "." in row.key else "empty: not stated"
    else:
        follows = " · ".join(filter(None, (words_for(row.key, row.value), row.origin)))
        hint = f"empty: {follows}" if follows else "nothing is recommended"
    _open(board, InlineInput(row.raw, id=_ROW, pane="settings", placeholder=hint), board.form.value_region())


def open_filter(board: Board) -> None:
    """Lay a field over the lower edge of the list."""
    field = InlineInput(
        board.accounts.wanted, id=_FILTER, pane="accounts", placeholder="name, address, person, tag"
    )
    _open(board, field, _filter_region(board))


def place(board: Board) -> None:
    """Put an open field where it belongs, after the window has another size."""
    field = board.field
    if field is not None:
        region = board.form.value_region() if field.id == _ROW else _filter_region(board)
        if region is not None:
            field.lay_over(region)


def changed(board: Board, field: Input) -> None:
    """Filter while the filter is typed."""
    if field.id == _FILTER and field.value != board.accounts.wanted:
        board.show_filtered(field.value)


def submitted(board: Board, field: Input) -> None:
    """Take over what was typed, and close the field if it can be taken over."""
    if field.id == _FILTER:
        _close(field)
        board.focus_pane("accounts")
    elif field.id == _ROW and set_row(board, field.value):
        _close(field)
        board.focus_pane("settings")


def given_up(board: Board, field: InlineInput) -> None:
    """Close the field; a filter is cleared, a row stays as it was."""
    _close(field)
    if field.id == _FILTER:
        board.show_filtered("")
        board.focus_pane("accounts")
    else:
        if board.form.row is not None:
            board.form.note(board.form.row.key, None)
        board.focus_pane("settings")


def left(board: Board, field: InlineInput, step: int) -> None:
    """Go on to the next row, or from the filter into the list."""
    submitted(board, field)
    if field.id == _ROW and board.field is None:
        board.form.go(board.form.cursor + step)


def settle(board: Board) -> bool:
    """Take over what is typed in an open field; False when it cannot be taken over."""
    if board.field is not None:
        submitted(board, board.field)
    return board.field is None


def set_row(board: Board, typed: str) -> bool:
    """Write a value into the buffer; False, with a message under the row, when the file would be invalid."""
    row = board.form.row
    return row is not None and set_value(board, row, row_value(row, typed))


def set_value(board: Board, row: FormRow, value: str | int | list[str] | None) -> bool:
    """Write the value of a row into the buffer of the highlighted account, if the file stays valid."""
    entry = board.entry
    assert entry is not None, "a row belongs to an account"
    buffer = board.desk.buffer(entry.path)
    if row.kind == "port" and isinstance(value, str):
        board.form.note(row.key, "ports are numbers, from 1 to 65535")
        place(board)
        return False
    try:
        edited = _with_what_it_implies(board, buffer.with_value(row.key, value), row.key)
        board.desk.account_in(edited)
    except InvalidFileError as error:
        words = "\n".join(problem.message for problem in error.problems)
        board.form.note(row.key, words)
        place(board)
        return False
    board.form.note(row.key, None)
    board.desk.put(edited)
    board.show_edited()
    return True


def _with_what_it_implies(board: Board, buffer: Buffer, key: str) -> Buffer:
    """The buffer with what a host or a port tells of a server that nobody recommends, as one edit with it."""
    role, _, field = key.partition(".")
    if field not in ("host", "port"):
        return buffer
    from mailferry.own_servers import implied
    from mailferry.store.edit import set_value as set_in

    account = board.desk.account_in(buffer)
    text = buffer.text
    for path, value in implied(account, board.desk.workspace.recommendation(account)):
        if path.startswith(f"{role}."):
            text = set_in(text, path, value)
    return msgspec.structs.replace(buffer, text=text)


def _open(board: Board, field: InlineInput, region: Region | None) -> None:
    if region is None or board.field is not None:
        return
    field.lay_over(region)
    board.mount(field)
    board.set_focus(field, scroll_visible=False)  # at once: what is typed next is meant for it


def _close(field: Input) -> None:
    field.remove_class("field")  # removing takes a moment; from now on it is not open
    field.remove()


def _filter_region(board: Board) -> Region:
    outer = board.query_one("#accounts-frame").region
    return Region(outer.x + 1, outer.bottom - 1, outer.width - 2, 1)

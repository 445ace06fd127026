"""What others have changed on disk while the interface runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailferry.model.problem import MailferryError
from mailferry.store.files import present

if TYPE_CHECKING:
    from mailferry.ui.board import Board


def show_changes(board: Board) -> None:
    """Show the files as they are now and say which changed; unsaved edits stay untouched."""
    before = {entry.id: entry for entry in board.desk.entries}
    board.desk.workspace.forget_cached()
    in_the_way = _put_away_unedited(board)
    board.reload()
    after = {entry.id: entry for entry in board.desk.entries}
    names = sorted(
        {
            *before.keys() ^ after.keys(),
            *(name for name in after if name in before and after[name] is not before[name]),
        }
    )
    if in_the_way:
        board.say(f"{', '.join(in_the_way)} changed on disk too; saving will show the difference", "warn")
    elif names:
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        board.say(f"changed by another program: {', '.join(names[:3])}{more}", "accent")


def _put_away_unedited(board: Board) -> list[str]:
    """Drop buffers without unsaved edits whose file has changed; name those with unsaved ones."""
    in_the_way = []
    for buffer in list(board.desk.buffers.values()):
        try:
            same = present(buffer.path) == buffer.base
        except MailferryError:
            same = False
        if same:
            continue
        if buffer.unsaved:
            in_the_way.append(buffer.path.name)
        else:
            board.desk.put_away(buffer.path)
    return in_the_way

"""Taking recommended values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailferry.model.finding import Finding
from mailferry.ui.panes.form_rows import setting_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mailferry.advice.fixes import Fix
    from mailferry.ui.board import Board
    from mailferry.ui.subject import Known


def accept(board: Board) -> None:
    """Take the recommended value of the highlighted setting."""
    if board.pane == "test":
        _accept_for_failed(board)
        return
    finding = highlighted(board)
    if finding is None:
        board.say("nothing differs from the recommendation here")
        return
    if not finding.fix:
        board.say(f"no other value mends {setting_words(finding.path)}; the comparison (3) says why", "warn")
        return
    _take(board, [finding.path])


def accept_all(board: Board) -> None:
    """Take every recommended value of the highlighted account."""
    paths = all_acceptable(board)
    if paths:
        _take(board, paths)
    else:
        board.say("nothing to accept: no recommended value differs")


def acceptable(board: Board) -> list[str]:
    """The settings that `accept` would change in the focused pane."""
    if board.pane == "test":
        return _for_failed(_known(board))
    finding = highlighted(board)
    return [finding.path] if finding is not None and finding.fix else []


def all_acceptable(board: Board) -> list[str]:
    """The settings of the account that `accept_all` would change."""
    known = _known(board)
    return [each.path for each in known.comparison.findings if each.fix] if known else []


def highlighted_path(board: Board) -> str | None:
    """The highlighted setting, where a recommended value would mend it."""
    finding = highlighted(board) if board.pane in ("settings", "recommended") else None
    return finding.path if finding is not None and finding.fix else None


def _known(board: Board) -> Known | None:
    """What the panes know of the account that they show."""
    return board.form.subject.known if board.form.subject else None


def highlighted(board: Board) -> Finding | None:
    """What comparing says of the highlighted setting, where that is worth a word."""
    known = _known(board)
    if board.pane == "settings" and known is not None and board.form.row is not None:
        finding = known.finding(board.form.row.key)
        return finding if finding is not None and finding.verdict not in ("same", "inherited") else None
    return board.comparison.finding


def _accept_for_failed(board: Board) -> None:
    """What the recommendation has to say about the servers whose test failed."""
    known = _known(board)
    if known is None or known.tested is None:
        board.say("not tested yet; t tests")
        return
    if paths := _for_failed(known):
        _take(board, paths)
    else:
        board.say("the settings of that server are as recommended; what failed is something else", "warn")


def _for_failed(known: Known | None) -> list[str]:
    if known is None or known.tested is None:
        return []
    roles = {server.role for server in known.tested.check.servers if not server.ok}
    return [each.path for each in known.comparison.findings if each.fix and each.path.split(".")[0] in roles]


def _take(board: Board, paths: list[str]) -> None:
    from mailferry.advice.fixes import chosen_fixes

    known = _known(board)
    assert known is not None, "findings come from a readable account"
    what = setting_words(paths[0]) if len(paths) == 1 else f"{len(paths)} settings"
    saved = write(
        board,
        chosen_fixes(known.comparison, paths),
        f"accept {what}",
    )
    board.say(
        f"{what} as recommended, saved; u takes it back"
        if saved
        else f"{what} as recommended, not saved yet",
        "good",
    )


def write(board: Board, fixes: Sequence[Fix], what: str) -> bool:
    """Write values into the highlighted account: saved at once, as one step, which gives True.

    Where other edits of the file wait to be saved, they are edits as well, and it gives False.
    """
    entry = board.entry
    assert entry is not None, "fixes belong to an account"
    buffer = board.desk.buffers.get(entry.path)
    if buffer is not None and buffer.unsaved:
        for fix in fixes:
            buffer = buffer.with_value(fix.path, fix.value)
        board.desk.put(buffer)
        board.show_edited()
        return False
    editor = board.desk.editor
    editor.apply([editor.propose_fixes(entry, fixes)], f"{what} of {entry.id}")
    board.desk.put_away(entry.path)
    board.reload(entry.id)
    return True

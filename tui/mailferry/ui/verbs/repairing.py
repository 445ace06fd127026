"""Taking what a test saw working where the settings fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailferry.ui.verbs import accepting

if TYPE_CHECKING:
    from mailferry.advice.fixes import Fix
    from mailferry.ui.board import Board


def take_what_works(board: Board) -> None:
    """Write what the last test saw working, of each server that failed, into the account."""
    fixes = seen(board)
    if not fixes:
        known = board.subject.known if board.subject else None
        if known is None or known.tested is None:
            board.say("not tested with these settings yet; t tests")
        else:
            instead = "; A takes what is recommended" if accepting.all_acceptable(board) else ""
            board.say(f"the test saw nothing else that would work{instead}")
        return
    from mailferry.ui.panes.result_lines import changes_words

    what = changes_words({fix.path: fix.value for fix in fixes})
    saved = accepting.write(board, fixes, "take what works")
    taken = "saved, u takes it back" if saved else "not saved yet"
    board.say(f"{what}: {taken}; t goes on from the failed step", "good")


def seen(board: Board) -> tuple[Fix, ...]:
    """What taking it would write; nothing where nothing was seen."""
    known = board.form.subject.known if board.form.subject else None
    if known is None or known.tested is None or known.tested.check.ok:
        return ()
    from mailferry.advice.fixes import fixes_seen

    return fixes_seen(known.tested.check)

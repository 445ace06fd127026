"""Taking what a test saw working where the settings fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailferry.ui.verbs import accepting

if TYPE_CHECKING:
    from mailferry.advice.fixes import Fix
    from mailferry.model.check import Repair
    from mailferry.ui.board import Board


async def take_what_works(board: Board) -> None:
    """Write what the last test saw working, of each server that failed, into the account.

    Another host is a place that the next test sends the password to: one that nobody named is asked about.
    """
    fixes = seen(board)
    if not fixes:
        _say_why_not(board)
        return
    from mailferry.ui.panes.result_lines import changes_words

    if (strange := _strange(board)) is not None and not await _confirmed(board, strange):
        return
    what = changes_words({fix.path: fix.value for fix in fixes})
    saved = accepting.write(board, fixes, "take what works")
    taken = "saved, u takes it back" if saved else "not saved yet"
    board.say(f"{what}: {taken}; t goes on from the failed step", "good")


def _say_why_not(board: Board) -> None:
    known = board.subject.known if board.subject else None
    if known is None or known.tested is None:
        board.say("not tested with these settings yet; t tests")
    else:
        instead = "; A takes what is recommended" if accepting.all_acceptable(board) else ""
        wrong = any(server.repairs for server in known.tested.check.servers if not server.ok)
        saw = "nothing that f takes by itself: it answers, and is not right all the same"
        board.say(f"the test saw {saw if wrong else 'nothing else that would work'}{instead}")


def _strange(board: Board) -> Repair | None:
    """What would be taken and leads to a host that nobody named."""
    from mailferry.advice.fixes import repair_to_take
    from mailferry.advice.names import same_host

    known = board.subject.known if board.subject else None
    if known is None or known.tested is None:
        return None
    for server in known.tested.check.servers:
        repair = repair_to_take(server)
        host = repair.changes.get(f"{server.role}.host") if repair is not None else None
        named = known.recommendation.servers(server.role)
        if host is not None and not any(same_host(str(host), each.host) for each in named):
            return repair
    return None


async def _confirmed(board: Board, repair: Repair) -> bool:
    from mailferry.ui.screens.confirm import ConfirmScreen

    host = next(value for path, value in repair.changes.items() if path.endswith(".host"))
    answer = await board.app.push_screen_wait(
        ConfirmScreen(
            f"{repair.seen.strip().removesuffix('.')}. Nobody recommends {host}, and the next test sends the"
            " password there. Take it?",
            [("y", "take it"), ("n", "no")],
        )
    )
    return answer == "y"


def seen(board: Board) -> tuple[Fix, ...]:
    """What taking it would write; nothing where nothing was seen."""
    known = board.form.subject.known if board.form.subject else None
    if known is None or known.tested is None or known.tested.check.ok:
        return ()
    from mailferry.advice.fixes import fixes_seen

    return fixes_seen(known.tested.check)

"""Standing by a setting that deviates: with a reason, until a day or for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailferry.model.finding import DEVIATIONS, Finding
from mailferry.model.problem import MailferryError
from mailferry.ui.panes.form_rows import setting_words
from mailferry.ui.verbs import accepting

if TYPE_CHECKING:
    from mailferry.ui.board import Board
    from mailferry.workspace import AccountEntry


async def stand_by(board: Board) -> None:
    """Ask why the highlighted deviation is right, and note it; for an accepted one, whether still."""
    finding, entry = accepting.highlighted(board) or _idle(board), board.entry
    if finding is None or entry is None:
        board.say("nothing differs from the recommendation here")
        return
    accepted = entry.value is not None and finding.path in entry.value.accepted
    if finding.verdict not in DEVIATIONS and not accepted:
        board.say("this needs no acceptance; the comparison (3) says why")
        return
    buffer = board.desk.buffers.get(entry.path)
    if buffer is not None and buffer.unsaved:
        raise MailferryError(f"{entry.path.name} has unsaved edits; save them first, or discard them (X)")
    if finding.verdict not in DEVIATIONS:
        done = await _withdraw(board, entry, finding)
    else:
        done = await _accept(board, entry, finding)
    if done:
        board.desk.put_away(entry.path)
        board.reload(entry.id)
        board.say(f"{setting_words(finding.path)} {done}, saved; u takes it back", "good")


def _idle(board: Board) -> Finding | None:
    """The finding of a highlighted setting that is accepted although nothing deviates there any more."""
    known = board.form.subject.known if board.form.subject else None
    if board.pane != "settings" or known is None or board.form.row is None:
        return None
    finding = known.finding(board.form.row.key)
    return finding if finding is not None and finding.path in known.account.accepted else None


async def _accept(board: Board, entry: AccountEntry, finding: Finding) -> str | None:
    from mailferry.acceptances import last_day, of_deviation
    from mailferry.ui.screens.prompt import PromptScreen

    # What will be refused is refused before anything is asked. This writes nothing.
    of_deviation(board.desk.workspace, entry, finding.path, "not asked yet", None)
    if not await _knows_what_it_opens(board, entry, finding):
        return None
    before = entry.value.accepted.get(finding.path) if entry.value else None  # ended, or for another value
    reason = await board.app.push_screen_wait(
        PromptScreen(
            f"Stand by {setting_words(finding.path)}",
            "Why it is right",
            before.reason if before is not None else "",
            help="A few words, shown beside it, such as: the hotel blocks 993.",
            does="go on",
            check=_reason_fault,
        )
    )
    if reason is None:
        return None
    until = await board.app.push_screen_wait(
        PromptScreen(
            "Until when",
            "Last day",
            help="Such as 2027-01-31; after it the deviation is reported again. Empty: for good.",
            does="stand by it",
            check=_day_fault,
        )
    )
    if until is None:
        return None
    day = last_day(until) if until.strip() else None
    board.desk.editor.accept(entry, finding.path, reason, day)
    return f"stands until {day.isoformat()}" if day is not None else "stands"


async def _knows_what_it_opens(board: Board, entry: AccountEntry, finding: Finding) -> bool:
    """Whether the user agrees to what accepting a host that looks like a slip means; True for all else."""
    from mailferry.acceptances import what_it_opens
    from mailferry.ui.screens.confirm import ConfirmScreen

    opens = what_it_opens(board.desk.workspace, entry.value, finding.path) if entry.value else None
    if opens is None:
        return True
    choices = [("k", "leave it as it is"), ("y", "it is the right host, accept it")]
    return await board.app.push_screen_wait(ConfirmScreen(opens, choices)) == "y"


async def _withdraw(board: Board, entry: AccountEntry, finding: Finding) -> str | None:
    from mailferry.ui.screens.confirm import ConfirmScreen

    question = f"{setting_words(finding.path).capitalize()} is accepted. {finding.why}"
    choices = [("w", "stand by it no longer"), ("k", "keep it accepted")]
    if await board.app.push_screen_wait(ConfirmScreen(question, choices)) != "w":
        return None
    board.desk.editor.withdraw(entry, finding.path)
    return "is accepted no longer"


def _reason_fault(text: str) -> str | None:
    from mailferry.acceptances import one_line

    try:
        one_line(text)
    except MailferryError as error:
        return str(error)
    return None


def _day_fault(text: str) -> str | None:
    from mailferry.acceptances import last_day

    try:
        if text.strip():
            last_day(text)
    except MailferryError as error:
        return str(error)
    return None

"""What lies behind the result of a test: what was said, what the servers are, a report for others to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailferry.model.problem import MailferryError
from mailferry.ui.spans import EMPTY, Line, text_of

if TYPE_CHECKING:
    from mailferry.model.account import Role
    from mailferry.ui.board import Board
    from mailferry.ui.subject import Known, Subject

_PLAIN_WIDTH = 100
"""Cells of a line in the text that can be copied or written to a file."""

_MARKS = "< the server said   > mailferry said   ~ happened between.  ••• stands for what is secret.\n"


def transcript(board: Board) -> None:
    """What was said in the last test of this session, with both servers."""
    from mailferry.advice.earlier import not_tested_again
    from mailferry.model.transcript_text import as_text
    from mailferry.reporting import anonymiser_of
    from mailferry.ui.screens.for_others import ForOthersScreen

    subject, known = _subject(board)
    heard = board.desk.heard.of(subject.id)
    if not heard:
        tested = known.tested is not None
        board.say(
            "transcripts are not kept on disk: t tests again, then x shows what was said"
            if tested
            else "nothing was said yet: t tests, then x shows what was said"
        )
        return

    check = known.tested.check if known.tested is not None else None

    missing = not_tested_again(check) if check is not None else ()

    def write(without_address: bool) -> str:
        if not without_address:
            return as_text(heard, missing)
        hide = anonymiser_of(board.desk.workspace, subject.id, known.account, check)
        return as_text(map(hide.transcript, heard), map(hide.text, missing))

    board.app.push_screen(
        ForOthersScreen(
            f"What was said in the test of {known.account.address}",
            write,
            note=_MARKS,
            file_name=f"{subject.id}-transcript.txt",
        )
    )


async def details(board: Board) -> None:
    """All that the last test learnt about the servers; a certificate of one's own can be pinned."""
    from mailferry.advice.capabilities import capability_report
    from mailferry.ui.panes.detail_lines import detail_lines
    from mailferry.ui.screens.details import DetailsScreen

    _, known = _subject(board)
    if known.tested is None:
        raise MailferryError("not tested with these settings yet; t tests")
    servers = known.tested.check.servers
    reports = [capability_report(server) for server in servers]

    def write(width: int) -> list[Line]:
        parts = [detail_lines(*each, width) for each in zip(servers, reports, strict=True)]
        return [line for part in parts for line in (*part, EMPTY)][:-1]

    text = "\n".join(text_of(line).rstrip() for line in write(_PLAIN_WIDTH))
    screen = DetailsScreen(f"The servers of {known.account.address}", text, write, servers)
    await board.app.push_screen_wait(screen)
    if screen.pinned is not None:
        _pin(board, known, screen.pinned)


def _pin(board: Board, known: Known, role: Role) -> None:
    """Write the fingerprint of the certificate that the last test met."""
    from mailferry.advice.pinning import pin
    from mailferry.ui.verbs import accepting

    assert known.tested is not None
    met = next(each for each in known.tested.check.servers if each.role == role)
    saved = accepting.write(board, [pin(met)], f"pin the {role} certificate")
    board.say(f"pinned, {'saved; u takes it back' if saved else 'not saved yet'}; t tests with it", "good")


async def grid(board: Board) -> None:
    """All listed accounts and the stages of their tests; the one that is picked is gone to."""
    from mailferry.ui.screens.grid import GridScreen

    if not board.accounts.listed:
        raise MailferryError("there is no account; n adds one")
    chosen = await board.app.push_screen_wait(GridScreen(board))
    if chosen is not None:
        board.accounts.select(chosen)
        board.turn("test")


async def report(board: Board) -> None:
    """A report without secrets that can be shown to whoever helps."""
    from mailferry.reporting import report as written
    from mailferry.ui.screens.for_others import ForOthersScreen

    subject, known = _subject(board)
    if subject.unsaved:
        raise MailferryError("a report is about what is saved: ctrl+s saves the edits, X discards them")
    workspace = board.desk.workspace
    check = known.tested.check if known.tested is not None else None
    heard = board.desk.heard.of(subject.id)

    def write(without_address: bool) -> str:
        return written(workspace, subject.id, check=check, transcripts=heard, without_address=without_address)

    board.app.push_screen(ForOthersScreen("Report", write, file_name=f"{subject.id}-report.md"))


def _subject(board: Board) -> tuple[Subject, Known]:
    subject = board.subject
    if subject is None:
        raise MailferryError("there is no account; n adds one")
    if subject.known is None:
        raise MailferryError("the file cannot be read; mend it first")
    return subject, subject.known

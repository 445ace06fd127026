"""One recommendation for all accounts of a provider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailferry.model.problem import MailferryError
from mailferry.ui.panes.form_rows import setting_words
from mailferry.ui.verbs import accepting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mailferry.editing import Proposal
    from mailferry.ui.board import Board


async def accept_for_provider(board: Board) -> None:
    """Take recommended values in every account of the provider, after one look at the difference.

    Where a setting that differs is highlighted it is about that one, else about all.
    """
    known = board.subject.known if board.subject else None
    provider = known.recommendation.provider if known is not None else None
    if known is None or provider is None:
        raise MailferryError("this account follows no provider")
    path = accepting.highlighted_path(board)
    while True:
        proposals = board.desk.editor.propose_all(provider, [path] if path is not None else None)
        mended = [each for each in proposals if each.fixes]
        if not mended:
            board.say(f"nothing to accept in the {_count(len(proposals))} of {known.source}")
            return
        _refuse_unsaved(board, mended)
        answer = await _ask(board, known.source, path, mended, len(proposals))
        if answer != "e":
            break
        path = None
    if answer == "s":
        what = setting_words(path) if path is not None else "all settings"
        board.desk.editor.apply(mended, f"{what} of {_count(len(mended))} of {provider}")
        for each in mended:
            board.desk.put_away(each.path)
        board.reload(board.entry.id if board.entry is not None else None)
        board.say(f"{what} as recommended in {_count(len(mended))}, saved; u takes it back", "good")


async def _ask(
    board: Board, provider: str, path: str | None, mended: Sequence[Proposal], total: int
) -> str | None:
    from mailferry.ui.screens.difference import DifferenceScreen

    what = setting_words(path).capitalize() if path is not None else "What differs"
    choices = [("s", f"save in {_count(len(mended))}")]
    if path is not None:
        choices.append(("e", "every setting that differs, not this one alone"))
    choices.append(("n", "change nothing"))
    return await board.app.push_screen_wait(
        DifferenceScreen(
            f"{what} in {len(mended)} of {_count(total)} of {provider}",
            "\n\n".join(each.diff().rstrip() for each in mended),
            choices,
        )
    )


def _refuse_unsaved(board: Board, mended: Sequence[Proposal]) -> None:
    unsaved = {buffer.path for buffer in board.desk.unsaved}
    names = [each.path.name for each in mended if each.path in unsaved]
    if names:
        raise MailferryError(f"{', '.join(names)} has unsaved edits; save them first, or discard them (X)")


def _count(accounts: int) -> str:
    return "1 account" if accounts == 1 else f"{accounts} accounts"

"""All accounts compared at once: what they share, who stands alone, and who meet at one mailbox."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mailferry.ui.board import Board
    from mailferry.workspace import Workspace


async def compare_all(board: Board) -> None:
    """Show what all accounts, as they are saved, say about each other."""
    from mailferry.ui.screens.show import ShowScreen

    board.say("comparing all accounts …", "accent")
    paragraphs = await asyncio.to_thread(_paragraphs, board.desk.workspace)
    board.say("")
    count = len(board.desk.entries)
    title = "1 account" if count == 1 else f"{count} accounts together"
    board.app.push_screen(ShowScreen(title, "\n\n".join(paragraphs), file_name="compared.txt"))


def _paragraphs(workspace: Workspace) -> list[str]:
    from itertools import groupby

    from mailferry.advice.across import alike, say_alike, say_odd
    from mailferry.siblings import siblings

    readable = [(entry.id, entry.value) for entry in workspace.accounts() if entry.value is not None]
    compared = [workspace.compare(name, account) for name, account in readable]
    found = siblings(workspace, compared)
    ailing = [each.account for each in compared if not each.ok]
    paragraphs = [
        f"Something is wrong in {len(ailing)} of {len(compared)} accounts: {', '.join(ailing)}."
        if ailing
        else f"Nothing is wrong in any of {len(compared)} accounts."
    ]
    for group in alike(found.shared):
        mends = "\nF on one of them mends them." if len(group[0].fixable) > 1 else ""
        paragraphs.append(say_alike(group, workspace.catalogue.need(group[0].provider).name) + mends)
    for _, of_account in groupby(found.odd, key=lambda odd: odd.account):
        alone = tuple(of_account)
        paragraphs.append(say_odd(alone, workspace.catalogue.need(alone[0].provider).name))
    paragraphs += [twins.why for twins in found.twins]
    if len(paragraphs) == 1:
        paragraphs.append("They have no deviation in common, and none stands alone.")
    return paragraphs

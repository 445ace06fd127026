"""Writing an iPhone profile or set-up instructions."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mailferry.ui.board import Board


async def export(board: Board) -> None:
    """Ask what to write and where, and write it."""
    raise NotImplementedError

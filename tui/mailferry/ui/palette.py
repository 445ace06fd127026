"""The actions as they are offered in the palette and in the help: with the keys they have now."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mailferry.ui.actions import ACTIONS, MOTIONS, Action
from mailferry.ui.keymap import keys_of

if TYPE_CHECKING:
    from mailferry.ui.board import Board

_NOT_BY_NAME = {"palette", "next-pane", "previous-pane", "cancel"}


def current(board: Board) -> list[Action]:
    """Every action with the keys that the user's key map gives it, as people write them."""
    return [replace(each, keys=keys_of(each, board.ferry.keymap)) for each in (*ACTIONS, *MOTIONS)]


def options(board: Board) -> list[tuple[str, str, str]]:
    """Id, name and hint of every action that makes sense by name."""
    return [
        (each.id, f"{each.label}: {each.help.rstrip('.')}", " ".join(each.keys))
        for each in current(board)
        if each.id not in _NOT_BY_NAME
        and each not in MOTIONS
        and each.id not in {motion.id for motion in MOTIONS}
    ]

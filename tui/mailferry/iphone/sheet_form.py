"""What a form of a sheet has to know: how inline pieces and blocks are written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from mailferry.iphone.blocks import Block
from mailferry.iphone.plain import plain
from mailferry.iphone.scene import Scene


class Shown(str):
    """Text that already has its form; everything else is given one before it reaches a sheet."""

    __slots__ = ()


_NO_BREAK = "\u00a0"


def sentence(text: str) -> str:
    """`plain` text in which no-break blanks stay: French has them before “:” and “;”."""
    return _NO_BREAK.join(plain(part) for part in text.split(_NO_BREAK))


class SheetForm(Protocol):
    """How inline pieces and blocks are written, in one language.

    `emphasis` says how labels stand out: it is the end of a message's name, words.emphasis-….
    """

    emphasis: str

    def words(self, text: str) -> Shown:
        """Somebody's words, without any power over the form."""

    def label(self, text: str | Sequence[str]) -> Shown:
        """What stands on the iPhone's screen: one label, or a path of them."""

    def typed(self, text: str) -> Shown:
        """What is typed exactly so."""

    def link(self, url: str) -> Shown:
        """An address of a web page."""

    def lay_out(self, blocks: Iterable[Block], scenes: Sequence[Scene]) -> str:
        """The whole sheet, with a line end at its end. `scenes` are the accounts, by `Block.place`."""

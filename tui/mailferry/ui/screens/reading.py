"""Text that is read and not edited, wrapped to the room it has, scrolling where that is too little."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mailferry.ui.lines import Page
from mailferry.ui.screens.block import Block
from mailferry.ui.spans import Line, Tone, marked

Writer = Callable[[int], Sequence[Line]]
"""What to show at a width in cells."""


class Reading(Block):
    """Lines made by a writer for the width there is."""

    def __init__(
        self,
        writer: Writer,
        *,
        id: str,  # noqa: A002  Textual's name for it
        focusable: bool = False,
        share: float = 1.0,
    ) -> None:
        super().__init__(id=id, focusable=focusable, share=share)
        self._writer = writer

    def show(self, writer: Writer) -> None:
        """Show something else, from its beginning."""
        self._writer = writer
        self.renew()

    def build(self, width: int) -> Page:
        """The lines; there is nothing to stop at."""
        return Page(self._writer(width))


def prose(text: str, tone: Tone = "plain", *, mark: str = "") -> Writer:
    """A text from anywhere, wrapped, with an optional mark in front and the rest hanging from it."""

    def write(width: int) -> list[Line]:
        if not text:
            return []
        return marked(text.expandtabs(4), width, tone, mark=mark)

    return write

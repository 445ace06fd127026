"""A list to pick one line from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip

from mailferry.ui.lines import Page
from mailferry.ui.paint import CURSOR
from mailferry.ui.screens.block import Block
from mailferry.ui.spans import EMPTY, Line, Span, fit, spread, width_of


@dataclass(frozen=True)
class Row:
    """A line of a menu: what it is at the left, and at the right what helps to choose."""

    left: Line
    right: Line = EMPTY


class Menu(Block):
    """Rows with a highlighted one. Enter picks it.

    A menu of grave choices begins with none highlighted, so that an enter struck too early picks nothing.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "pick", "pick", show=False)]

    class Picked(Message):
        """A row was picked, by its place."""

        def __init__(self, place: int) -> None:
            super().__init__()
            self.place = place

    def __init__(
        self,
        rows: Sequence[Row],
        *,
        id: str,  # noqa: A002  Textual's name for it
        focusable: bool = True,
        highlighted: bool = True,
        share: float = 0.55,
    ) -> None:
        super().__init__(id=id, focusable=focusable, share=share)
        self.rows = rows
        self.highlighted = highlighted

    def show(self, rows: Sequence[Row]) -> None:
        """Offer other rows, with the first highlighted."""
        self.rows = rows
        self.renew()

    def build(self, width: int) -> Page:
        """One line a row; the right side is cut before the left one."""
        if not self.rows:
            return Page([(Span(" nothing fits", "dim"),)])
        return Page(
            [_line(row, width) for row in self.rows], [range(y, y + 1) for y in range(len(self.rows))]
        )

    def render_line(self, y: int) -> Strip:
        """A line; the highlight stays while a field above has the focus, since keys reach it from there."""
        row = y + self.top
        line = self.page.lines[row] if row < len(self.page.lines) else EMPTY
        lit = self.highlighted and bool(self.page.stops) and row == self.cursor
        return self.with_scroll_mark(line, y, CURSOR if lit else None)

    def action_move(self, motion: str) -> None:
        """Move the highlight; the first time, where there is none yet, to the first row."""
        if not self.highlighted and motion not in ("left", "right"):
            self.highlighted = True
            self.refresh()
        else:
            super().action_move(motion)

    def action_pick(self) -> None:
        """Pick the highlighted row."""
        if self.highlighted and self.rows:
            self.post_message(self.Picked(self.cursor))


def _line(row: Row, width: int) -> Line:
    right = fit(row.right, max(width - width_of(row.left) - 4, width // 3))
    return spread((Span(" "), *row.left), (*right, Span(" ")) if right else EMPTY, width)

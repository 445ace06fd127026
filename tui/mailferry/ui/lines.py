"""A scrolling list of lines, drawn only where in view, with a cursor that stops at some of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import BindingType
from textual.events import Resize
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from mailferry.ui.actions import MOTIONS, Pane
from mailferry.ui.keymap import bindings
from mailferry.ui.paint import CURSOR, SELECTED, TONES, paint
from mailferry.ui.spans import EMPTY, Line


@dataclass(frozen=True)
class Page:
    """What a pane shows: its lines, and for every stop of the cursor the lines it covers."""

    lines: Sequence[Line]
    stops: Sequence[range] = ()


class Lines(ScrollView, can_focus=True):
    """A pane of lines. A subclass says what they are in `build`, and calls `redraw` when that changes.

    Only lines that differ from what is on the screen are sent to it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(MOTIONS, "move")]
    COMPONENT_CLASSES: ClassVar[set[str]] = {*TONES, CURSOR, SELECTED}

    pane: ClassVar[Pane]

    class Moved(Message):
        """The cursor stands on another stop."""

        def __init__(self, lines: Lines) -> None:
            super().__init__()
            self.lines = lines

        @property
        def control(self) -> Lines:
            """The pane whose cursor moved."""
            return self.lines

    class Sideways(Message):
        """The user wants the pane to the left (-1) or to the right (1)."""

        def __init__(self, step: int) -> None:
            super().__init__()
            self.step = step

    def __init__(self, *, id: str) -> None:  # noqa: A002  Textual's name for it
        super().__init__(id=id)
        self.page = Page(())
        self.cursor = 0

    def build(self, width: int) -> Page:
        """What to show at a width in cells."""
        raise NotImplementedError

    def redraw(self) -> None:
        """Build anew and repaint the lines in view that have changed."""
        # The last column is kept free for the scrollbar, so that nothing moves when it comes or goes.
        width, height = self.content_region.width - 1, self.size.height
        if width <= 0:
            return
        before, self.page = self.page, self.build(width)
        self.cursor = max(0, min(self.cursor, len(self.page.stops) - 1))
        wanted = Size(width, max(len(self.page.lines), height))
        if wanted != self.virtual_size:
            self.virtual_size = wanted
        top = int(self.scroll_offset.y)
        for y in range(top, top + height):
            if _line(before, y) != _line(self.page, y):
                self.refresh_line(y)

    def go(self, stop: int) -> None:
        """Put the cursor on a stop and bring it into view."""
        stop = max(0, min(stop, len(self.page.stops) - 1))
        if stop == self.cursor or not self.page.stops:
            self._reveal()
            return
        for each in (self.cursor, stop):
            covered = self.page.stops[each]
            self.refresh_lines(covered.start, len(covered))
        self.cursor = stop
        self._reveal()
        self.post_message(self.Moved(self))

    def action_move(self, motion: str) -> None:
        """Move the cursor, or the view where there is nothing to stop at."""
        if motion in ("left", "right"):
            self.post_message(self.Sideways(-1 if motion == "left" else 1))
            return
        page = max(self.size.height - 1, 1)
        here = self.cursor if self.page.stops else int(self.scroll_offset.y)
        end = len(self.page.stops or self.page.lines)
        there = {
            "down": here + 1,
            "up": here - 1,
            "first": 0,
            "last": end - 1,
            "page-down": here + page,
            "page-up": here - page,
        }[motion]
        if self.page.stops:
            self.go(there)
            if motion in ("first", "up") and self.cursor == 0:
                self.scroll_to(y=0, animate=False)
        else:
            self.scroll_to(y=there, animate=False)

    def render_line(self, y: int) -> Strip:
        """One line of the view."""
        row = y + int(self.scroll_offset.y)
        whole = None
        if self.page.stops and row in self.page.stops[self.cursor]:
            whole = CURSOR if self.has_focus else SELECTED
        return paint(self, _line(self.page, row), self.size.width, whole=whole)

    def on_resize(self, _event: Resize) -> None:
        """Lines depend on the width."""
        self.redraw()
        self._reveal()

    def _reveal(self) -> None:
        if not self.page.stops:
            return
        covered = self.page.stops[self.cursor]
        top, height = int(self.scroll_offset.y), self.size.height
        if covered.start < top:
            self.scroll_to(y=covered.start, animate=False)
        elif covered.stop > top + height:
            self.scroll_to(y=covered.stop - height, animate=False)


def _line(page: Page, y: int) -> Line:
    return page.lines[y] if 0 <= y < len(page.lines) else EMPTY

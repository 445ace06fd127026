"""A scrolling list of lines, drawn only where in view, with a cursor that stops at some of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import BindingType
from textual.events import Click, MouseScrollDown, MouseScrollUp, Resize
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from mailferry.ui.actions import MOTIONS, Pane
from mailferry.ui.keymap import bindings
from mailferry.ui.paint import CURSOR, SELECTED, TONES, paint
from mailferry.ui.spans import EMPTY, Line, Span

_WHEEL = 3
"""Lines that one notch of the mouse wheel scrolls."""


@dataclass(frozen=True)
class Page:
    """What a pane shows: its lines, and for every stop of the cursor the lines it covers."""

    lines: Sequence[Line]
    stops: Sequence[range] = ()


class Lines(Widget, can_focus=True):
    """A pane of lines. A subclass says what they are in `build`, and calls `redraw` when that changes.

    Only lines that differ from what is on the screen are sent to it. `top` is the first line in view. The
    last column is kept for the mark that says how far one has scrolled.
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
        self.top = 0
        self._built_for = 0

    def build(self, width: int) -> Page:
        """What to show at a width in cells."""
        raise NotImplementedError

    def redraw(self) -> None:
        """Build anew and repaint the lines in view that have changed."""
        width = self.size.width - 1
        if width <= 0:
            return
        before, top, thumb = self.page, self.top, self._thumb()
        self._build(width)
        if self.top != top or self._thumb() != thumb:
            self.refresh()
            return
        for y in range(top, top + self.size.height):
            if _line(before, y) != _line(self.page, y):
                self._repaint(y)

    def go(self, stop: int) -> None:
        """Put the cursor on a stop and bring it into view."""
        stop = max(0, min(stop, len(self.page.stops) - 1))
        if stop == self.cursor or not self.page.stops:
            self._reveal()
            return
        for each in (self.cursor, stop):
            for y in self.page.stops[each]:
                self._repaint(y)
        self.cursor = stop
        self._reveal()
        self.post_message(self.Moved(self))

    def scroll_lines(self, top: int) -> None:
        """Bring a line to the top of the view, as far as there are lines."""
        top = max(0, min(top, len(self.page.lines) - self.size.height))
        if top != self.top:
            self.top = top
            self.refresh()

    def action_move(self, motion: str) -> None:
        """Move the cursor, or the view where there is nothing to stop at."""
        if motion in ("left", "right"):
            self.post_message(self.Sideways(-1 if motion == "left" else 1))
            return
        page = max(self.size.height - 1, 1)
        here = self.cursor if self.page.stops else self.top
        there = {
            "down": here + 1,
            "up": here - 1,
            "first": 0,
            "last": len(self.page.stops or self.page.lines) - 1,
            "page-down": here + page,
            "page-up": here - page,
        }[motion]
        if not self.page.stops:
            self.scroll_lines(there)
        elif here == max(0, min(there, len(self.page.stops) - 1)):
            # At either end the view goes on to what stands before the first stop or after the last.
            self.scroll_lines(self.top + (there - here))
        else:
            self.go(there)

    def render_line(self, y: int) -> Strip:
        """One line of the view."""
        width = self.size.width - 1
        if width != self._built_for:
            self._build(width)
        row = y + self.top
        whole = None
        if self.page.stops and row in self.page.stops[self.cursor]:
            whole = CURSOR if self.has_focus else SELECTED
        return self.with_scroll_mark(_line(self.page, row), y, whole)

    def with_scroll_mark(self, line: Line, y: int, whole: str | None) -> Strip:
        """A line with, in the last column, where in all its lines the view stands, when there are more."""
        width = self.size.width
        if y not in self._thumb():
            return paint(self, line, width, whole=whole)
        mark = paint(self, (Span("▐", "dim"),), 1)
        return Strip.join([paint(self, line, width - 1, whole=whole), mark]).simplify()

    def on_resize(self, _event: Resize) -> None:
        """Lines depend on the width."""
        self.redraw()
        self._reveal()

    def on_click(self, event: Click) -> None:
        """A click puts the cursor where it was made."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        row = offset.y + self.top
        for stop, covered in enumerate(self.page.stops):
            if row in covered:
                self.go(stop)

    def on_mouse_scroll_down(self, _event: MouseScrollDown) -> None:
        """The wheel scrolls."""
        self.scroll_lines(self.top + _WHEEL)

    def on_mouse_scroll_up(self, _event: MouseScrollUp) -> None:
        """The wheel scrolls."""
        self.scroll_lines(self.top - _WHEEL)

    def _build(self, width: int) -> None:
        self._built_for = width
        self.page = self.build(width)
        self.cursor = max(0, min(self.cursor, len(self.page.stops) - 1))
        self.top = max(0, min(self.top, len(self.page.lines) - self.size.height))

    def _repaint(self, y: int) -> None:
        self.refresh(Region(0, y - self.top, self.size.width, 1))

    def _thumb(self) -> range:
        height, total = self.size.height, len(self.page.lines)
        if total <= height or not height:
            return range(0)
        size = max(1, height * height // total)
        start = self.top * (height - size) // max(total - height, 1)
        return range(start, start + size)

    def _reveal(self) -> None:
        if not self.page.stops:
            return
        covered = self.page.stops[self.cursor]
        if covered.start < self.top:
            # With the first stop, what stands above it comes into view too, where both have room.
            first = self.cursor == 0 and covered.stop <= self.size.height
            above = 0 if first else covered.start - self.size.height // 2
            self.scroll_lines(above)
        elif covered.stop > self.top + self.size.height:
            # Half a view at once: over a slow line that is a repaint every few keys, not with each of them.
            self.scroll_lines(min(covered.start, covered.stop - self.size.height + self.size.height // 2))


def _line(page: Page, y: int) -> Line:
    return page.lines[y] if 0 <= y < len(page.lines) else EMPTY

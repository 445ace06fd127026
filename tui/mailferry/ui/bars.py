"""The line above the panes and the line below them."""

from __future__ import annotations

from typing import ClassVar

from textual.strip import Strip
from textual.widget import Widget

from mailferry.ui.paint import TONES, paint
from mailferry.ui.spans import EMPTY, Line, Span, fit, spread, width_of


class Bar(Widget):
    """One line of text across the window."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {*TONES}

    line: Line = EMPTY

    def render_line(self, _y: int) -> Strip:
        """The line, cut where the window ends."""
        return paint(self, fit(self.compose_line(self.size.width), self.size.width), self.size.width)

    def compose_line(self, _width: int) -> Line:
        """What the bar says at a width in cells."""
        return self.line


class Header(Bar):
    """The program's name, what it has to say at the moment, and how the accounts are doing."""

    def __init__(self, *, demo: bool) -> None:
        super().__init__(id="header")
        self.demo = demo
        self.counts = ""
        self.unsaved = 0
        self.message = Span("")

    def say(self, message: Span) -> None:
        """Show a message until the next one."""
        if message != self.message:
            self.message = message
            self.refresh()

    def tell(self, counts: str, unsaved: int) -> None:
        """Show how many accounts there are and how many edits are not saved."""
        if (counts, unsaved) != (self.counts, self.unsaved):
            self.counts, self.unsaved = counts, unsaved
            self.refresh()

    def compose_line(self, width: int) -> Line:
        """A message takes the room of the counts where both do not fit, and then of the program's name."""
        left: Line = (Span(" mailferry ", "bold"), *((Span(" demo ", "accent"),) if self.demo else ()))
        unsaved: Line = (Span(f"• {self.unsaved} unsaved ", "warn"),) if self.unsaved else EMPTY
        right: Line = (*unsaved, Span(f" {self.counts} ", "dim"))
        if not self.message.text:
            return spread(left, right, width)
        message: Line = (*left, Span(" "), self.message)
        if width_of(message) + width_of(right) + 2 <= width:
            return spread(message, right, width)
        if width_of(message) + width_of(unsaved) + 1 > width:
            message = (Span(" "), self.message)
        return spread(message, unsaved, width)


class Hints(Bar):
    """The keys that matter most in the focused pane."""

    def __init__(self) -> None:
        super().__init__(id="hints")
        self.hints: tuple[tuple[str, str], ...] = ()
        self.last: tuple[str, str] = ("?", "help")

    def show(self, hints: tuple[tuple[str, str], ...], help_key: str) -> None:
        """Show pairs of a key and a label, the most important first; what does not fit is left out whole."""
        if (hints, help_key) != (self.hints, self.last[0]):
            self.hints = hints
            self.last = (help_key, "help")
            self.refresh()

    def compose_line(self, width: int) -> Line:
        """As many hints as fit, and always the one for help."""
        ending: Line = (Span(" "), Span(self.last[0], "bold"), Span(f" {self.last[1]} "))
        room = width - width_of(ending)
        spans: list[Span] = [Span(" ")]
        for key, label in self.hints:
            hint = (Span(key, "bold"), Span(f" {label}   "))
            if width_of((*spans, *hint)) > room:
                break
            spans.extend(hint)
        return spread(spans, ending, width)

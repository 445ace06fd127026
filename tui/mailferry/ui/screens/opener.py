"""A line that says how something is set, and opens what sets it."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from mailferry.ui.paint import TONES, paint
from mailferry.ui.spans import Line, fit, said


class Opener(Widget, can_focus=True):
    """A label and a summary. Enter, or a letter that works from everywhere in its dialog, opens it."""

    DEFAULT_CSS = "Opener { height: 1; width: 1fr; }"
    COMPONENT_CLASSES: ClassVar[set[str]] = {*TONES}
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,right,l", "open", "open", show=False)]

    class Opened(Message):
        """The user wants to change it."""

    def __init__(self, label: str, summary: str) -> None:
        super().__init__()
        self.label = label
        self.summary = summary

    def show(self, summary: str) -> None:
        """Say how it is set now."""
        self.summary = summary
        self.refresh()

    def action_open(self) -> None:
        """Tell the dialog."""
        self.post_message(self.Opened())

    def render_line(self, _y: int) -> Strip:
        """The label, then the summary."""
        return paint(self, fit(self._line(), self.size.width), self.size.width)

    def _line(self) -> Line:
        if self.has_focus:
            return (
                said(f"▸{self.label}  ", "accent"),
                said(f"{self.summary}  "),
                said("enter changes it", "dim"),
            )
        return (said(f" {self.label}  ", "dim"), said(self.summary))

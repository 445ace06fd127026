"""One of a few values, on one line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Generic, TypeVar

from textual.binding import Binding, BindingType
from textual.strip import Strip
from textual.widget import Widget

from mailferry.ui.paint import TONES, paint
from mailferry.ui.spans import Line, Span, said

Value = TypeVar("Value")


class Pick(Widget, Generic[Value], can_focus=True):
    """A label and values side by side; left and right move among them. The picked one stands in brackets.

    `values` are what can be picked, and how each is shown.
    """

    DEFAULT_CSS = "Pick { height: 1; width: 1fr; }"
    COMPONENT_CLASSES: ClassVar[set[str]] = {*TONES}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "step(-1)", "previous", show=False),
        Binding("right,l", "step(1)", "next", show=False),
    ]

    def __init__(self, label: str, values: Mapping[Value, str], value: Value) -> None:
        super().__init__()
        self.label = label
        self.values = values
        self.value = value

    def action_step(self, step: int) -> None:
        """Pick a neighbour; at the end the last one stays."""
        values = list(self.values)
        place = values.index(self.value) + step
        self.value = values[max(0, min(place, len(values) - 1))]
        self.refresh()

    def render_line(self, _y: int) -> Strip:
        """The label, then the values."""
        return paint(self, self._line(), self.size.width)

    def _line(self) -> Line:
        label = said(f"▸{self.label}  ", "accent") if self.has_focus else said(f" {self.label}  ", "dim")
        return (label, *(_shown(text, value == self.value) for value, text in self.values.items()))


def _shown(text: str, picked: bool) -> Span:
    return said(f"[{text}]", "bold") if picked else said(f" {text} ", "dim")

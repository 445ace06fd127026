"""One of a few values, on one line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.strip import Strip
from textual.widget import Widget

from mailferry.ui.paint import TONES, paint
from mailferry.ui.spans import Line, Span


class Pick(Widget, can_focus=True):
    """A label and values side by side; left and right move among them. The picked one stands in brackets."""

    DEFAULT_CSS = "Pick { height: 1; width: 1fr; }"
    COMPONENT_CLASSES: ClassVar[set[str]] = {*TONES}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "step(-1)", "previous", show=False),
        Binding("right,l", "step(1)", "next", show=False),
    ]

    def __init__(self, label: str, values: Sequence[int], value: int) -> None:
        super().__init__()
        self.label = label
        self.values = values
        self.value = value
        self.remark = ""

    def tell(self, remark: str) -> None:
        """Say something in place of the values, as long as they do not matter."""
        self.remark = remark
        self.can_focus = not remark
        self.refresh()

    def action_step(self, step: int) -> None:
        """Pick a neighbour; at the end the last one stays."""
        place = self.values.index(self.value) + step
        self.value = self.values[max(0, min(place, len(self.values) - 1))]
        self.refresh()

    def render_line(self, _y: int) -> Strip:
        """The label, then the values or the remark."""
        return paint(self, self._line(), self.size.width)

    def _line(self) -> Line:
        label = Span(f"▸{self.label}  ", "accent") if self.has_focus else Span(f" {self.label}  ", "dim")
        if self.remark:
            return (label, Span(self.remark, "dim"))
        return (
            label,
            *(
                Span(
                    f"[{value}]" if value == self.value else f" {value} ",
                    "bold" if value == self.value else "dim",
                )
                for value in self.values
            ),
        )

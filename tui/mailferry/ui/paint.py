"""Turning lines of toned text into what Textual draws."""

from __future__ import annotations

from collections.abc import Iterable

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from mailferry.ui.glyphs import to_ascii
from mailferry.ui.spans import Span

TONES = {"tone--plain", "tone--dim", "tone--bold", "tone--good", "tone--warn", "tone--bad", "tone--accent"}
"""Component classes that the style sheet gives colours to; a widget that paints declares them."""

CURSOR = "tone--cursor"
SELECTED = "tone--selected"


def paint(widget: Widget, line: Iterable[Span], width: int, *, whole: str | None = None) -> Strip:
    """One line of a widget, exactly `width` cells. `whole` is the class that styles all of it."""
    ascii_only = widget.app.has_class("-ascii")
    over: Style | None = widget.get_component_rich_style(whole) if whole else None
    segments = [
        Segment(
            to_ascii(text) if ascii_only else text,
            widget.get_component_rich_style(f"tone--{tone}") if over is None else over,
        )
        for text, tone in line
    ]
    ground = widget.get_component_rich_style("tone--plain") if over is None else over
    return Strip(segments).adjust_cell_length(width, ground)

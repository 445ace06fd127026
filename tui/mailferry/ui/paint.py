"""Turning lines of toned text into what Textual draws."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from mailferry.ui.glyphs import to_ascii
from mailferry.ui.spans import Span

TONES = {"tone--plain", "tone--dim", "tone--bold", "tone--good", "tone--warn", "tone--bad", "tone--accent"}
"""Component classes that the style sheet gives colours to; a widget that paints declares them."""

CURSOR = "tone--cursor"
SELECTED = "tone--selected"


def paint(widget: Widget, line: Iterable[Span], width: int, *, whole: str | None = None) -> Strip:
    """One line of a widget, exactly `width` cells. `whole` is the class that styles all of it.

    As few pieces as possible: each costs some forty bytes on the way to the terminal, so blanks take the
    style of what stands before them.
    """
    ascii_only = widget.app.has_class("-ascii")
    pieces: list[tuple[str, str]] = []
    for text, tone in line:
        style = whole or f"tone--{tone}"
        if pieces and (style == pieces[-1][1] or text.isspace()):
            pieces[-1] = (pieces[-1][0] + text, pieces[-1][1])
        elif text:
            pieces.append((text, style))
    text, style = pieces.pop() if pieces else ("", whole or "tone--plain")
    room = width - sum(cell_len(piece) for piece, _ in pieces)
    pieces.append((set_cell_size(text, max(room, 0)), style))
    return Strip(
        [
            Segment(to_ascii(text) if ascii_only else text, widget.get_component_rich_style(style))
            for text, style in pieces
        ]
    ).adjust_cell_length(width)

"""How groups of rows look."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from mailferry.iphone.drawing.lettering import WIDEST_FONT, Fitted, fit, width
from mailferry.iphone.drawing.measures import LEFT, PAD, ROW, SMALLEST, TEXT, WIDE, Look
from mailferry.iphone.drawing.parts import Group, Row, Tone
from mailferry.iphone.drawing.pen import Pen, height

TONES: dict[Tone, str] = {"plain": "t", "quiet": "q", "good": "k", "bad": "r"}

_INSIDE = WIDE - 2 * PAD
_CHEVRON = 18
_SWITCH = 58
_LABEL_COLUMN = 120
"""The most that the labels of fields take."""


class _Laid(msgspec.Struct, frozen=True):
    """A row with its words fitted: value beside the label, or below it where there is no room."""

    row: Row
    label: Fitted
    value: Fitted
    below: bool
    high: float


def draw_group(pen: Pen, group: Group, y: float, look: Look) -> float:
    """Draw a group from y on; returns where it ends."""
    if group.heading:
        y = _words_around(pen, group.heading, y) + 6
    column = _column(group.rows)
    rows = list(_in_line([_laid(row, column) for row in group.rows]))
    total = sum(row.high for row in rows)
    pen.box("g", LEFT, y, WIDE, total, min(look.corner, total / 2))
    for number, laid in enumerate(rows):
        if number:
            pen.rule(LEFT + PAD, y, WIDE - PAD)
        _draw_row(pen, laid, y, column)
        if laid.row.tap:
            pen.ring(LEFT - 5, y - 1, WIDE + 10, laid.high + 2, min(look.corner + 3, laid.high / 2))
        y += laid.high
    return _words_around(pen, group.footer, y + 6) if group.footer else y


def _words_around(pen: Pen, text: str, y: float) -> float:
    words = fit(text, _INSIDE, SMALLEST, least=SMALLEST)
    pen.text("q", words, LEFT + PAD, y + height(words) / 2)
    return y + height(words)


def _column(rows: tuple[Row, ...]) -> float:
    """How wide the labels of the fields are, with the gap to the values."""
    labels = [width(row.label, TEXT) for row in rows if row.kind in ("field", "hint")]
    return min(max(labels, default=0) * WIDEST_FONT, _LABEL_COLUMN) + 10


def _laid(row: Row, column: float) -> _Laid:
    match row.kind:
        case "field" | "hint" if row.label and width(row.value, SMALLEST) * WIDEST_FONT > _INSIDE - column:
            label, value = _fitted(row.label, _INSIDE), _fitted(row.value, _INSIDE)
            return _Laid(row, label, value, True, height(label) + height(value) + 16)
        case "field" | "hint":
            label = _fitted(row.label, column - 10)
            value = _fitted(row.value, _INSIDE - column)
        case "switch-on" | "switch-off":
            label, value = _fitted(row.label, _INSIDE - _SWITCH), _fitted("", _INSIDE)
        case "acts" | "destroys":
            label, value = _fitted(row.label, _INSIDE), _fitted("", _INSIDE)
        case _:
            room = _INSIDE - (_CHEVRON if row.kind == "goes-on" else 0)
            label, value = _fitted(row.label, room), _fitted(row.value, room)
            if row.value and WIDEST_FONT * (width(row.label, TEXT) + width(row.value, TEXT)) + 12 > room:
                return _Laid(row, label, value, True, max(ROW, height(label) + height(value) + 18))
    return _Laid(row, label, value, False, max(ROW, max(height(label), height(value)) + 18))


def _in_line(rows: list[_Laid]) -> Iterator[_Laid]:
    """Values without a label of their own stand below that of the row before, where it is on the left."""
    below = False
    for laid in rows:
        if laid.row.label:
            below = laid.below
        yield msgspec.structs.replace(laid, below=below)


def _fitted(text: str, room: float) -> Fitted:
    return fit(text, room, TEXT, least=SMALLEST)


def _draw_row(pen: Pen, laid: _Laid, y: float, column: float) -> None:
    row, middle, left, right = laid.row, y + laid.high / 2, LEFT + PAD, LEFT + WIDE - PAD
    if not row.label and not row.value:
        pen.box("z", left, middle - 5, 120, 10, 5)
    match row.kind:
        case "field" | "hint":
            _draw_field(pen, laid, y, column)
        case "switch-on" | "switch-off":
            pen.text("t", laid.label, left, middle)
            _draw_switch(pen, right, middle, on=row.kind == "switch-on")
        case "acts":
            pen.text("a", laid.label, left, middle)
        case "destroys":
            pen.text("r", laid.label, LEFT + WIDE / 2, middle, anchor="middle")
        case _:
            _draw_label_and_value(pen, laid, y)
    if row.kind == "goes-on":
        pen.stroke("c", f"M{right - 6:g} {middle - 6:g}l6 6l-6 6")


def _draw_field(pen: Pen, laid: _Laid, y: float, column: float) -> None:
    look, left, middle = "h" if laid.row.kind == "hint" else "v", LEFT + PAD, y + laid.high / 2
    if laid.below:
        pen.text("q", laid.label, left, y + 8 + height(laid.label) / 2)
        pen.text(look, laid.value, left, y + 8 + height(laid.label) + height(laid.value) / 2)
        return
    pen.text("t", laid.label, left, middle)
    pen.text(look, laid.value, left + column, middle)


def _draw_label_and_value(pen: Pen, laid: _Laid, y: float) -> None:
    row, left = laid.row, LEFT + PAD
    tone = "q" if row.tone == "plain" else TONES[row.tone]
    if laid.below and not row.label:
        pen.text(tone, laid.value, left, y + laid.high / 2)
        return
    if laid.below:
        pen.text("t", laid.label, left, y + 9 + height(laid.label) / 2)
        pen.text(tone, laid.value, left, y + 9 + height(laid.label) + height(laid.value) / 2)
        return
    middle, right = y + laid.high / 2, LEFT + WIDE - PAD - (_CHEVRON if row.kind == "goes-on" else 0)
    pen.text("t", laid.label, left, middle)
    if row.value:
        pen.text(tone, laid.value, right, middle, anchor="end")


def _draw_switch(pen: Pen, right: float, middle: float, *, on: bool) -> None:
    pen.box("s" if on else "u", right - 48, middle - 14, 48, 28, 14)
    pen.circle("w", right - 14 if on else right - 34, middle, 12)

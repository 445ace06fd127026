"""A picture of a terminal's screen: enough of it to show half blocks in their colours."""

from __future__ import annotations

import re
from dataclasses import dataclass

_WIDE, _HIGH = 6, 12
"""Pixels of a cell; half a cell is square, as in a usual font."""

_SEQUENCE = re.compile(r"\x1b\[([\d;]*)m")
_UPPER_LOWER = {"█": (True, True), "▀": (True, False), "▄": (False, True), " ": (False, False)}


@dataclass
class _Ink:
    """Shades from 0 (black) to 255 (white)."""

    front: int
    back: int


def screenshot(screen: str, *, front: int, back: int) -> bytes:
    """The screen as a grey picture (PGM), for a terminal of these two shades; text is left out."""
    rows: list[bytes] = []
    lines = screen.splitlines()
    width = max(len(_SEQUENCE.sub("", line)) for line in lines)
    ink = _Ink(front, back)
    for line in lines:
        upper, lower = bytearray(), bytearray()
        for place, part in enumerate(_SEQUENCE.split(line)):
            if place % 2:
                _dip(ink, part, front, back)
                continue
            for character in part:
                halves = _UPPER_LOWER.get(character, (False, False))
                for row, drawn in zip((upper, lower), halves, strict=True):
                    row += bytes([ink.front if drawn else ink.back]) * _WIDE
        for row in (upper, lower):
            row += bytes([back]) * (width * _WIDE - len(row))
            rows += [bytes(row)] * (_HIGH // 2)
    head = f"P5 {width * _WIDE} {len(rows)} 255\n".encode()
    return head + b"".join(rows)


def _dip(ink: _Ink, sequence: str, front: int, back: int) -> None:
    """Follow one colour sequence: 256 colours by number, or back to the terminal's own."""
    codes = [int(code or 0) for code in sequence.split(";")]
    while codes:
        code = codes.pop(0)
        if code in (38, 48):
            assert codes.pop(0) == 5, "a colour by number"
            shade = {16: 0, 231: 255}[codes.pop(0)]
            if code == 38:
                ink.front = shade
            else:
                ink.back = shade
        elif code in (0, 39, 49):
            ink.front = ink.front if code == 49 else front
            ink.back = ink.back if code == 39 else back

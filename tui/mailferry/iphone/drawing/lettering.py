"""How wide text will be, without knowing the font: enough to shrink or break it so that nothing is cut."""

from __future__ import annotations

import re
import unicodedata

import msgspec

_WIDTHS = {
    **dict.fromkeys("ijl.,:;'|!’‘·", 0.25),
    **dict.fromkeys('frtI()[]/\\-“”" ', 0.34),
    **dict.fromkeys("mMwW@%—…", 0.9),
    **dict.fromkeys("ABCDEFGHJKLNOPQRSTUVXYZ&", 0.69),
}
"""Parts of the font size, by Helvetica's metrics."""
_USUAL = 0.55
_WIDE = 1.0
WIDEST_FONT = 1.18
"""How much wider than Helvetica a system's font may be (DejaVu Sans, Verdana)."""
_PRESSED = 1.12
"""By how much a word may be too long for its line."""
_BREAK_AFTER = re.compile(r"(?<=[@.\-_/+])")


class Fitted(msgspec.Struct, frozen=True):
    """Lines of text and the font size at which they fit.

    `squeeze` holds, for a line that a wide font may make too long, the length to press it into.
    """

    lines: tuple[str, ...]
    size: float
    squeeze: tuple[float | None, ...]


def width(text: str, size: float, *, bold: bool = False) -> float:
    """The text's width in an ordinary sans-serif font, roughly."""
    return sum(map(_em, text)) * size * (1.07 if bold else 1)


def fit(text: str, room: float, size: float, *, least: float, bold: bool = False) -> Fitted:
    """The text on one line, smaller if need be, but not below `least`; then on as many lines as it takes.

    A single word that is hardly too long is pressed together rather than broken.
    """
    natural = width(text, size, bold=bold)
    if natural > room:
        size = max(least, size * room / natural)
    if " " not in text and room < width(text, size, bold=bold) <= _PRESSED * room:
        return Fitted((text,), round(size, 1), (round(room, 1),))
    lines = tuple(wrap(text, room, size, bold=bold))
    return Fitted(lines, round(size, 1), tuple(_squeeze(line, room, size, bold) for line in lines))


def wrap(text: str, room: float, size: float, *, bold: bool = False) -> list[str]:
    """Lines no wider than the room, broken at blanks; what is too long for a line, behind its dots."""
    lines = [""]
    for word in text.split():
        joined = f"{lines[-1]} {word}".strip()
        if width(joined, size, bold=bold) <= room + 0.01:
            lines[-1] = joined
            continue
        for piece in _pieces(word, room, size, bold):
            if lines[-1] and (piece.first or width(lines[-1] + piece.text, size, bold=bold) > room):
                lines.append("")
            lines[-1] += piece.text
    return lines


class _Piece(msgspec.Struct, frozen=True):
    text: str
    first: bool


def _pieces(word: str, room: float, size: float, bold: bool) -> list[_Piece]:
    """Parts of a word that may stand on different lines; one part where the whole has room."""
    if width(word, size, bold=bold) <= room:
        return [_Piece(word, True)]
    parts: list[str] = []
    for part in filter(None, _BREAK_AFTER.split(word)):
        parts += [part] if width(part, size, bold=bold) <= room else list(part)
    return [_Piece(part, number == 0) for number, part in enumerate(parts)]


def _squeeze(line: str, room: float, size: float, bold: bool) -> float | None:
    natural = width(line, size, bold=bold)
    return round(min(natural, room), 1) if natural * WIDEST_FONT > room else None


def _em(character: str) -> float:
    known = _WIDTHS.get(character)
    if known is not None:
        return known
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    if unicodedata.east_asian_width(character) in "WF":
        return _WIDE
    return 0.69 if character.isupper() else _USUAL

"""How much of a printed page text and pictures take, by the measures of page.css, in millimetres.

The font's widths are guessed a little too large, so that what has room here has room on paper as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from itertools import repeat

import msgspec

from mailferry.iphone.blocks import Block
from mailferry.iphone.drawing.lettering import width
from mailferry.iphone.outline import Entry, Piece, Section

_COLUMN = 94.4
"""Width of a column on A4, the narrower paper."""
_HIGH = 260.0
"""Height of a column on Letter, the lower paper, less 3 mm to be on the safe side."""
_GAP = 5.0
_COLUMNS_OF_A_PAGE, _COLUMNS = 2, 4
_FONT = 3.881
"""11 points, the size of all running text."""
_LINE = 1.18 * _FONT
_HEADING, _TITLE = 12 / 11 * _FONT, 16 / 11 * _FONT
_PICTURE = 46.0
"""Width of a picture."""
_CODE = 24.0
"""Width and height of a QR code."""
_BESIDE = 2.5
"""Between text and what stands beside it."""
_MONOSPACED = 0.605
"""Width of a character of what is typed, in font sizes."""
_NARROWER = 0.95
"""What running text takes of the width that a drawing allows for it."""
_MARKUP = re.compile(r"<(/?)(b\b|code\b)?[^>]*>")


class Chunk(msgspec.Struct, frozen=True):
    """What stands together; `glued` to what comes next, as a heading is."""

    high: float
    glued: bool = False


def on_two_pages(title: str, chunks: Iterable[Chunk]) -> bool:
    """Whether all that follows a title has room, column after column."""
    wide = _COLUMNS_OF_A_PAGE * _COLUMN + _GAP
    top = _lines_of(title, wide, size=_TITLE, bold=True) * 1.2 * _TITLE + 2
    column, y, held = 0, top, 0.0
    for chunk in chunks:
        held += chunk.high
        if chunk.glued:
            continue
        if y + held > _HIGH:
            column += 1
            y = top if column < _COLUMNS_OF_A_PAGE else 0.0
        y += held
        held = 0.0
    return column < _COLUMNS


def paragraph(text: str) -> Chunk:
    """A paragraph of its own, between others."""
    return Chunk(_lines_of(text, _COLUMN) * _LINE + 1.6)


def section_chunks(section: Section, pictures: Mapping[str, float]) -> Iterator[Chunk]:
    """A section as it is printed. `pictures` are the screens that it shows, with their
    heights in parts of their width."""
    if section.heading:
        lines = _lines_of(section.heading.text, _COLUMN, size=_HEADING, bold=True)
        yield Chunk(2.2 + lines * 1.2 * _HEADING + 0.8, glued=True)
    for piece in section.pieces:
        yield Chunk(0.8, glued=True)
        for entry in piece.entries:
            yield from _entry_chunks(piece, entry, section.folded, pictures)


def _entry_chunks(
    piece: Piece, entry: Entry, compact: bool, pictures: Mapping[str, float]
) -> Iterator[Chunk]:
    if piece.kind == "row":
        yield Chunk(_row(entry.block, _COLUMN))
        return
    indent, around = {"step": (6.8, 0.6 if compact else 2.1), "item": (4.0, 0.8)}.get(piece.kind, (0.0, 0.8))
    code = any(figure.kind == "qr" for figure in entry.figures)
    drawn = [pictures[figure.text] for figure in entry.figures if figure.text in pictures]
    figures = sum(high * _PICTURE + 1.5 for high in drawn)
    taken = _PICTURE + _BESIDE if figures else _CODE + _BESIDE if code else 0.0
    room = _COLUMN - indent - taken
    text = entry.block.label + ": " + entry.block.text if piece.kind == "install" else entry.block.text
    lines = _lines_of(text, room)
    high = lines * _LINE + sum(map(_row, entry.rows, repeat(room)))
    yield Chunk(max(high, figures + (_CODE if code else 0.0)) + around)


def _row(row: Block, room: float) -> float:
    """How high a label and its value are, which has the room that the label leaves; at least half of it."""
    label = min(_width(row.label, _FONT, bold=False) + 1.5, room / 2)
    lines = max(_lines_of(row.label, label), _lines_of(row.text, room - label - 1.5))
    return lines * _LINE + 0.5


def _lines_of(text: str, room: float, *, size: float = _FONT, bold: bool = False) -> int:
    """On how many lines a text with its markup stands."""
    lines, x, blank = 1, 0.0, width(" ", size) * _NARROWER
    for word in _words(text, size, bold):
        if x and x + blank + word > room:
            lines, x = lines + 1, 0.0
        x += word + (blank if x else 0.0)
        while x > room:
            lines, x = lines + 1, x - room
    return lines


def _words(text: str, size: float, bold: bool) -> Iterator[float]:
    """The widths of the words of a text; markup may begin and end inside of one."""
    typed, word, end = False, 0.0, 0
    for mark in (*_MARKUP.finditer(text), None):
        first, *others = re.split(r"[ \n]", unescape(text[end : mark.start() if mark else None]))
        word += _width(first, size, bold=bold, typed=typed)
        for other in others:
            yield word
            word = _width(other, size, bold=bold, typed=typed)
        if mark is None:
            break
        end = mark.end()
        opens = not mark[1]
        typed = opens if mark[2] == "code" else typed
        bold = opens if mark[2] == "b" else bold
    yield word


def _width(text: str, size: float, *, bold: bool, typed: bool = False) -> float:
    return size * len(text) * _MONOSPACED if typed else _NARROWER * width(text, size, bold=bold)

"""Lines of toned text: what every pane is made of. Pure values, so that what is shown can be tested as text.

Text from outside goes through `said`, which makes control characters visible; nothing here is ever markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from rich.cells import cell_len, chop_cells, set_cell_size

from mailferry.model.visible import visible

Tone = Literal["plain", "dim", "bold", "good", "warn", "bad", "accent"]


class Span(NamedTuple):
    """A piece of text in one tone."""

    text: str
    tone: Tone = "plain"


Line = tuple[Span, ...]

EMPTY: Line = ()


def said(text: object, tone: Tone = "plain") -> Span:
    """Text that a user or a server wrote, made harmless."""
    return Span(visible(str(text)), tone)


def width_of(line: Iterable[Span]) -> int:
    """How many terminal cells a line takes."""
    return sum(cell_len(span.text) for span in line)


def text_of(line: Iterable[Span]) -> str:
    """A line without its tones."""
    return "".join(span.text for span in line)


def fit(line: Iterable[Span], width: int) -> Line:
    """The line cut to a width, with an ellipsis where something is left out."""
    spans = tuple(line)
    if width_of(spans) <= width:
        return spans
    kept: list[Span] = []
    room = max(width - 1, 0)
    for text, tone in spans:
        size = cell_len(text)
        if size > room:
            kept.append(Span(set_cell_size(text, room).rstrip() + "…", tone))
            break
        kept.append(Span(text, tone))
        room -= size
    return tuple(kept)


def pad(line: Iterable[Span], width: int) -> Line:
    """The line made exactly `width` cells wide: cut with an ellipsis, or filled up with blanks."""
    fitted = fit(line, width)
    return (*fitted, Span(" " * (width - width_of(fitted))))


def spread(left: Iterable[Span], right: Iterable[Span], width: int) -> Line:
    """Two pieces at the two ends of a line; the left one is cut when both do not fit."""
    ending = tuple(right)
    beginning = fit(left, width - width_of(ending) - 1)
    gap = width - width_of(beginning) - width_of(ending)
    return (*beginning, Span(" " * max(gap, 1)), *ending)


def wrap(text: str, width: int) -> list[str]:
    """Text in lines of at most `width` cells, broken at blanks and, where a word is too long, inside it.

    Blanks at the beginning of a paragraph indent it, and the lines it goes on in, while they leave room.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        words = paragraph.lstrip(" ")
        margin = " " * min(len(paragraph) - len(words), width // 2) if words else ""
        room = max(width - len(margin), 1)
        current = ""
        for word in words.split(" "):
            for piece in _pieces(word, room):
                longer = f"{current} {piece}" if current else piece
                if cell_len(longer) <= room:
                    current = longer
                else:
                    lines.append(margin + current)
                    current = piece
        lines.append(margin + current)
    return lines


def _pieces(word: str, width: int) -> Iterator[str]:
    return iter(chop_cells(word, width)) if cell_len(word) > width else iter((word,))


def wrapped(text: str, width: int, tone: Tone = "plain", *, indent: int = 0) -> list[Line]:
    """Foreign or own text as wrapped lines in one tone, all indented alike."""
    harmless = visible(text, keep_lines=True)
    margin = " " * indent
    return [(Span(margin + line, tone),) for line in wrap(harmless, width - indent)]


def marked(text: str, width: int, tone: Tone = "plain", *, mark: str = "• ") -> list[Line]:
    """Wrapped lines with a mark before the first, from which the others hang."""
    (first,), *rest = wrapped(text, width, tone, indent=cell_len(mark))
    return [(first._replace(text=mark + first.text[cell_len(mark) :]),), *rest]


def hanging(label: Span, text: Span, width: int, *, indent: int) -> list[Line]:
    """A label and a text beside it that continues under itself, as in a form."""
    first, *rest = wrap(text.text, max(width - indent, 1))
    pad = " " * max(indent - cell_len(label.text), 1)
    return [
        (label, Span(pad), Span(first, text.tone)),
        *((Span(" " * indent), Span(line, text.tone)) for line in rest),
    ]

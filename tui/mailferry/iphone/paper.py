"""What of a sheet is printed: every way with its values, and as much else as two pages hold.

Paper can unfold nothing, and in no language is there room for all that the page has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import msgspec

from mailferry.iphone.blocks import Block
from mailferry.iphone.outline import Chapter, Section
from mailferry.iphone.paper_columns import Chunk, on_two_pages, paragraph, section_chunks

_SPARE = frozenset({"mail-accounts", "passcode", "profile-installed", "profiles", "save-account"})
"""Screens that show hardly more than the words of their steps."""
_FIRST_AID = 2
"""How many sections behind the ways are needed at once: to try it, and what to do if it does not work."""

Part = int | tuple[int, str]
"""A section by its position in the chapter; a picture by that of its section and its screen's name."""


class Printed(msgspec.Struct, frozen=True):
    """The parts of a chapter that are printed; `remark` names the others, if there are any."""

    parts: frozenset[Part]
    remark: str


def printed(chapter: Chapter, height: Callable[[Block], float], words: Callable[[str], str]) -> Printed:
    """Take what is needed most first, and of the rest whatever still has room.

    `height` is that of a picture, in parts of its width; `words` are the messages of the sheet's language.
    """
    laid_out = cache(lambda place, pictures: tuple(section_chunks(chapter.sections[place], dict(pictures))))

    def chunks(parts: frozenset[Part]) -> Iterator[Chunk]:
        for place, section in enumerate(chapter.sections):
            if place in parts:
                pictures = (figure for figure in _figures(section) if (place, figure.text) in parts)
                yield from laid_out(place, tuple((figure.text, height(figure)) for figure in pictures))
        yield paragraph(_remark(chapter, parts, words))

    others = tuple(_by_need(chapter))
    parts = frozenset[Part](range(len(chapter.sections))).difference(others, _repeated(chapter))
    for part in others:
        if on_two_pages(chapter.title.text, chunks(parts | {part})):
            parts |= {part}
    return Printed(parts, _remark(chapter, parts, words))


def _pictures(chapter: Chapter) -> Iterator[tuple[int, str]]:
    """The pictures that may be printed: not those of folded ways."""
    for place, section in enumerate(chapter.sections):
        if not section.folded:
            for figure in _figures(section):
                yield place, figure.text


def _figures(section: Section) -> Iterator[Block]:
    for piece in section.pieces:
        for entry in piece.entries:
            yield from (figure for figure in entry.figures if figure.kind == "picture")


def _repeated(chapter: Chapter) -> Iterator[int]:
    """Tables for reference whose values are all to be typed in a step as well."""
    typed = {
        row.text
        for section in chapter.sections
        for piece in section.pieces
        for entry in piece.entries
        for row in entry.rows
    }
    for place, section in enumerate(chapter.sections):
        table = [
            entry.block.text for piece in section.pieces if piece.kind == "row" for entry in piece.entries
        ]
        if table and all(text in typed for text in table if "<code>" in text):
            yield place


def _by_need(chapter: Chapter) -> Iterator[Part]:
    """What may be left out, last what is needed least. No way is among it, nor what stands before."""
    pictures = list(_pictures(chapter))
    folded = [place for place, section in enumerate(chapter.sections) if section.folded]
    last_way = max(folded or [place for place, _ in pictures[:1]], default=len(chapter.sections))
    repeated = set(_repeated(chapter))
    behind = [place for place in range(last_way + 1, len(chapter.sections)) if place not in repeated]
    spare = [picture for picture in pictures if picture[0] > last_way or picture[1] in _SPARE]
    yield from behind[:_FIRST_AID]
    yield from (picture for picture in pictures if picture not in spare)
    yield from reversed(behind[_FIRST_AID:])
    yield from spare


def _remark(chapter: Chapter, parts: frozenset[Part], words: Callable[[str], str]) -> str:
    """What is on the page only."""
    left = []
    for place, section in enumerate(chapter.sections):
        if section.heading and place not in parts:
            left.append(section.heading.text)
        elif any((place, figure.text) not in parts for figure in _figures(section)):
            left.append(words("paper.pictures"))
    return f"{words('paper.on-the-page')} {'; '.join(dict.fromkeys(left))}." if left else ""

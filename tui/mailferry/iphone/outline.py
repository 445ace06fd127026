"""A sheet's blocks as a tree: chapters, sections, and what stands together in them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from mailferry.iphone.blocks import Block


class Entry(msgspec.Struct):
    """A step, an item or a paragraph, with the values and pictures that belong to it."""

    block: Block
    rows: list[Block] = msgspec.field(default_factory=list)
    figures: list[Block] = msgspec.field(default_factory=list)


class Piece(msgspec.Struct):
    """Neighbours of one kind: a list of steps or items, paragraphs, a table of rows, buttons."""

    kind: Literal["step", "item", "paragraph", "row", "install"]
    entries: list[Entry] = msgspec.field(default_factory=list)


class Section(msgspec.Struct):
    """What follows a heading; before the first one there is none. A folded one only some readers need.

    `opened` is one that can be folded, but is not when the page is opened.
    """

    heading: Block | None = None
    folded: bool = False
    opened: bool = False
    pieces: list[Piece] = msgspec.field(default_factory=list)


class Chapter(msgspec.Struct):
    """What follows a title: of one account, or of all of them (`place` None)."""

    title: Block
    sections: list[Section] = msgspec.field(default_factory=lambda: [Section()])

    @property
    def place(self) -> int | None:
        """The position of the account that the chapter is about."""
        return self.title.place


def outline(blocks: Iterable[Block]) -> list[Chapter]:
    """The chapters of a sheet, which begins with a title."""
    chapters: list[Chapter] = []
    for block in blocks:
        match block.kind:
            case "title":
                chapters.append(Chapter(block))
            case "heading" | "aside":
                chapters[-1].sections.append(Section(block, folded=block.kind == "aside"))
            case "step" | "item" | "paragraph" | "install":
                _piece(chapters[-1].sections[-1], block.kind).entries.append(Entry(block))
            case "row":
                _put_row(chapters[-1].sections[-1], block)
            case "picture" | "qr":
                _last_entry(chapters[-1].sections[-1]).figures.append(block)
    return chapters


def _piece(section: Section, kind: Literal["step", "item", "paragraph", "row", "install"]) -> Piece:
    """The piece at a section's end, a new one if that is of another kind."""
    if not section.pieces or section.pieces[-1].kind != kind:
        section.pieces.append(Piece(kind))
    return section.pieces[-1]


def _put_row(section: Section, row: Block) -> None:
    """A row belongs to the step before it; elsewhere rows are a table of their own."""
    if section.pieces and section.pieces[-1].kind == "step":
        section.pieces[-1].entries[-1].rows.append(row)
    else:
        _piece(section, "row").entries.append(Entry(row))


def _last_entry(section: Section) -> Entry:
    if not section.pieces:
        raise ValueError("a picture stands behind what it shows")
    return section.pieces[-1].entries[-1]

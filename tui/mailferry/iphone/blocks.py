"""A sheet as a sequence of blocks: what a template says, whatever form it will take."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Literal

import msgspec

Kind = Literal["title", "heading", "aside", "paragraph", "step", "item", "row", "picture", "qr", "install"]

_MARKS: dict[str, Kind] = {
    "#": "title",
    "##": "heading",
    "##>": "aside",
    "=": "paragraph",
    "1.": "step",
    "-": "item",
    ":": "row",
    "%": "picture",
    "&": "qr",
    "!": "install",
}


class Block(msgspec.Struct, frozen=True):
    """One block of a sheet.

    `label` is set for rows, and for `install`: the words on a button; `text` is the address that it opens.
    `number` is set for steps, counting from 1 in each section. `place` is the position, from 0, of the
    account that the block is about; None in what is said of all of them.

    An `aside` is a heading whose section, up to the next title, heading or aside, only some readers need:
    another way than the first. A form may fold it away.

    The text of a picture is the name of the screen it shows (`screen.ScreenName`), that of a QR code what is
    in it. Forms that cannot draw leave both out: what they say stands in the steps as well.
    """

    kind: Kind
    text: str
    label: str = ""
    number: int = 0
    place: int | None = None


def read_blocks(rendered: str, place: int | None = None) -> Iterator[Block]:
    """The blocks of a rendered template, one to a line: a mark, a blank, the text (some: `label | text`)."""
    number = 0
    for line in rendered.splitlines():
        if not line.strip():
            continue
        mark, _, text = line.strip().partition(" ")
        kind = _MARKS[mark]
        label = ""
        if kind in ("title", "heading", "aside"):
            number = 0
        elif kind == "step":
            number += 1
        elif kind in ("row", "install"):
            label, _, text = text.partition(" | ")
        yield Block(kind, text.strip(), label.strip(), number if kind == "step" else 0, place)


def runs(blocks: Iterator[Block]) -> Iterator[tuple[Kind, list[Block]]]:
    """Neighbouring blocks of one kind, which belong together."""
    for kind, group in groupby(blocks, key=lambda block: block.kind):
        yield kind, list(group)

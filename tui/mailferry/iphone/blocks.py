"""A sheet as a sequence of blocks: what a template says, whatever form it will take."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Literal

import msgspec

Kind = Literal["title", "heading", "paragraph", "step", "item", "row", "picture", "qr"]

_MARKS: dict[str, Kind] = {
    "#": "title",
    "##": "heading",
    "=": "paragraph",
    "1.": "step",
    "-": "item",
    ":": "row",
    "%": "picture",
    "&": "qr",
}


class Block(msgspec.Struct, frozen=True):
    """One block of a sheet. `label` is set for rows, `number` for steps, counting from 1 in each section.

    The text of a picture is the name of the screen it shows (`screen.ScreenName`), that of a QR code what is
    in it. Forms that cannot draw leave both out: what they say stands in the steps as well.
    """

    kind: Kind
    text: str
    label: str = ""
    number: int = 0


def read_blocks(rendered: str) -> Iterator[Block]:
    """The blocks of a rendered template, one to a line: a mark, a blank, the text (rows: `label | text`)."""
    number = 0
    for line in rendered.splitlines():
        if not line.strip():
            continue
        mark, _, text = line.strip().partition(" ")
        kind = _MARKS[mark]
        label = ""
        if kind in ("title", "heading"):
            number = 0
        elif kind == "step":
            number += 1
        elif kind == "row":
            label, _, text = text.partition(" | ")
        yield Block(kind, text.strip(), label.strip(), number if kind == "step" else 0)


def runs(blocks: Iterator[Block]) -> Iterator[tuple[Kind, list[Block]]]:
    """Neighbouring blocks of one kind, which belong together."""
    for kind, group in groupby(blocks, key=lambda block: block.kind):
        yield kind, list(group)

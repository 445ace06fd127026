"""A page that offers a profile is open on the very iPhone, and its button is often why anybody opens it.

The button stands behind what has to be ready, because a tap on it uses a link up and lets eight minutes run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from mailferry.iphone.blocks import Block
from mailferry.iphone.outline import Chapter, Section


def without_codes(blocks: Iterable[Block]) -> Iterator[Block]:
    """No QR codes: nobody can take a picture of a screen with itself. The links stand beside them."""
    return (block for block in blocks if block.kind != "qr")


def unfold(chapters: Iterable[Chapter]) -> None:
    """Open the first folded way that has a button, and the preparation before it."""
    for chapter in chapters:
        for place, section in enumerate(chapter.sections):
            if any(piece.kind == "install" for piece in section.pieces):
                if section.folded:
                    section.opened = True
                    _open_preparation(chapter.sections[:place])
                return


def _open_preparation(before: Sequence[Section]) -> None:
    """Ways have pictures, what precedes them has none."""
    *_, last = before
    if last.folded and not any(entry.figures for piece in last.pieces for entry in piece.entries):
        last.opened = True

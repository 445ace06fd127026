from __future__ import annotations

import pytest

from mailferry.iphone.blocks import read_blocks
from mailferry.iphone.outline import outline

SHEET = """\
# Title
= One.
= Two.
## Way 1
! Install | https://example.org/x
1. Do this
: Name | Mary
: Email | mum@x.test
% new-account
% passcode
1. Do that
= Between
1. Go on
##> Way 2
- An item
% delete-account
: Label | value
= A page
& https://example.org/
"""


def test_blocks_become_chapters_sections_and_pieces() -> None:
    (chapter,) = outline(read_blocks(SHEET, 0))
    lead, first, second = chapter.sections
    assert chapter.place == 0
    assert lead.heading is None
    assert [piece.kind for piece in lead.pieces] == ["paragraph"]
    assert [entry.block.text for entry in lead.pieces[0].entries] == ["One.", "Two."]
    assert first.heading is not None
    assert (first.heading.text, first.folded) == ("Way 1", False)
    assert [piece.kind for piece in first.pieces] == ["install", "step", "paragraph", "step"]
    assert second.folded
    assert [piece.kind for piece in second.pieces] == ["item", "row", "paragraph"]


def test_values_and_pictures_belong_to_what_stands_before_them() -> None:
    (chapter,) = outline(read_blocks(SHEET, 0))
    do_this, do_that = chapter.sections[1].pieces[1].entries
    assert [row.label for row in do_this.rows] == ["Name", "Email"]
    assert [figure.text for figure in do_this.figures] == ["new-account", "passcode"]
    assert not do_that.rows
    assert chapter.sections[1].pieces[3].entries[0].block.number == 3
    item, row, page = (piece.entries[0] for piece in chapter.sections[2].pieces)
    assert item.figures[0].text == "delete-account"
    assert row.block.label == "Label"
    assert page.figures[0].kind == "qr"


def test_a_picture_of_nothing_is_a_mistake_in_a_template() -> None:
    with pytest.raises(ValueError, match="behind what it shows"):
        outline(read_blocks("# Title\n% passcode\n"))

"""The measures of a drawn screen, in units of its picture."""

from __future__ import annotations

import msgspec

SCREEN = 270
"""Width of a picture. Narrow, so that its letters are large: printed 46 mm wide, `SMALLEST` has 7 points."""
LEFT = 10
WIDE = SCREEN - 2 * LEFT
"""Where a group begins, and its width."""
PAD = 12
"""Between the edge of a group and what is in it."""
ROW = 44

TEXT, SMALLEST = 16, 14.5
"""Sizes of letters: usual; of headings and footers, and the least to which a value shrinks."""


class Look(msgspec.Struct, frozen=True):
    """What differs between versions of iOS: how round groups are, whether buttons in bars are capsules."""

    corner: float
    capsules: bool


def look_of(ios: int) -> Look:
    """The look of a version; from iOS 26 on everything is rounder."""
    return Look(corner=22, capsules=True) if ios >= 26 else Look(corner=10, capsules=False)

"""Text that a property list, a sheet and a terminal can all hold."""

from __future__ import annotations

import unicodedata

_BREAKS = frozenset({"Zl", "Zp"})
_UNFIT = frozenset({"Cc", "Cs", "Co"})
_DIRECTION_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def plain(text: str) -> str:
    """The text on one line, without what XML 1.0 forbids and what would turn the rest of a line around.

    Right-to-left scripts, their marks and joined emoji stay as they are; controls, lone surrogates,
    noncharacters and direction overrides go.
    """
    one_line = "".join(
        " " if character.isspace() or unicodedata.category(character) in _BREAKS else character
        for character in text
    )
    return " ".join("".join(character for character in one_line if _fits(character)).split())


def is_exact(text: str) -> bool:
    """Whether a value that must be typed exactly (a user name) survives unaltered."""
    return all(_fits(character) for character in text) and text.strip() == text != ""


def _fits(character: str) -> bool:
    if character in _DIRECTION_OVERRIDES or unicodedata.category(character) in _UNFIT | _BREAKS:
        return False
    return ord(character) & 0xFFFE != 0xFFFE and not 0xFDD0 <= ord(character) <= 0xFDEF

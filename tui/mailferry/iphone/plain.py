"""Text that a property list, a sheet and a terminal can all hold."""

from __future__ import annotations

import re
import unicodedata

_BREAKS = frozenset({"Zl", "Zp"})
_UNFIT = frozenset({"Cc", "Cs", "Co"})
_DIRECTION_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_XML = re.compile("[\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*")
"""XML 1.0 section 2.2, without the carriage return, which a reader turns into a line feed (section 2.11)."""


def plain(text: str) -> str:
    """The text on one line, without what XML 1.0 forbids and what would turn the rest of a line around.

    Right-to-left scripts, their marks and joined emoji stay as they are; controls, lone surrogates,
    noncharacters and direction overrides go.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())  # nearly always
    one_line = "".join(
        " " if character.isspace() or unicodedata.category(character) in _BREAKS else character
        for character in text
    )
    return " ".join("".join(character for character in one_line if _fits(character)).split())


def plain_lines(text: str) -> str:
    """A longer text, such as one to agree to: each line as `plain` has it, line ends kept."""
    return "\n".join(map(plain, text.splitlines())).strip()


def is_exact(text: str) -> bool:
    """Whether a value that must be typed exactly (a user name) survives unaltered."""
    return all(_fits(character) for character in text) and text.strip() == text != ""


def is_writable(text: str) -> bool:
    """Whether XML holds a text unaltered that nobody has to type, such as a password."""
    return _XML.fullmatch(text) is not None


def _fits(character: str) -> bool:
    if character in _DIRECTION_OVERRIDES or unicodedata.category(character) in _UNFIT | _BREAKS:
        return False
    return ord(character) & 0xFFFE != 0xFFFE and not 0xFDD0 <= ord(character) <= 0xFDEF

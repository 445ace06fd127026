"""Text from outside, made harmless for a terminal."""

from __future__ import annotations

import unicodedata

_HARMFUL = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
"""Unicode categories that steer a terminal or hide text: controls, formats (bidi overrides), surrogates."""


def visible(text: str, *, keep_lines: bool = False) -> str:
    r"""The text with everything that could steer a terminal written out (`\x1b`, `\u202e`).

    With `keep_lines`, line feeds stay and carriage returns before them are dropped.
    """
    if keep_lines:
        text = text.replace("\r\n", "\n")
    if (text.replace("\n", "") if keep_lines else text).isprintable():
        return text  # nearly always, and a long table is looked through in no time
    return "".join(
        character
        if unicodedata.category(character) not in _HARMFUL or (keep_lines and character == "\n")
        else _written_out(character)
        for character in text
    )


def visible_json(document: str) -> str:
    r"""A JSON document on one line, with the same characters written as JSON's escapes (`\u009b`).

    JSON lets DEL, C1 controls and bidi marks stand in strings as they are. The document means what it meant.
    """
    if document.isprintable():
        return document
    return "".join(
        character if unicodedata.category(character) not in _HARMFUL else _json_escape(character)
        for character in document
    )


def _json_escape(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[place : place + 4]}" for place in range(0, len(units), 4))


def _written_out(character: str) -> str:
    code = ord(character)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"

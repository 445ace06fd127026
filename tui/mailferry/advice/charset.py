"""Words of a server that are no UTF-8, read for people in the charset in which they were probably written."""

from __future__ import annotations

import re

ESCAPED = re.compile(r"\\x([89a-f][0-9a-f])")
_CUT = re.compile(r"\\x[89a-f][0-9a-f]\Z")
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]+")
_BESIDE_LETTERS = re.compile(rb"[A-Za-z][\x80-\xff]|[\x80-\xff][A-Za-z]")


def sent_bytes(words: str) -> bytes:
    r"""The words as they were sent: bytes that were no UTF-8 stand in them as `\xNN`."""
    return b"".join(
        bytes.fromhex(part) if place % 2 else part.encode("utf-8", "replace")
        for place, part in enumerate(ESCAPED.split(words))
    )


def in_words(words: str) -> str:
    """A remark that says how words which are no UTF-8 are probably to be read; empty where there is none.

    UTF-8 in which a letter was cut in two needs no other reading. It is a guess from the pattern of the
    bytes, meant to stand beside the exact words: pairs are Chinese, single ones among plain letters
    western European, and runs of high ones Russian.
    """
    escaped = ESCAPED.findall(words)
    whole = [character for character in words if not character.isascii()]
    if not escaped or sum(character >= "\u0800" for character in whole) > len(escaped):
        return ""
    if len(escaped) == 1 and whole and _CUT.search(words):
        return ""
    sent = sent_bytes(words)
    name, charset = _probable(sent)
    if charset == "cp1252" and whole:
        return ""
    try:
        read = sent.decode(charset)
    except UnicodeDecodeError:
        return ""
    return f"in {name}: {read}"


def _probable(sent: bytes) -> tuple[str, str]:
    runs = list(_BEYOND_ASCII.finditer(sent))
    if all(len(run[0]) <= 2 for run in runs) and _BESIDE_LETTERS.search(sent):
        return "Latin-1", "cp1252"
    letters = b"".join(run[0] for run in runs)
    if all(letter >= 0xC0 or letter in b"\xa3\xb3\xa8\xb8" for letter in letters):
        small = sum(0xC0 <= letter <= 0xDF for letter in letters)
        return ("KOI8-R", "koi8-r") if 2 * small > len(letters) else ("Windows-1251", "cp1251")
    return "GBK", "gb2312"

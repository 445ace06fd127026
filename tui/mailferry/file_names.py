"""What files for the iPhone are called: safe everywhere, and no two people's or accounts' the same."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence

from mailferry.workspace import AccountEntry

_LONGEST = 100
"""Bytes of a name without its ending: file systems take 255, and a temporary name is longer."""


def file_stem(entries: Sequence[AccountEntry], person: str | None) -> str:
    """The file name to suggest, without ending: the person's name, or that of the account's file, whatever
    the order of the accounts.

    Where a name cannot stand there as it is, a few digits of what it stands for keep it apart from others.
    """
    if person is not None:
        name = person.casefold()
        return name.replace(" ", "-") if _is_plain(name) else told_apart(name, name)
    first, *more = sorted(entry.id for entry in entries)
    if more:
        return told_apart(f"{first}-and-{len(more)}-more", first, *more)
    return first if _is_safe(first) and _is_short(first) else told_apart(first, first)


def told_apart(name: str, *of: str) -> str:
    """A name made safe, with a few digits of what it stands for, which are the same each time."""
    digits = hashlib.sha256("\0".join(of).encode("utf-8", "surrogatepass")).hexdigest()[:6]
    safe = "".join(each if _is_part_of_a_word(each) or each in "-_" else " " for each in name)
    short = "-".join(safe.split()).encode()[: _LONGEST - len(digits) - 1].decode(errors="ignore")
    return f"{short.strip('-')}-{digits}".strip("-")


def _is_plain(name: str) -> bool:
    """Whether a person's name can be had again from its words, joined by hyphens."""
    words = name.split(" ")
    return (
        all(word and all(map(_is_part_of_a_word, word)) for word in words)
        and _is_short(name)
        and unicodedata.is_normalized("NFC", name)
    )


def _is_safe(stem: str) -> bool:
    return stem.isprintable() and "/" not in stem and not stem.startswith(".")


def _is_short(name: str) -> bool:
    return len(name.encode("utf-8", "surrogatepass")) <= _LONGEST


def _is_part_of_a_word(character: str) -> bool:
    """A letter, a mark on one, or a digit, of any script."""
    return unicodedata.category(character)[0] in "LMN"

"""Words of other programs, made fit to be shown beside a password: masked, short and harmless."""

from __future__ import annotations

from collections.abc import Iterable

from mailferry.model.visible import visible

_MASK = "•••"
_MOST_LINES = 3
_MOST_CHARACTERS = 300


def shown_words(text: str, *, hide: Iterable[str]) -> str:
    """The first lines of `text` in one line, without anything in `hide` and fit for a terminal.

    Empty when `text` has nothing but blanks.
    """
    # The longest first: a short one may be part of it and would leave the rest standing.
    for secret in sorted({each.strip() for each in hide} - {""}, key=len, reverse=True):
        text = text.replace(secret, _MASK)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    words = visible(" / ".join(lines[:_MOST_LINES]))
    return words if len(words) <= _MOST_CHARACTERS else f"{words[:_MOST_CHARACTERS]}…"

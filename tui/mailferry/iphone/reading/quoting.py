"""Words of a stranger's, as they stand in our sentences."""

from __future__ import annotations

from mailferry.model.visible import visible

_LONGEST = 80


def quoted(text: str) -> str:
    """The text in quotation marks, shortened, with nothing in it that could steer a terminal."""
    return f"“{shown(text)}”"


def shown(text: str) -> str:
    """The text shortened, with nothing in it that could steer a terminal."""
    return visible(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…")

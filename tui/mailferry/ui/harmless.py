"""Texts that may hold anything, made harmless where they are edited: one character for one."""

from __future__ import annotations

from rich.highlighter import Highlighter
from rich.text import Text

from mailferry.model.visible import visible


class Harmless(Highlighter):
    """Draws each character that could steer the terminal as one that cannot; the value keeps it."""

    def highlight(self, text: Text) -> None:
        """Replace one for one, so that the cursor stays where it belongs."""
        text.plain = harmless(text.plain)


def harmless(text: str) -> str:
    """The text with a replacement character for each that could steer the terminal."""
    if text.isprintable():
        return text
    return "".join(each if visible(each) == each else "\N{REPLACEMENT CHARACTER}" for each in text)

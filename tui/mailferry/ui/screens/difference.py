"""Two versions of a file, and what is to become of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from mailferry.ui.screens.confirm import Choices, ChoiceScreen
from mailferry.ui.spans import Line, Tone, wrapped

_TONES: dict[str, Tone] = {"+": "good", "-": "bad", "@": "accent"}


class DifferenceScreen(ChoiceScreen):
    """Shows a unified diff and answers with the key of a choice, or None."""

    keys: ClassVar[tuple[tuple[str, str], ...]] = (*ChoiceScreen.keys, ("PgUp PgDn", "scroll"))

    def __init__(self, title: str, diff_text: str, choices: Choices) -> None:
        super().__init__(title, lambda width: _lines(diff_text, width), choices)
        self.add_class("-wide")


def _lines(diff_text: str, width: int) -> Sequence[Line]:
    lines: list[Line] = []
    for text in diff_text.splitlines():
        tone: Tone = "dim" if text.startswith(("+++ ", "--- ")) else _TONES.get(text[:1], "plain")
        lines.extend(wrapped(text.expandtabs(4), width, tone))
    return lines

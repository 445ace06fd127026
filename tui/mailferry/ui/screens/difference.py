"""Two versions of a file, and what is to become of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from mailferry.ui.screens.confirm import Choices, ChoiceScreen
from mailferry.ui.screens.reading import Reading
from mailferry.ui.spans import Line, Tone, wrapped

_TONES: dict[str, Tone] = {"+": "good", "-": "bad", "@": "accent"}


class DifferenceScreen(ChoiceScreen):
    """Shows a unified diff and answers with the key of a choice, or None."""

    DEFAULT_CSS = """
    DifferenceScreen {
        #difference { max-height: 65vh; margin-bottom: 1; }
        #choices { max-height: 6; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pagedown,space", "scroll('page-down')", "page down", show=False, priority=True),
        Binding("pageup", "scroll('page-up')", "page up", show=False, priority=True),
    ]
    keys: ClassVar[tuple[tuple[str, str], ...]] = (*ChoiceScreen.keys, ("PgUp PgDn", "scroll"))

    def __init__(self, title: str, diff_text: str, choices: Choices) -> None:
        super().__init__(title, choices)
        self.add_class("-wide")
        self.reading = Reading(lambda width: _lines(diff_text, width), id="difference", focusable=False)

    def body(self) -> ComposeResult:
        """The difference and the choices."""
        yield self.reading
        yield self.menu()

    def action_scroll(self, motion: str) -> None:
        """Turn the pages of the difference; the arrows move among the choices."""
        self.reading.action_move(motion)


def _lines(diff_text: str, width: int) -> Sequence[Line]:
    lines: list[Line] = []
    for text in diff_text.splitlines():
        tone: Tone = "dim" if text.startswith(("+++", "---")) else _TONES.get(text[:1], "plain")
        lines.extend(wrapped(text.expandtabs(4), width, tone))
    return lines

"""A question with a few answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.events import Key

from mailferry.ui.screens.dialog import Dialog
from mailferry.ui.screens.menu import Menu, Row
from mailferry.ui.screens.reading import Reading, prose
from mailferry.ui.spans import Span, said

Choices = Sequence[tuple[str, str]]
"""Pairs of a key and what it stands for."""


class ChoiceScreen(Dialog[str]):
    """A dialog with choices that each have a key; answers with that key."""

    keys: ClassVar[tuple[tuple[str, str], ...]] = (
        ("letter", "or"),
        ("↑↓ enter", "choose"),
        ("esc", "cancel"),
    )

    def __init__(self, heading: str, choices: Choices) -> None:
        super().__init__(heading)
        self.choices = choices

    def menu(self) -> Menu:
        """The choices as a menu."""
        rows = [Row((said(key, "bold"), Span("  "), said(label))) for key, label in self.choices]
        return Menu(rows, id="choices", highlighted=False)

    def on_key(self, event: Key) -> None:
        """A choice's own key chooses it, before it could mean a motion."""
        for key, _ in self.choices:
            if key in (event.key, event.character):
                event.stop()
                self.finish(key)
                return

    def on_menu_picked(self, event: Menu.Picked) -> None:
        """Enter chooses the highlighted choice."""
        self.finish(self.choices[event.place][0])


class ConfirmScreen(ChoiceScreen):
    """Asks a question. Answers with the key of a choice, or None."""

    DEFAULT_CSS = """
    ConfirmScreen {
        #question { max-height: 50vh; margin-bottom: 1; }
        #choices { max-height: 8; }
    }
    """

    def __init__(self, question: str, choices: Choices, *, heading: str = "Question") -> None:
        super().__init__(heading, choices)
        self.question = question

    def body(self) -> ComposeResult:
        """The question and its answers."""
        menu = self.menu()
        yield Reading(prose(self.question), id="question", focusable=False)
        yield menu

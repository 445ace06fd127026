"""A question with a few answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.events import Key

from mailferry.ui.screens.dialog import Dialog
from mailferry.ui.screens.menu import Menu, Row
from mailferry.ui.screens.reading import Reading, Writer, prose
from mailferry.ui.spans import Span, said

Choices = Sequence[tuple[str, str]]
"""Pairs of a key and what it stands for."""


class ChoiceScreen(Dialog[str]):
    """Something to read and choices that each have a key; answers with the key chosen, or None.

    None is highlighted at first, so that an enter struck too early chooses nothing, unless there is a
    harmless `default`.
    """

    DEFAULT_CSS = "ChoiceScreen #matter { margin-bottom: 1; }"

    keys: ClassVar[tuple[tuple[str, str], ...]] = (("↑↓ enter", "or its letter"), ("esc", "cancel"))

    def __init__(self, heading: str, matter: Writer, choices: Choices, *, default: str | None = None) -> None:
        super().__init__(heading)
        self.choices = choices
        self.default = default
        self.reading = Reading(matter, id="matter", share=0.45)

    def body(self) -> ComposeResult:
        """What it is about, and the choices."""
        yield self.reading
        rows = [Row((said(key, "bold"), Span("  "), said(label))) for key, label in self.choices]
        menu = Menu(rows, id="choices", highlighted=self.default is not None, share=0.3)
        menu.cursor = next((at for at, (key, _) in enumerate(self.choices) if key == self.default), 0)
        yield menu

    @property
    def paged(self) -> Reading:
        """The arrows are for the choices, the page keys for what is read."""
        return self.reading

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

    def __init__(self, question: str, choices: Choices, *, default: str | None = None) -> None:
        super().__init__("Question", prose(question), choices, default=default)

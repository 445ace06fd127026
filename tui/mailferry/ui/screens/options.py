"""Options and how each is set; one is picked to be changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult

from mailferry.ui.screens.dialog import Dialog
from mailferry.ui.screens.menu import Menu, Row
from mailferry.ui.spans import Span, pad, said

OptionLine = tuple[str, str, str]
"""An id, what the option is called, and how it is set."""

_NAME = 14


class OptionsScreen(Dialog[str]):
    """Answers with the id of the option to change, or None when all is as wanted. `at` begins there."""

    keys: ClassVar[tuple[tuple[str, str], ...]] = (("↑↓", "move"), ("enter", "change it"), ("esc", "done"))

    def __init__(self, title: str, options: Sequence[OptionLine], *, at: str | None = None) -> None:
        super().__init__(title)
        self.options = options
        rows = [
            Row((*pad((said(name),), _NAME), Span("  "), said(value, "dim"))) for _, name, value in options
        ]
        self.menu = Menu(rows, id="options")
        self.menu.cursor = next((place for place, each in enumerate(options) if each[0] == at), 0)

    def body(self) -> ComposeResult:
        """The options."""
        yield self.menu

    @property
    def paged(self) -> Menu:
        """The options."""
        return self.menu

    def on_menu_picked(self, event: Menu.Picked) -> None:
        """Answer with the picked option."""
        self.finish(self.options[event.place][0])

"""One of many, found by typing a part of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from mailferry.ui.screens.dialog import Dialog
from mailferry.ui.screens.field import Field
from mailferry.ui.screens.matching import holds
from mailferry.ui.screens.menu import Menu, Row
from mailferry.ui.spans import said

Option = tuple[str, str, str]
"""An id, a label, and a hint that helps to choose."""


class ChooseScreen(Dialog[str]):
    """Offers options and answers with the id of one, or None. What is typed narrows them down."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move('down')", "down", show=False),
        Binding("up", "move('up')", "up", show=False),
    ]
    keys: ClassVar[tuple[tuple[str, str], ...]] = (
        ("type", "to find"),
        ("↑↓", "move"),
        ("enter", "choose"),
        ("esc", "cancel"),
    )

    def __init__(self, title: str, options: Sequence[Option]) -> None:
        super().__init__(title)
        self.options = options
        self.offered = options
        self.menu = Menu(_rows(options), id="options", focusable=False)

    def body(self) -> ComposeResult:
        """The field to narrow down with, and the options."""
        yield Field("Find")
        yield self.menu

    @property
    def paged(self) -> Menu:
        """The options."""
        return self.menu

    def on_input_changed(self, event: Input.Changed) -> None:
        """Offer what holds the words typed."""
        self.offered = [option for option in self.options if holds(event.value, *option[1:])]
        self.menu.show(_rows(self.offered))

    def on_input_submitted(self) -> None:
        """Enter in the field picks what is highlighted below it."""
        self.menu.action_pick()

    def on_menu_picked(self, event: Menu.Picked) -> None:
        """Answer with the picked option."""
        self.finish(self.offered[event.place][0])

    def action_move(self, motion: str) -> None:
        """Move the highlight from within the field."""
        self.menu.action_move(motion)


def _rows(options: Sequence[Option]) -> list[Row]:
    return [Row((said(label),), (said(hint, "dim"),) if hint else ()) for _, label, hint in options]

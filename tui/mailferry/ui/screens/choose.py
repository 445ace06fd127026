"""One of many, found by typing a part of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from mailferry.ui.screens.dialog import Dialog
from mailferry.ui.screens.field import Field
from mailferry.ui.screens.matching import best_first
from mailferry.ui.screens.menu import Menu, Row
from mailferry.ui.spans import Line, Span, pad, said

Option = tuple[str, str, str]
"""An id, a label, and a hint that helps to choose. Tabs part the cells of a label that has columns."""


class ChooseScreen(Dialog[str]):
    """Offers options and answers with the id of one, or None. What is typed narrows them down.

    `does` is what enter does with one, for the line of keys. `columns` are the cells that each column of the
    labels takes; the last column has what room is left.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move('down')", "down", show=False),
        Binding("up", "move('up')", "up", show=False),
    ]

    def __init__(
        self, title: str, options: Sequence[Option], *, does: str = "choose", columns: Sequence[int] = ()
    ) -> None:
        super().__init__(
            title, keys=(("type", "to find"), ("↑↓", "move"), ("enter", does), ("esc", "cancel"))
        )
        self.set_class(bool(columns), "-wide")
        self.options = options
        self.columns = columns
        self.offered = options
        self.menu = Menu(self._rows(), id="options", focusable=False)

    def body(self) -> ComposeResult:
        """The field to narrow down with, and the options."""
        yield Field("Find")
        yield self.menu

    @property
    def paged(self) -> Menu:
        """The options."""
        return self.menu

    def on_input_changed(self, event: Input.Changed) -> None:
        """Offer what holds the words typed, first what is called so."""
        self.offered = best_first(event.value, self.options)
        self.menu.show(self._rows())

    def on_input_submitted(self) -> None:
        """Enter in the field picks what is highlighted below it."""
        self.menu.action_pick()

    def on_menu_picked(self, event: Menu.Picked) -> None:
        """Answer with the picked option."""
        self.finish(self.offered[event.place][0])

    def action_move(self, motion: str) -> None:
        """Move the highlight from within the field."""
        self.menu.action_move(motion)

    def _rows(self) -> list[Row]:
        return [
            Row(self._cells(label), (said(hint, "dim"),) if hint else ()) for _, label, hint in self.offered
        ]

    def _cells(self, label: str) -> Line:
        if not self.columns:
            return (said(label),)
        *cells, last = label.split("\t")
        padded = [pad((said(cell),), width) for cell, width in zip(cells, self.columns, strict=True)]
        return (*(span for cell in padded for span in (*cell, Span("  "))), said(last, "dim"))

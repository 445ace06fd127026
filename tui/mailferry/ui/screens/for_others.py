"""A text made to be shown to others: read, copied, written to a file, with or without whose account it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding, BindingType

from mailferry.ui.screens.dialog import KeyLine
from mailferry.ui.screens.reading import prose
from mailferry.ui.screens.show import ShowScreen

_WITH = "No password is in it. The address and the user name are: a leaves them out."
_WITHOUT = "No password is in it, and neither address nor user name: a puts them in."


class ForOthersScreen(ShowScreen):
    """Shows a text and turns between the one with the address and the one without."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("a", "turn", "without address", show=False)]

    def __init__(
        self, title: str, write: Callable[[bool], str], *, note: str = "", file_name: str = "mailferry.txt"
    ) -> None:
        """`write` gives the text, without the address where its argument is true."""
        super().__init__(title, write(False), note=note + _WITH, file_name=file_name)
        self.name_keys(_keys("without address"))
        self._write = write
        self._known = note
        self.without_address = False

    def action_turn(self) -> None:
        """Show the other one."""
        self.without_address = not self.without_address
        self.text = self._write(self.without_address)
        self.reading.show(prose(self.text))
        self.about.show(prose(self._known + (_WITHOUT if self.without_address else _WITH), "dim"))
        self.query_one(KeyLine).show(_keys("with the address" if self.without_address else "without address"))


def _keys(turned: str) -> tuple[tuple[str, str], ...]:
    return ("a", turned), ("w", "write to a file"), ("c", "copy"), ("esc", "back")

"""A report about an account: read, copied, written to a file, with or without its address."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding, BindingType

from mailferry.ui.screens.reading import prose
from mailferry.ui.screens.show import ShowScreen

_WITH = "No password is in it. The address and the user name are: a leaves them out."
_WITHOUT = "No password is in it, and neither address nor user name: a puts them in."


class ReportScreen(ShowScreen):
    """Shows a report and turns between the one with the address and the one without."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("a", "turn", "without address", show=False)]
    keys: ClassVar[tuple[tuple[str, str], ...]] = (
        ("a", "without address"),
        ("w", "write to a file"),
        ("c", "copy"),
        ("esc", "back"),
    )

    def __init__(self, write: Callable[[bool], str], *, file_name: str) -> None:
        """`write` gives the text, without the address where its argument is true."""
        super().__init__("Report", write(False), note=_WITH, file_name=file_name)
        self._write = write
        self.without_address = False

    def action_turn(self) -> None:
        """Show the other one."""
        self.without_address = not self.without_address
        self.text = self._write(self.without_address)
        self.reading.show(prose(self.text))
        self.about.show(prose(_WITHOUT if self.without_address else _WITH, "dim"))

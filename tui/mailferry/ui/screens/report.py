"""A configuration profile, explained."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from mailferry.ui.screens.reading import Writer
from mailferry.ui.screens.show import ShowScreen
from mailferry.ui.spans import text_of

_PLAIN_WIDTH = 76
"""Cells of a line in the text that can be copied or written to a file."""


class ReportScreen(ShowScreen):
    """Shows what is in a profile. `wanted` says afterwards whether its accounts are to be imported."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("i", "import", "import", show=False)]

    def __init__(self, name: str, writer: Writer, *, importable: bool) -> None:
        text = "\n".join(text_of(line).rstrip() for line in writer(_PLAIN_WIDTH))
        super().__init__(name, text, writer=writer, file_name="profile.txt")
        self.importable = importable
        self.wanted = False
        keys = [("i", "import")] if importable else []
        self.name_keys((*keys, *self.keys))

    def action_import(self) -> None:
        """Leave, to import."""
        if self.importable:
            self.wanted = True
            self.finish(None)

"""A frame with a title around a pane.

It is a widget of its own so that repainting a line of the pane does not send the frame beside it again.
"""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container

from mailferry.ui.lines import Lines


class Framed(Container):
    """The frame of a pane of lines."""

    def __init__(self, lines: Lines) -> None:
        super().__init__(id=f"{lines.id}-frame")
        self.lines = lines

    def compose(self) -> ComposeResult:
        """The pane."""
        yield self.lines

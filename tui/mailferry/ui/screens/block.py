"""Lines inside a dialog."""

from __future__ import annotations

from typing import ClassVar

from textual.geometry import Size

from mailferry.ui.lines import Lines
from mailferry.ui.paint import CURSOR, SELECTED, TONES


class Block(Lines, inherit_css=False):
    """Lines that are as high as they are many, up to what a style allows, and scroll beyond.

    Styles of panes (frames, full height) do not apply to it, hence no inherited CSS.
    """

    DEFAULT_CSS = """
    Block {
        height: auto; width: 1fr; overflow-x: hidden; overflow-y: auto; background: transparent;
        scrollbar-size: 1 1; scrollbar-color: $scrollbar; scrollbar-background: $surface;
    }
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {*TONES, CURSOR, SELECTED}

    def get_content_height(self, _container: Size, _viewport: Size, width: int) -> int:
        """As many rows as there are lines."""
        return len(self.build(width).lines)

    def renew(self) -> None:
        """Show other lines, from the first."""
        self.cursor = 0
        self.scroll_to(y=0, animate=False, immediate=True)
        self.refresh(layout=True)
        self.redraw()

"""Lines inside a dialog."""

from __future__ import annotations

from typing import ClassVar

from textual.geometry import Size

from mailferry.ui.lines import Lines
from mailferry.ui.paint import CURSOR, SELECTED, TONES


class Block(Lines, inherit_css=False):
    """Lines that are as high as they are many, up to a share of the window, and scroll beyond.

    The column of the scroll bar is kept free: text wrapped anew because a bar appeared could need the bar
    only because of it. `share` is not a CSS `max-height`, for that counts only once the dialog around has
    its height already.
    Styles of panes (frames, full height) do not apply to it, hence no inherited CSS.
    """

    DEFAULT_CSS = """
    Block {
        height: auto; width: 1fr; background: transparent;
    }
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {*TONES, CURSOR, SELECTED}

    def __init__(self, *, id: str, focusable: bool, share: float = 1.0) -> None:  # noqa: A002  Textual's name
        super().__init__(id=id)
        self.can_focus = focusable
        self.share = share

    def get_content_height(self, _container: Size, viewport: Size, width: int) -> int:
        """As many rows as there are lines, within the share."""
        return min(len(self.build(width - 1).lines), max(int(viewport.height * self.share), 1))

    def renew(self) -> None:
        """Show other lines, from the first."""
        self.cursor = 0
        self.top = 0
        self.refresh(layout=True)
        self.redraw()

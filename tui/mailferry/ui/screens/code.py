"""A QR code in the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

_LIGHT_ON_DARK = Style(color="#ffffff", bgcolor="#000000")
"""What is drawn is the light part of the code. No theme has a say: a camera wants dark modules on a light
ground, whatever the terminal's own colours are."""


class Code(Widget):
    """Draws the lines of a code as they are (iphone.qr.qr_lines), in black and white."""

    DEFAULT_CSS = "Code { width: auto; height: auto; }"

    def __init__(self, *, id: str) -> None:  # noqa: A002  Textual's name
        super().__init__(id=id)
        self.code: Sequence[str] = ()

    def show(self, code: Sequence[str]) -> None:
        """Show other lines."""
        if code != self.code:
            self.code = code
            self.refresh(layout=True)

    def get_content_width(self, _container: Size, _viewport: Size) -> int:
        """As wide as the code."""
        return len(self.code[0]) if self.code else 0

    def get_content_height(self, _container: Size, _viewport: Size, _width: int) -> int:
        """As high as the code."""
        return len(self.code)

    def render_line(self, y: int) -> Strip:
        """One line, which is two rows of modules."""
        return Strip([Segment(self.code[y], _LIGHT_ON_DARK)]) if y < len(self.code) else Strip.blank(0)

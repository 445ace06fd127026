"""Marks on a picture, as SVG. How they look is up to screen.css, by class: one for all pictures of a page.

Classes of fills: b background, g group, z grey bar, y digit, s and u switch that is on or off, w white, p in
a grey shape, f accent. Of strokes: e edge, c chevron, n chevron of a button, m in a grey
shape, x on the accent, o ring. Of text: t usual, q quiet, v typed, h hint, a accent, r red, k green.
"""

from __future__ import annotations

from html import escape
from typing import Literal

from mailferry.iphone.drawing.lettering import Fitted
from mailferry.iphone.plain import plain

Anchor = Literal["start", "middle", "end"]

_LEADING = 1.25
"""Distance of lines, in font sizes."""
_RISE = 0.35
"""How far below the middle of a line its baseline is, in font sizes."""


class Pen:
    """Collects the marks of one picture; rings come on top of everything."""

    def __init__(self) -> None:
        self._marks: list[str] = []
        self._rings: list[str] = []

    def svg(self) -> str:
        """All marks, in the order in which they were made, then the rings."""
        return "".join((*self._marks, *self._rings))

    def add(self, other: Pen) -> None:
        """All marks of another pen on top of those made here."""
        self._marks += other._marks
        self._rings += other._rings

    def box(self, look: str, x: float, y: float, wide: float, high: float, round_: float = 0) -> None:
        """A rectangle."""
        self._marks.append(_rectangle(look, x, y, wide, high, round_))

    def circle(self, look: str, x: float, y: float, radius: float) -> None:
        """A circle around x, y."""
        self._marks.append(f'<circle class="{look}" cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}"/>')

    def stroke(self, look: str, path: str) -> None:
        """A path of SVG's own commands, made here and never of somebody's text."""
        self._marks.append(f'<path class="{look}" d="{path}"/>')

    def rule(self, x: float, y: float, wide: float) -> None:
        """A thin line between rows."""
        self.stroke("e", f"M{_n(x)} {_n(y)}h{_n(wide)}")

    def ring(self, x: float, y: float, wide: float, high: float, round_: float = 12) -> None:
        """The ring around what is to be tapped."""
        self._rings.append(_rectangle("o", x, y, wide, high, round_))

    def text(
        self,
        look: str,
        fitted: Fitted,
        x: float,
        middle: float,
        *,
        anchor: Anchor = "start",
        bold: bool = False,
    ) -> None:
        """Lines of text around a height."""
        top = middle - (len(fitted.lines) - 1) * fitted.size * _LEADING / 2 + fitted.size * _RISE
        style = f' font-size="{_n(fitted.size)}"' + (' font-weight="600"' if bold else "")
        style += "" if anchor == "start" else f' text-anchor="{anchor}"'
        for number, (line, squeeze) in enumerate(zip(fitted.lines, fitted.squeeze, strict=True)):
            place = f'x="{_n(x)}" y="{_n(top + number * fitted.size * _LEADING)}"'
            length = f' textLength="{_n(squeeze)}" lengthAdjust="spacingAndGlyphs"' if squeeze else ""
            self._marks.append(f'<text class="{look}" {place}{style}{length}>{escape(plain(line))}</text>')


def _rectangle(look: str, x: float, y: float, wide: float, high: float, round_: float) -> str:
    corner = f' rx="{_n(round_)}"' if round_ else ""
    return f'<rect class="{look}" x="{_n(x)}" y="{_n(y)}" width="{_n(wide)}" height="{_n(high)}"{corner}/>'


def height(fitted: Fitted) -> float:
    """How high lines of text are."""
    return len(fitted.lines) * fitted.size * _LEADING


def _n(value: float) -> str:
    """A number with one decimal at most."""
    return f"{value:.1f}".removesuffix(".0")

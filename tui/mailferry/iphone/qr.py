"""QR codes (ISO/IEC 18004) of addresses: as a picture for a page and as half blocks for a terminal.

What is in a code can be read by everyone who sees it: never put a password in one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mailferry.model.problem import MailferryError

if TYPE_CHECKING:
    from segno import QRCode

_QUIET = 4
"""Light modules around a code (ISO/IEC 18004); fewer only where a terminal has no room for them."""
_LEAST_QUIET = 2

_BLOCKS = {(False, False): "█", (False, True): "▀", (True, False): "▄", (True, True): " "}
"""Characters for (upper, lower) module; True is a dark one. What is drawn is light."""


class TooLongError(MailferryError):
    """A text that no QR code can hold."""


def qr_svg(text: str) -> str:
    """The code as an inline SVG picture of class `qr`: dark on a light patch of its own, in dark mode too.

    Raises TooLongError.
    """
    return _code(text).svg_inline(
        border=_QUIET, dark="#000", light="#fff", title=text, svgclass="qr", lineclass=None, omitsize=True
    )


def qr_lines(text: str, *, height: int = 24) -> tuple[str, ...]:
    """The code as lines of half blocks, two rows of modules to a line, all lines of the same length.

    What is drawn is the light part: show it in light characters on a dark ground. The quiet zone is given up
    to half of itself where the code would be taller than `height` lines. Raises TooLongError.
    """
    code = _code(text)
    size = len(code.matrix)
    quiet = max(_LEAST_QUIET, min(_QUIET, (2 * height - size) // 2))
    rows = [[bool(module) for module in row] for row in code.matrix_iter(border=quiet)]
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    return tuple(_line(upper, lower) for upper, lower in zip(rows[::2], rows[1::2], strict=True))


def _line(upper: Sequence[bool], lower: Sequence[bool]) -> str:
    return "".join(_BLOCKS[pair] for pair in zip(upper, lower, strict=True))


def _code(text: str) -> QRCode:
    """The smallest code that holds the text, with as much error correction as fits without growing it."""
    from segno import DataOverflowError, make_qr

    try:
        return make_qr(text, error="l", boost_error=True)
    except DataOverflowError as error:
        raise TooLongError(f"an address of {len(text)} characters is too long for a QR code") from error

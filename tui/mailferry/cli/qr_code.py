"""A QR code in the terminal: dark on light, whatever the terminal's own colours are."""

from __future__ import annotations

import os
import shutil
import sys

import click

from mailferry.iphone.qr import TooLongError, qr_lines

_WHITE_ON_BLACK = "\x1b[38;5;231;48;5;16m"
"""What is drawn is the light part. These two of the 256 colours are never another theme's idea of them."""
_AS_BEFORE = "\x1b[0m"

_BESIDE = 4
"""Lines that the address, a line on what happens and the next one need on the same screen."""


def show_qr_code(text: str) -> str | None:
    """Print a code to standard output, if that is a terminal with room for it; otherwise say why not.

    With NO_COLOR the light part is drawn in the terminal's own colour. That is the right way round on a dark
    ground; on a light one it is inverted, which an iPhone reads as well.
    """
    if not sys.stdout.isatty():
        return None
    size = shutil.get_terminal_size()
    try:
        lines = qr_lines(text, height=size.lines - _BESIDE)
    except TooLongError as error:
        return str(error)
    if "utf" not in (sys.stdout.encoding or "").lower():
        return "This terminal’s character set has no half blocks, so there is no QR code; open the address."
    if size.columns < len(lines[0]) or size.lines < len(lines):
        return (
            f"The window is too small for the QR code; it takes {len(lines[0])} columns and"
            f" {len(lines) + _BESIDE} lines."
        )
    plain = "NO_COLOR" in os.environ and os.environ["NO_COLOR"] != ""
    for line in lines:
        click.echo(line if plain else f"{_WHITE_ON_BLACK}{line}{_AS_BEFORE}", color=True)
    return None

"""Copying over a terminal: OSC 52, and once more wrapped for tmux, which otherwise keeps it to itself."""

from __future__ import annotations

import base64
import os
from typing import Any

from textual.app import App

_LIMIT = 74_994
"""Bytes of text; what xterm takes of base64 text in one sequence is 100,000."""


def copy_text(app: App[Any], text: str) -> None:
    """Put text into the clipboard of the terminal. Whether it arrived cannot be known."""
    app.copy_to_clipboard(text[:_LIMIT])
    if os.environ.get("TMUX") and app._driver is not None:  # Textual has no public way to write to a terminal
        app._driver.write(tmux_wrapped(text[:_LIMIT]))


def tmux_wrapped(text: str) -> str:
    """The sequence that reaches the terminal around tmux where `allow-passthrough` is on."""
    encoded = base64.b64encode(text.encode()).decode()
    return f"\x1bPtmux;\x1b\x1b]52;c;{encoded}\a\x1b\\"

"""What a person would see of the bytes a program sends to its terminal."""

from __future__ import annotations

import re

import pyte

# What pyte would take for text or for something else; none of it changes what is seen.
_UNSEEN = re.compile(
    rb"\x1b\[[<=>][\d;]*[@-~]"  # private sequences: the keyboard protocol, the terminal's name
    rb"|\x1b\[\?[\d;]*(?:\$p|u)"  # questions about modes
    rb"|\x1b\[\d* q"  # the cursor's shape
    rb"|\x1b[P_^X][^\x1b]*\x1b\\"
    rb"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"
)
_UNFINISHED = re.compile(rb"\x1b(?:\[[^@-~]*|[P_^X\]][^\x07\x1b]*\x1b?)?\Z")


class Screen:
    """A terminal's screen."""

    def __init__(self, columns: int, rows: int) -> None:
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._rest = b""
        self._seen = self._cells()

    def feed(self, data: bytes) -> bool:
        """Take in what the program sent; whether any character or colour has changed by it."""
        data = self._rest + data
        cut = _UNFINISHED.search(data)
        whole, self._rest = (data[: cut.start()], data[cut.start() :]) if cut else (data, b"")
        self._stream.feed(_UNSEEN.sub(b"", whole))
        before, self._seen = self._seen, self._cells()
        return before != self._seen

    def shows(self, text: str) -> bool:
        """Whether the text stands in one of the lines."""
        return any(text in line for line in self._screen.display)

    def text(self) -> str:
        """All that is on the screen, in one line."""
        return " ".join(line.strip() for line in self._screen.display if line.strip())

    def _cells(self) -> list[list[object]]:
        rows = self._screen.buffer
        return [
            [rows[row][column] for column in range(self._screen.columns)] for row in range(self._screen.lines)
        ]

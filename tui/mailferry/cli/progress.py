"""How far a long run has come, on one line of the terminal that goes away again."""

from __future__ import annotations

import os
import sys


class Progress:
    """Shown on standard error where that is a terminal, and nowhere else."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = self._failed = 0
        self._shown = total > 1 and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._draw()

    def count(self, *, ok: bool) -> None:
        """One more is done."""
        self._done += 1
        self._failed += not ok
        self._draw()

    def clear(self) -> None:
        """Take the line away, before anything else is printed and at the end."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def _draw(self) -> None:
        if self._shown and self._done < self._total:
            fails = "1 fails" if self._failed == 1 else f"{self._failed} fail"
            sys.stderr.write(f"\r\x1b[K{self._done} of {self._total} tested, {fails}")
            sys.stderr.flush()

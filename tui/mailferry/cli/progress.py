"""What a run is doing, on one line of the terminal that goes away again."""

from __future__ import annotations

import os
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mailferry.cli.output import shortened
from mailferry.model.settings import ROLES
from mailferry.model.spared import is_not_tried

if TYPE_CHECKING:
    from mailferry.checks.events import CheckEvent
    from mailferry.model.account import Role
    from mailferry.model.check import AccountCheck


class Progress:
    """Of one account the stages under way, of more how many are done.

    Shown on standard error where that is a terminal, and nowhere else.
    """

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = self._failed = self._left_out = 0
        self._under_way: dict[Role, str] = {}
        self._shown = total > 0 and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._writing = threading.Lock()  # held by whoever else writes to the terminal, for as long
        self._line = threading.Lock()
        self._aside = False
        self._draw()

    def take(self, event: CheckEvent) -> None:
        """Note what has happened; called from several threads."""
        from mailferry.checks.events import PasswordAwaited, StageEnded, StageStarted

        if self._total > 1 or not isinstance(event, PasswordAwaited | StageEnded | StageStarted):
            return
        with self._line:
            if isinstance(event, StageStarted):
                self._under_way[event.role] = event.stage
            elif isinstance(event, StageEnded):
                self._under_way.pop(event.role, None)
            else:
                self._under_way[event.role] = "auth" if event.over else "auth (waiting for the password)"
            self._draw()

    def count(self, result: AccountCheck) -> None:
        """One more is done."""
        with self._line:
            self._done += 1
            self._failed += not (result.ok or is_not_tried(result))
            self._left_out += is_not_tried(result)
            self._draw()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Nothing is shown while somebody else writes to the terminal, one at a time."""
        with self._writing:
            with self._line:
                self._erase()
                self._aside = True
            try:
                yield
            finally:
                with self._line:
                    self._aside = False
                    self._draw()

    def end(self) -> None:
        """Take the line away for good."""
        with self._line:
            self._erase()
            self._shown = False

    def _erase(self) -> None:
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def _draw(self) -> None:
        if self._shown and not self._aside and self._done < self._total:
            room = shutil.get_terminal_size().columns - 1  # a full line would begin another
            sys.stderr.write(f"\r\x1b[K{shortened(self._words(), room)}")
            sys.stderr.flush()

    def _words(self) -> str:
        if self._total > 1:
            fails = "1 fails" if self._failed == 1 else f"{self._failed} fail"
            left_out = f", {self._left_out} not tried" if self._left_out else ""
            return f"{self._done - self._left_out} of {self._total} tested, {fails}{left_out}"
        stages = [f"{role} {self._under_way[role]}" for role in ROLES if role in self._under_way]
        return f"testing: {', '.join(stages)}…" if stages else "testing…"

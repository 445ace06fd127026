"""Taking turns, by threads that can be stopped while they wait."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

from mailferry.secrets.command import PasswordCommandStoppedError

_LOOK_AGAIN = 0.1
"""Seconds between two looks at the wish to stop."""


class Turns:
    """Room for a number of threads at once."""

    def __init__(self, at_once: int) -> None:
        self._room = threading.Semaphore(at_once)

    @contextlib.contextmanager
    def take(self, cancel: threading.Event | None) -> Iterator[None]:
        """Wait for room, and have it while the context lasts. Raises PasswordCommandStoppedError."""
        while not self._room.acquire(timeout=_LOOK_AGAIN):
            if cancel is not None and cancel.is_set():
                raise PasswordCommandStoppedError
        try:
            yield
        finally:
            self._room.release()

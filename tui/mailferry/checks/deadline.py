"""The time that a stage has, and the wish to stop."""

from __future__ import annotations

import select
import socket
import time
from threading import Event

from mailferry.checks.failure import StageFailure

_SLICE = 0.1
"""Seconds between two looks at the wish to stop: quick for people, and next to nothing for a processor."""


class Deadline:
    """The end of a stage. Data that trickles in does not move it."""

    def __init__(self, seconds: float, cancel: Event) -> None:
        self._seconds = seconds
        self._cancel = cancel
        self._end = time.monotonic() + seconds

    def sooner(self, seconds: float) -> Deadline:
        """A deadline `seconds` from now that does not outlast this one."""
        return Deadline(min(seconds, max(0.0, self._end - time.monotonic())), self._cancel)

    def later(self, seconds: float) -> Deadline:
        """A deadline with so many seconds more, counted from now."""
        return Deadline(self._seconds + seconds, self._cancel)

    def slice(self) -> float:
        """How long to wait before calling this again, in seconds.

        Raises StageFailure (`cancelled`, `timeout`) when there is nothing left to wait for.
        """
        if self._cancel.is_set():
            raise StageFailure("cancelled", "stopped")
        left = self._end - time.monotonic()
        if left <= 0:
            raise StageFailure("timeout", f"no answer within {self._seconds:g} s")
        return min(left, _SLICE)

    def wait(self, sock: socket.socket, events: int) -> None:
        """Wait until a non-blocking socket is ready for `select.POLLIN` or `select.POLLOUT`.

        Raises StageFailure (`cancelled`, `timeout`).
        """
        poll = select.poll()
        poll.register(sock, events)
        while not poll.poll(self.slice() * 1000):
            pass

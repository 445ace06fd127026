"""How often a server refused a password within the hour, so that it is not provoked into a ban."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from mailferry.model.problem import MailferryError
from mailferry.store.files import write_atomically
from mailferry.store.locking import locked

_REMEMBERED = 3600.0  # seconds


class Refusals:
    """Refusals by host and port, shared by all programs that use the same file and lock.

    `limit` is how many are put up with, 0 meaning any number. `clock` gives seconds since 1970.
    """

    def __init__(
        self, file: Path, lock: Path, *, limit: int = 3, clock: Callable[[], float] = time.time
    ) -> None:
        self.limit = limit
        self._file = file
        self._lock = lock
        self._clock = clock
        self._unwritten: dict[str, list[float]] = {}

    def count(self, host: str, port: int) -> int:
        """Refusals within the last hour."""
        name, now = _name(host, port), self._clock()
        return sum(
            0 <= now - when < _REMEMBERED
            for when in (*self._read().get(name, ()), *self._unwritten.get(name, ()))
        )

    def add(self, host: str, port: int) -> None:
        """Count one more. Where it cannot be written down, this run counts it all the same."""
        name, now = _name(host, port), self._clock()
        try:
            with locked(self._lock):
                times = self._read()
                times.setdefault(name, []).append(now)
                recent = {
                    each: kept
                    for each, all_times in times.items()
                    if (kept := [when for when in all_times if 0 <= now - when < _REMEMBERED])
                }
                write_atomically(self._file, msgspec.json.encode(recent))
        except MailferryError:
            self._unwritten.setdefault(name, []).append(now)

    def _read(self) -> dict[str, list[float]]:
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=dict[str, list[float]])
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            return {}


def _name(host: str, port: int) -> str:
    return f"{host.lower().removesuffix('.')}:{port}"

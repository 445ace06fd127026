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
        return len(self._recent(host, port))

    def over_at(self, host: str, port: int) -> float | None:
        """When the next password may be sent, in seconds since 1970; None where it may now."""
        recent = self._recent(host, port)
        return recent[-self.limit] + _REMEMBERED if 0 < self.limit <= len(recent) else None

    def _recent(self, host: str, port: int) -> list[float]:
        name, now = _name(host, port), self._clock()
        known = (*self._read().get(name, ()), *self._unwritten.get(name, ()))
        return sorted(when for when in known if _is_recent(when, now))

    def add(self, host: str, port: int) -> None:
        """Count one more. Where it cannot be written down, this run counts it all the same."""
        name = _name(host, port)
        try:
            with locked(self._lock):
                now = self._clock()
                times = self._read()
                times.setdefault(name, []).append(now)
                recent = {
                    each: kept
                    for each, all_times in times.items()
                    if (kept := [when for when in all_times if _is_recent(when, now)])
                }
                write_atomically(self._file, msgspec.json.encode(recent))
        except MailferryError:
            self._unwritten.setdefault(name, []).append(self._clock())

    def _read(self) -> dict[str, list[float]]:
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=dict[str, list[float]])
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            return {}


def _is_recent(when: float, now: float) -> bool:
    return abs(now - when) < _REMEMBERED  # a clock that was set back does not make them last for ever


def _name(host: str, port: int) -> str:
    return f"{host.lower().removesuffix('.')}:{port}"

"""One program at a time: an advisory lock that several running mailferrys wait for."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from mailferry.model.problem import MailferryError
from mailferry.store.folders import make_folder

_PATIENCE = 10.0  # seconds; a save takes milliseconds, so whoever holds it longer is stuck or suspended
_PAUSE = 0.01  # seconds between two tries


class LockError(MailferryError):
    """The lock could not be had."""


@contextlib.contextmanager
def locked(lock: Path) -> Iterator[None]:
    """Hold the lock file for a moment. The kernel lets go of it when a program dies.

    Not re-entrant: a second `locked` of the same file inside the first one waits in vain.

    Raises LockError when another program keeps it for ten seconds, or when the file cannot be made.
    """
    make_folder(lock.parent)
    try:
        handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise LockError(f"{lock} cannot be locked ({error.strerror}), so nothing was saved") from None
    try:
        _acquire(handle, lock)
        yield
    finally:
        os.close(handle)


def _acquire(handle: int, lock: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise LockError(
                    f"another mailferry has been holding {lock} for {_PATIENCE:.0f} seconds, so nothing was"
                    " saved; let it finish, or end it, and save again"
                ) from None
            time.sleep(_PAUSE)
        except OSError as error:
            raise LockError(f"{lock} cannot be locked ({error.strerror}), so nothing was saved") from None
        else:
            return

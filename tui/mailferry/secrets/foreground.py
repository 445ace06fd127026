"""Lending the terminal to another process group, the way a shell does, and taking it back whole."""

from __future__ import annotations

import contextlib
import os
import signal
import termios
from collections.abc import Iterator


def terminal_name() -> str | None:
    """The device of the terminal that one of the standard streams is, such as `/dev/pts/3`."""
    terminal = _terminal()
    if terminal is None:
        return None
    try:
        return os.ttyname(terminal)
    except OSError:  # a terminal of another mount namespace (a container) has no name here
        return None


def terminal_to_lend() -> int | None:
    """The descriptor of a terminal that another program may read from.

    None when there is none, and when this program runs in the background: whoever then reads from the
    terminal is stopped until someone brings it to the foreground.
    """
    terminal = _terminal()
    if terminal is None:
        return None
    owner = _foreground_group(terminal)
    return terminal if owner in (None, os.getpgrp()) else None


@contextlib.contextmanager
def in_foreground(terminal: int, group: int) -> Iterator[None]:
    """Let a process group read from a terminal; afterwards restore both its owner and its modes.

    The modes matter when the group was killed while it had echoing switched off.
    """
    owner = _foreground_group(terminal)
    if owner is None:
        yield
        return
    modes = termios.tcgetattr(terminal)
    _give(terminal, group)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGCONT)  # it was stopped if it read before the terminal was its own
    try:
        yield
    finally:
        _give(terminal, owner)
        with _not_stopped_for_writing(), contextlib.suppress(termios.error):
            termios.tcsetattr(terminal, termios.TCSANOW, modes)


def _terminal() -> int | None:
    return next((descriptor for descriptor in (0, 2, 1) if os.isatty(descriptor)), None)


def _foreground_group(terminal: int) -> int | None:
    """The group that may read; None when the terminal does not control this session."""
    try:
        return os.tcgetpgrp(terminal)
    except OSError:
        return None


def _give(terminal: int, group: int) -> None:
    with _not_stopped_for_writing(), contextlib.suppress(OSError):  # OSError: the group has ended already
        os.tcsetpgrp(terminal, group)


@contextlib.contextmanager
def _not_stopped_for_writing() -> Iterator[None]:
    # A background process that changes the terminal is sent SIGTTOU, which stops it. Blocking it in this
    # thread alone is enough (POSIX tcsetpgrp) and, unlike a handler, possible outside the main thread.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)

"""Running a program with a limit of time and of output."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from mailferry.secrets.foreground import in_foreground

_CHUNK = 64 * 1024
_LOOK_AGAIN = 0.1
"""Seconds between looks at the wish to stop, and at whether the program has ended and left its pipes open."""

Ending = Literal["exited", "timed-out", "too-much-output", "cancelled"]


@dataclass(frozen=True)
class Outcome:
    """How a program ended and what it printed.

    `status` is the exit status, or the negative number of the signal that killed it.
    """

    ending: Ending
    status: int
    stdout: bytes = field(repr=False)
    stderr: bytes = field(repr=False)


def run_bounded(
    argv: Sequence[str],
    *,
    environment: Mapping[str, str],
    terminal: int | None,
    seconds: float,
    most_output: int,
    cancel: threading.Event,
) -> Outcome:
    """Run a program and collect what it prints, at most `most_output` bytes of standard output.

    With a `terminal` it reads from there and stands in its foreground. Without one it gets a session of
    its own, so that it can neither open the controlling terminal behind an interface's back nor be reached by
    the keys that stop what runs there. A program that outlasts `seconds`, prints too much or still runs when
    `cancel` is set is killed with everything it started.

    Raises OSError or ValueError when the program cannot be started.
    """
    process = subprocess.Popen(
        argv,
        stdin=subprocess.DEVNULL if terminal is None else terminal,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        start_new_session=terminal is None,
        process_group=None if terminal is None else 0,
    )
    lent = contextlib.nullcontext() if terminal is None else in_foreground(terminal, process.pid)
    output = _Output(process, most_output, cancel)
    with process:
        ending: Ending | None = None
        try:
            with lent:
                ending = output.collect(time.monotonic() + seconds)
        finally:
            if ending != "exited":
                _kill_group(process.pid)
    return Outcome(ending, process.returncode, bytes(output.stdout), bytes(output.stderr))


def _kill_group(leader: int) -> None:
    with contextlib.suppress(
        ProcessLookupError, PermissionError
    ):  # PermissionError: macOS, only zombies left
        os.killpg(leader, signal.SIGKILL)


class _Output:
    """What a running program prints, read from both pipes at once so that neither fills up and blocks it."""

    def __init__(self, process: subprocess.Popen[bytes], most: int, cancel: threading.Event) -> None:
        self._process = process
        self._most = most
        self._cancel = cancel
        self.stdout = bytearray()
        self.stderr = bytearray()

    def collect(self, deadline: float) -> Ending:
        with selectors.DefaultSelector() as pipes:
            for pipe, kept in ((self._process.stdout, self.stdout), (self._process.stderr, self.stderr)):
                assert pipe is not None
                pipes.register(pipe, selectors.EVENT_READ, kept)
            while pipes.get_map():
                left = deadline - time.monotonic()
                if (given_up := self._given_up(left)) is not None:
                    return given_up
                # Looked at before reading: what was printed before the end is then still read. A program
                # left behind (ssh's ControlPersist) may hold the pipes open long after that.
                exited = self._process.poll() is not None
                ready = pipes.select(0 if exited else min(left, _LOOK_AGAIN))
                if exited and not ready:
                    break
                for key, _ in ready:
                    chunk = os.read(key.fd, _CHUNK)
                    if not chunk:
                        pipes.unregister(key.fileobj)
                    elif key.data is self.stdout:
                        self.stdout += chunk
                    else:
                        self.stderr += chunk[: max(0, self._most - len(self.stderr))]
                if len(self.stdout) > self._most:
                    return "too-much-output"
        while self._process.poll() is None:
            left = deadline - time.monotonic()
            if (given_up := self._given_up(left)) is not None:
                return given_up
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(min(left, _LOOK_AGAIN))
        return "exited"

    def _given_up(self, left: float) -> Ending | None:
        """Why there is nothing to wait for any more, if so; `left` is how many seconds there are."""
        if self._cancel.is_set():
            return "cancelled"
        return "timed-out" if left <= 0 else None

"""A full-screen program under a pseudo-terminal, its output stamped with the time it came."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from dataclasses import dataclass
from pathlib import Path

from bench.figures import UnmeasurableError
from bench.screen import Screen

COLUMNS, ROWS = 100, 30
_PAUSE = 0.35  # seconds of silence after which a program has said what it had to say
_PATIENCE = 30.0  # seconds until a program that does not show what it should is given up

_ANSWERS = {
    b"\x1b[c": b"\x1b[?62;22c",  # what are you?
    b"\x1b[?2026$p": b"\x1b[?2026;2$y",  # can you update the screen at once?
    b"\x1b[?2048$p": b"\x1b[?2048;0$y",  # do you report resizing in-band?
}


@dataclass(frozen=True)
class Start:
    """`settled`: seconds from the start to the last change of the first screen. `peak` memory is in KiB."""

    settled: float
    sent: int
    peak: int


@dataclass(frozen=True)
class Response:
    """What a key brought about: seconds to the first change of the screen (None: no change), and bytes."""

    first_change: float | None
    sent: int


class Terminal:
    """Runs one program. While it runs its output is only read; it is looked at once it is silent."""

    def __init__(self, command: list[str], env: dict[str, str]) -> None:
        env = env | {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
        self._screen = Screen(COLUMNS, ROWS)
        self._gone = False
        self._began = time.perf_counter()
        self._pid, self._fd = pty.fork()
        if self._pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
            os.execve(command[0], command, env)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        os.kill(self._pid, signal.SIGKILL)  # a child that has ended stays until it is waited for
        os.waitpid(self._pid, 0)
        os.close(self._fd)

    def start(self, marker: str) -> Start:
        """Wait until the marker is seen and the program is silent. Raises UnmeasurableError."""
        settled = None
        sent = 0
        while not self._screen.shows(marker):
            chunks = self._read_until_silent(_PAUSE)
            for when, data in chunks:
                sent += len(data)
                if self._screen.feed(data):
                    settled = when
            if not chunks and (self._gone or self._age() > _PATIENCE):
                raise UnmeasurableError(
                    f"“{marker}” was never on the screen: {self._screen.text()[-200:] or 'nothing was'}"
                )
        assert settled is not None
        return Start(settled - self._began, sent, self._peak())

    def press(self, key: bytes) -> Response:
        """Press a key and wait until its effect is complete."""
        pressed = time.perf_counter()
        os.write(self._fd, key)
        first_change = None
        sent = 0
        for when, data in self._read_until_silent(0.12):
            sent += len(data)
            if self._screen.feed(data) and first_change is None:
                first_change = when - pressed
        return Response(first_change, sent)

    def idle(self, seconds: float) -> int:
        """How many bytes come when nothing is done."""
        until = time.perf_counter() + seconds
        sent = 0
        while (left := until - time.perf_counter()) > 0:
            if data := self._read(left):
                sent += len(data)
                self._screen.feed(data)
        return sent

    def _read_until_silent(self, pause: float) -> list[tuple[float, bytes]]:
        chunks = []
        while data := self._read(pause):
            chunks.append((time.perf_counter(), data))
            self._answer(data)
        return chunks

    def _read(self, seconds: float) -> bytes:
        if not select.select([self._fd], [], [], seconds)[0]:
            return b""
        try:
            return os.read(self._fd, 65536)
        except OSError:  # the program has ended, and its end of the terminal with it
            self._gone = True
            return b""

    def _answer(self, data: bytes) -> None:
        for question, answer in _ANSWERS.items():
            if question in data:
                os.write(self._fd, answer)

    def _age(self) -> float:
        return time.perf_counter() - self._began

    def _peak(self) -> int:
        status = Path(f"/proc/{self._pid}/status").read_text(encoding="ascii", errors="replace")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:"))

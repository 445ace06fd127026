"""A lost connection: the terminal is left in order, and what was typed is there at the next start."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import socket
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailferry.store.drafts import Drafts
from mailferry.store.home import Home
from tests.ui.stage import MUM, home_with

_PATIENCE = 60.0
"""Seconds after which a test gives up; nothing is measured by it."""


class Terminal:
    """The program under a pseudo-terminal of its own."""

    def __init__(self, folder: Path) -> None:
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
        self.output = b""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "mailferry"],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
            env={**os.environ, "MAILFERRY_HOME": str(folder), "TERM": "xterm-256color", "LANG": "C.UTF-8"},
        )
        os.close(slave)

    def until(self, words: bytes) -> None:
        """Read until some words have been written after all that was read before."""
        seen = b""
        end = time.monotonic() + _PATIENCE
        while words not in seen:
            assert time.monotonic() < end, f"{words!r} never came:\n{seen[-2000:]!r}"
            seen += self._read()
        self.output += seen

    def rest(self) -> None:
        """Read until the program has ended."""
        end = time.monotonic() + _PATIENCE
        while self.process.poll() is None:
            assert time.monotonic() < end, "the program does not end"
            self.output += self._read()
        self.output += self._read()

    def press(self, keys: bytes) -> None:
        """Type something."""
        os.write(self.master, keys)

    def _read(self) -> bytes:
        if not select.select([self.master], [], [], 0.2)[0]:
            return b""
        try:
            return os.read(self.master, 65536)
        except OSError:  # the other side has gone
            return b""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return home_with(tmp_path, {"mum": MUM})


@pytest.fixture
def terminal(home: Home) -> Iterator[Terminal]:
    terminal = Terminal(home.config)
    try:
        terminal.until(b"Accounts")
        terminal.press(b"\rjj\r\x15990\x7f5\r")  # all at once, as a slow line delivers it
        terminal.until(b"1 unsaved")
        yield terminal
    finally:
        if terminal.process.poll() is None:
            terminal.process.kill()
        terminal.process.wait()
        os.close(terminal.master)


def drafts(home: Home) -> list[str]:
    return [draft.text for draft in Drafts(home.state / "drafts").all()]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_keeps_drafts_and_leaves_the_terminal_in_order(
    terminal: Terminal, home: Home, number: signal.Signals
) -> None:
    terminal.process.send_signal(number)
    terminal.rest()
    assert terminal.process.returncode == 128 + number
    assert b"\x1b[?1049l" in terminal.output
    assert b"\x1b[?25h" in terminal.output
    assert b"Traceback" not in terminal.output
    assert drafts(home) == [MUM.replace("143", "995")]
    assert (home.accounts / "mum.toml").read_text(encoding="utf-8") == MUM


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_an_open_link(home: Home, number: signal.Signals) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    home.config_file.write_text(f'[delivery]\nhost = "127.0.0.1"\nport = {port}\n', encoding="utf-8")
    terminal = Terminal(home.config)
    try:
        terminal.until(b"Accounts")
        terminal.press(b"Q")
        terminal.until(b"go on")
        terminal.press(b"\r\r")
        terminal.until(b"works once")
        socket.create_connection(("127.0.0.1", port)).close()
        terminal.process.send_signal(number)
        terminal.rest()
        assert terminal.process.returncode == 128 + number
        assert b"\x1b[?1049l" in terminal.output
        assert b"Traceback" not in terminal.output
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port))
    finally:
        if terminal.process.poll() is None:
            terminal.process.kill()
        terminal.process.wait()
        os.close(terminal.master)


def test_a_connection_that_breaks_keeps_drafts(terminal: Terminal, home: Home) -> None:
    replacement = os.open(os.devnull, os.O_RDWR)
    os.dup2(replacement, terminal.master)  # the last descriptor of the terminal's own side is gone
    os.close(replacement)
    terminal.process.wait(timeout=_PATIENCE)
    assert drafts(home) == [MUM.replace("143", "995")]

"""The terminal lent to a password command, on a terminal of the test's own."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Iterator

import pytest

# Runs in a session whose controlling terminal is its standard input, as a shell's child does.
PREAMBLE = """
import fcntl, os, signal, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs inherit it ignored
from mailferry.secrets.command import (
    PasswordCommandError, PasswordCommandStoppedError, run_password_command,
)

def run(code, lend=True):
    return run_password_command(["sh", "-c", code], timeout=30, with_terminal=lend).reveal()

def state():
    echo = bool(termios.tcgetattr(0)[3] & termios.ECHO)
    return "owner" if os.tcgetpgrp(0) == os.getpgrp() else "not owner", "echo" if echo else "no echo"
"""


class Terminal:
    """A pseudo-terminal on which programs are run and typed at."""

    def __init__(self, keyboard: int, screen: int) -> None:
        self.keyboard = keyboard
        self.screen = screen

    @property
    def name(self) -> str:
        return os.ttyname(self.screen)

    def run(self, code: str) -> list[str]:
        finished = subprocess.run(
            [sys.executable, "-c", PREAMBLE + code],
            stdin=self.screen,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            start_new_session=True,
        )
        assert not finished.stderr
        return finished.stdout.splitlines()


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    keyboard, screen = pty.openpty()
    yield Terminal(keyboard, screen)
    os.close(keyboard)
    os.close(screen)


def test_a_command_reads_the_passphrase_from_the_terminal(terminal: Terminal) -> None:
    os.write(terminal.keyboard, b"typed\n")
    assert terminal.run("print(run('read word; echo $word'), *state())") == ["typed owner echo"]


def test_a_command_may_open_the_terminal_itself(terminal: Terminal) -> None:
    os.write(terminal.keyboard, b"typed\n")
    assert terminal.run("print(run('read word </dev/tty; echo $word'), *state())") == ["typed owner echo"]


def test_gpg_is_told_the_terminal_only_where_it_is_lent(terminal: Terminal) -> None:
    code = """
os.environ['GPG_TTY'] = '/dev/of/another/time'
print(run('echo $GPG_TTY'))
print(run('echo ${GPG_TTY-none}', lend=False))
"""
    assert terminal.run(code) == [terminal.name, "none"]


def test_a_terminal_left_without_echo_is_restored(terminal: Terminal) -> None:
    assert terminal.run("print(run('stty -echo; echo word'), *state())") == ["word owner echo"]


def test_a_killed_command_leaves_the_terminal_as_it_was(terminal: Terminal) -> None:
    code = """
try:
    run('stty -echo; cat /dev/zero')
except PasswordCommandError as error:
    print('64 KiB' in str(error), *state())
"""
    assert terminal.run(code) == ["True owner echo"]


def test_a_terminal_not_handed_over_cannot_be_reached(terminal: Terminal) -> None:
    os.write(terminal.keyboard, b"typed\n")
    lines = terminal.run(
        "print(run('(: </dev/tty) 2>/dev/null || echo detached; cat', lend=False), *state())"
    )
    assert lines == ["detached owner echo"]


def test_in_the_background_a_command_is_not_stopped_by_the_terminal(terminal: Terminal) -> None:
    code = """
child = os.fork()
if not child:
    os.setpgid(0, 0)
    print(run('cat; echo went on'), state()[0], flush=True)
    os._exit(0)
print(os.waitpid(child, 0)[1])
"""
    assert terminal.run(code) == ["went on not owner", "0"]


@pytest.mark.parametrize("ending", ["kill -INT 0; sleep 60", "trap 'exit 130' INT; kill -INT 0; sleep 60"])
def test_ctrl_c_while_the_command_asks_stops_more_than_the_command(terminal: Terminal, ending: str) -> None:
    code = f"""
try:
    run({ending!r})  # what the terminal sends to the group in its foreground
except PasswordCommandStoppedError as error:
    print(error, error.cause, *state())
"""
    assert terminal.run(code) == ["stopped cancelled owner echo"]


def test_ctrl_c_does_not_reach_a_command_that_runs_apart(terminal: Terminal) -> None:
    code = """
signal.signal(signal.SIGINT, lambda *_: None)
print(run('kill -INT $PPID; kill -INT -$PPID; echo word', lend=False))
"""
    assert terminal.run(code) == ["word"]


def test_any_thread_may_lend_the_terminal(terminal: Terminal) -> None:
    os.write(terminal.keyboard, b"typed\n")
    code = """
import threading
thread = threading.Thread(target=lambda: print(run('read word </dev/tty; echo $word')))
thread.start()
thread.join()
print(*state())
"""
    assert terminal.run(code) == ["typed", "owner echo"]

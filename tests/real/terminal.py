"""A program in tmux: typed at, read from the screen, and cut off."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

_PATIENCE = 30.0  # seconds until something that should appear counts as missing


class Terminal:
    """One tmux window of a given size, on a tmux server of its own."""

    def __init__(self, columns: int, lines: int) -> None:
        self._server = f"mailferry-test-{uuid.uuid4().hex}"
        self._size = ("-x", str(columns), "-y", str(lines))

    def start(self, command: str, environment: Mapping[str, str]) -> None:
        """Run a shell command in the window; the shell stays when it ends."""
        variables = [
            argument for name, value in environment.items() for argument in ("-e", f"{name}={value}")
        ]
        self._tmux("-f", os.devnull, "new-session", "-d", *self._size, *variables, "bash --norc --noprofile")
        self.type("PS1='ready$ '; clear\n")
        self.wait_for("ready$")
        self.type(f"{command}\n")

    def type(self, text: str) -> None:
        """Type text as it stands; a line feed is the enter key."""
        for line in text.splitlines(keepends=True):
            if words := line.removesuffix("\n"):
                self._tmux("send-keys", "-l", words)
            if line.endswith("\n"):
                self._tmux("send-keys", "Enter")

    def press(self, *keys: str) -> None:
        """Press keys by tmux's names for them (`Escape`, `C-s`, `Down`)."""
        self._tmux("send-keys", *keys)

    def screen(self) -> str:
        """What stands on the screen."""
        return self._tmux("capture-pane", "-p")

    def coloured_screen(self) -> str:
        """What stands on the screen, with the escape sequences for its colours."""
        return self._tmux("capture-pane", "-p", "-e")

    def wait_for(self, *texts: str, gone: bool = False) -> str:
        """The screen once it holds all the texts (or, `gone`, none of them); fails the test otherwise."""
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            screen = self.screen()
            if all((text in screen) is not gone for text in texts):
                return screen
        pytest.fail(f"waited for {texts} (gone: {gone}) in vain; the screen:\n{self.screen()}")

    def modes(self) -> str:
        """What a program may leave behind: alternate screen, hidden cursor, mouse reporting."""
        flags = "#{alternate_on} #{cursor_flag} #{mouse_any_flag} #{mouse_all_flag} #{keypad_cursor_flag}"
        return self._tmux("display-message", "-p", flags).strip()

    def program(self) -> int:
        """The process id of what runs in the window."""
        shell = self._tmux("display-message", "-p", "#{pane_pid}").strip()
        found = subprocess.run(["pgrep", "-P", shell], capture_output=True, text=True, check=True)
        return int(found.stdout.split()[0])

    def kill_program(self, signal: str, name: str) -> None:
        """Send a signal to the program that runs in the window."""
        shell = self._tmux("display-message", "-p", "#{pane_pid}").strip()
        subprocess.run(["pkill", f"-{signal}", "-P", shell, "-f", name], check=True)

    def hang_up(self) -> None:
        """Take the window away, as a dropped connection does."""
        self._tmux("kill-session")

    def close(self) -> None:
        """End the tmux server and all in it."""
        subprocess.run(["tmux", "-L", self._server, "kill-server"], capture_output=True, check=False)

    def _tmux(self, *arguments: str) -> str:
        done = subprocess.run(
            ["tmux", "-L", self._server, *arguments], capture_output=True, text=True, check=True
        )
        return done.stdout


@contextmanager
def terminal(columns: int, lines: int) -> Iterator[Terminal]:
    """A window in tmux, or a skipped test that says how to get tmux."""
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed: apt-get install tmux")
    window = Terminal(columns, lines)
    try:
        yield window
    finally:
        window.close()

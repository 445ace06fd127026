"""Handing the terminal to another program: the user's editor, a password command that asks for a PIN."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import tempfile
import termios
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from textual.app import App, SuspendNotSupported

from mailferry.model.problem import MailferryError

T = TypeVar("T")

_WHOLE_SCREEN = "\x1b[r\x1b[?6l\x1b[4l\x1b(B\x1b[m"
"""Scrolling, origin, insert mode, letters and colours as they were: pinentry-curses may let no more than 24
lines scroll, and leaves it at that."""


def with_terminal(app: App[Any], work: Callable[[], T]) -> T:
    """Do something while the interface neither draws nor reads keys, and give back what it gives back.

    What was typed for the other program and not read by it is thrown away, so that it never acts here as
    keys. Raises SuspendNotSupported, and what the work raises.
    """
    outcome: list[T] = []
    caught: Exception | None = None
    with app.suspend():
        # Ctrl+C is for the other program; the moments before and after it must not end this one.
        before = signal.signal(signal.SIGINT, lambda *_: None)
        try:
            outcome.append(work())
        except Exception as error:  # noqa: BLE001  raised again: Textual comes back only from a good end
            caught = error
        finally:
            signal.signal(signal.SIGINT, before)
        if sys.__stdin__ is not None and sys.__stdin__.isatty():
            print(_WHOLE_SCREEN, end="", flush=True)
            termios.tcflush(sys.__stdin__, termios.TCIFLUSH)
    if caught is not None:
        raise caught
    return outcome[0]


def edit_elsewhere(app: App[Any], name: str, text: str) -> str:
    """Let the user edit a text in $VISUAL or $EDITOR and return it. Raises MailferryError."""
    command = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "")
    if not command:
        raise MailferryError(
            "no editor is set: put export EDITOR=nano, for instance, into your shell's profile"
        )
    with tempfile.TemporaryDirectory(prefix="mailferry-") as folder:
        file = Path(folder) / name
        file.write_text(text, encoding="utf-8")
        try:
            argv = [*command, str(file)]
            status = with_terminal(app, lambda: subprocess.run(argv, check=False).returncode)
        except SuspendNotSupported:
            raise MailferryError("this terminal cannot be lent to an editor") from None
        except OSError as error:
            raise MailferryError(f"the editor “{command[0]}” cannot be started: {error.strerror}") from None
        if status != 0:
            raise MailferryError(
                f"the editor “{command[0]}” ended with status {status}; nothing was taken over"
            )
        try:
            return file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise MailferryError(
                "what the editor left cannot be read as UTF-8; nothing was taken over"
            ) from None

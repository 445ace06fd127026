"""Handing the terminal to another program: the user's editor, a password command that asks for a PIN."""

from __future__ import annotations

import contextlib
import os
import shlex
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from textual.app import App, SuspendNotSupported

from mailferry.model.problem import MailferryError


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
            with app.suspend():
                status = subprocess.run([*command, str(file)], check=False).returncode
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


@contextlib.contextmanager
def lend_terminal(app: App[Any]) -> Iterator[None]:
    """From a worker thread: keep the interface off the terminal for as long as the context lasts."""
    lent, returned = threading.Event(), threading.Event()

    def hold() -> None:
        # The interface waits here, so that it neither reads keys nor draws meanwhile.
        with contextlib.suppress(SuspendNotSupported), app.suspend():
            lent.set()
            returned.wait()
        lent.set()

    app.call_later(hold)
    lent.wait()
    try:
        yield
    finally:
        returned.set()

"""Opening the interface, or saying why it cannot be opened."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from mailferry.store.home import locate_home, prepare_home
from mailferry.workspace import Workspace


def need_terminal() -> None:
    """Raise a usage error where there is no terminal to draw on."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise click.UsageError(
            "the interface needs a terminal; mailferry --help lists what works without one"
        )
    if os.environ.get("TERM", "") in ("", "dumb"):
        raise click.UsageError(
            "the interface needs to know the terminal: set TERM, to xterm-256color for instance"
        )


def open_interface(home: Path | None) -> int:
    """Open the interface on a home folder; returns the exit status."""
    need_terminal()
    located = locate_home(home)
    prepare_home(located)
    from mailferry.editing import Editor
    from mailferry.ui.app import run_app

    workspace = Workspace(located)
    return run_app(workspace, Editor(workspace))

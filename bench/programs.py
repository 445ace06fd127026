"""The programs that are measured, and surroundings in which nothing of the user's own is read or changed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from bench.figures import UnmeasurableError

PYTHON = sys.executable
MAILFERRY = str(Path(sys.executable).with_name("mailferry"))
BARE_APP = str(Path(__file__).with_name("bare_app.py"))

_NOT_OURS = (
    "COLUMNS",
    "LINES",
    "MAILFERRY_HOME",
    "NO_COLOR",
    "PYTHONDONTWRITEBYTECODE",  # measured is what users have: warm byte-code
    "SSH_CONNECTION",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
    "TERM_PROGRAM",
    "TMUX",
)


def environment(folder: Path, **more: str) -> dict[str, str]:
    """The surroundings of a measured program, with its home in `folder`."""
    kept = {name: value for name, value in os.environ.items() if name not in _NOT_OURS}
    home = str(folder / "surroundings")
    own = {"HOME": home, "XDG_CONFIG_HOME": f"{home}/config", "XDG_STATE_HOME": f"{home}/state"}
    return kept | own | {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"} | more


def seconds_of(command: list[str], env: dict[str, str], *, status: int = 0) -> float:
    """How long a program takes from start to end. Raises UnmeasurableError for another exit status."""
    began = time.perf_counter()
    run = subprocess.run(command, env=env, check=False, stdin=subprocess.DEVNULL, capture_output=True)
    seconds = time.perf_counter() - began
    if run.returncode != status:
        raise UnmeasurableError(
            f"{command} ended with {run.returncode}: {run.stderr.decode(errors='replace')}"
        )
    return seconds

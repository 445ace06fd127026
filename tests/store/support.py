"""What several tests of the store need."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap

import pytest

_NO_OVERRIDE = "-dac_override,-dac_read_search"


def start_python(code: str, *arguments: object) -> subprocess.Popen[str]:
    """Start a Python of its own on some code, with pipes for its input and output."""
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def run_bound(code: str, *arguments: object) -> str:
    """What some code prints when permission bits bind it, as without ado they do not bind root."""
    command = [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)]
    if os.getuid() == 0:
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            pytest.skip("permission bits do not bind root; setpriv (package util-linux) can change that")
        command = [setpriv, f"--inh-caps={_NO_OVERRIDE}", f"--bounding-set={_NO_OVERRIDE}", *command]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout

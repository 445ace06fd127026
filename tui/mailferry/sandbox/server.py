"""The sandbox as the rest of the program sees it: where its servers are, and whom to trust.

The servers run in a process of their own, so that twisted's reactor never meets another event loop.
"""

from __future__ import annotations

import contextlib
import importlib.util
import select
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import msgspec

from mailferry.model.problem import MailferryError
from mailferry.sandbox.cast import Listening, Scene
from mailferry.sandbox.scene import SCENE

_START = 30.0  # seconds until the servers listen; usually well under one
_STOP = 5.0  # seconds until the process is gone after its input ended


class SandboxError(MailferryError):
    """The sandbox could not be started; the message says why."""


class Sandbox:
    """Mail servers on this machine that play a scene, until `close()` or the end of a `with`.

    `connect_to` maps "host:port" as the world knows it to "address:port" on this machine, `known_hosts` are
    the hosts of the scene, and `ca_file` holds the certificate to trust. Raises SandboxError.
    """

    def __init__(self, scene: Scene = SCENE) -> None:
        if any(importlib.util.find_spec(name) is None for name in ("twisted", "OpenSSL")):
            raise SandboxError("the demo needs an extra: pip install 'mailferry[demo]'")
        self.known_hosts = frozenset(server.host for server in scene.servers)
        try:
            with contextlib.ExitStack() as stack:
                folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="mailferry-sandbox-"))
                self.ca_file = Path(folder) / "ca.pem"
                words = stack.enter_context(tempfile.TemporaryFile())
                process = _start(words)
                stack.callback(_stop, process)
                listening = _hand_over(scene, process, words)
                self.ca_file.write_text(listening.ca_pem, encoding="ascii")
                self.connect_to = listening.connect_to
                self._stack = stack.pop_all()
        except OSError as error:
            raise SandboxError(f"the demo's mail servers did not start: {error}") from error

    def close(self) -> None:
        """Stop the servers and remove the certificate; doing it twice is no mistake."""
        self._stack.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def _start(words: IO[bytes]) -> subprocess.Popen[bytes]:
    """The serving process, with its complaints going to a file.

    -P keeps a stray `ssl.py` in the working directory out of it; a session of its own keeps the terminal's
    ctrl+c and hang-up away: it ends when its standard input does.
    """
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "mailferry.sandbox"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=words,
        start_new_session=True,
    )


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the process's input, and the process too if that does not move it."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(BrokenPipeError):  # it went before it had read all
                pipe.close()
    try:
        process.wait(_STOP)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _hand_over(scene: Scene, process: subprocess.Popen[bytes], words: IO[bytes]) -> Listening:
    """Give the scene to the process and wait until its servers listen. Raises SandboxError."""
    if process.stdin is None or process.stdout is None:
        raise AssertionError("the serving process is started with pipes")
    with contextlib.suppress(BrokenPipeError):  # it died; why is read below
        process.stdin.write(msgspec.json.encode(scene) + b"\n")
        process.stdin.flush()
    ready, _, _ = select.select([process.stdout], [], [], _START)
    if not ready:
        raise SandboxError(f"the demo's mail servers did not start within {_START:.0f} seconds")
    try:
        return msgspec.json.decode(process.stdout.readline(), type=Listening)
    except msgspec.DecodeError:
        _stop(process)  # then it has said all it had to say
        words.seek(0)
        said = words.read().decode(errors="replace").strip().splitlines() or ["no reason given"]
        raise SandboxError(f"the demo's mail servers did not start: {said[-1]}") from None

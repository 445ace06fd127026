"""A real Chromium, driven over its debugging pipe: pages laid out, pictured and printed.

One start serves many pages. The protocol is Chrome's DevTools Protocol: JSON documents that end in a NUL,
which Chromium reads from descriptor 3 and writes to descriptor 4 (`--remote-debugging-pipe`).
"""

from __future__ import annotations

import base64
import itertools
import json
import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from tests.real.servers import program

_PATIENCE = 60.0
_OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--hide-scrollbars",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--remote-debugging-pipe",
)
_EXEC = """\
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.dup2(int(sys.argv[2]), 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
"""Puts the two ends of the pipes where Chromium looks for them."""
PAPERS = {"A4": (8.27, 11.69), "Letter": (8.5, 11.0)}
"""Width and height in inches."""


class Browser:
    """One page of a running Chromium."""

    def __init__(self, to: int, from_: int) -> None:
        self._to = to
        self._from = from_
        self._numbers = itertools.count(1)
        self._unread = b""
        self._session: str | None = None
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self._ask("Page.enable")

    def open(
        self,
        url: str,
        *,
        wide: int,
        high: int = 844,
        scheme: Literal["light", "dark"] = "light",
        media: Literal["", "print"] = "",
    ) -> None:
        """Load a page in a window of that size and wait until it is there; `media` is what it is for."""
        self._ask(
            "Emulation.setDeviceMetricsOverride",
            width=wide,
            height=high,
            deviceScaleFactor=2,
            mobile=wide < 500,
        )
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self._ask("Emulation.setEmulatedMedia", media=media, features=features)
        self._ask("Page.navigate", url=url)
        self._wait_for("Page.loadEventFired")

    def value(self, script: str) -> Any:
        """What an expression of JavaScript comes to on the page."""
        answer = self._ask("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def picture(self, *, whole: bool = True) -> bytes:
        """The whole page as a PNG, however long it is; or what is in the window."""
        answer = self._ask("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        return base64.b64decode(answer["data"])

    def printed(self, paper: Literal["A4", "Letter"]) -> bytes:
        """The page as a PDF."""
        wide, high = PAPERS[paper]
        answer = self._ask("Page.printToPDF", paperWidth=wide, paperHeight=high, printBackground=False)
        return base64.b64decode(answer["data"])

    def _ask(self, method: str, **parameters: object) -> dict[str, Any]:
        number = next(self._numbers)
        message: dict[str, object] = {"id": number, "method": method, "params": parameters}
        if self._session is not None:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == number:
                assert "error" not in answer, answer
                result: dict[str, Any] = answer["result"]
                return result

    def _wait_for(self, event: str) -> None:
        while self._read().get("method") != event:
            pass

    def _read(self) -> dict[str, Any]:
        deadline = time.monotonic() + _PATIENCE
        while b"\0" not in self._unread:
            ready, _, _ = select.select([self._from], [], [], max(0.0, deadline - time.monotonic()))
            assert ready, "Chromium does not answer"
            piece = os.read(self._from, 1 << 20)
            assert piece, "Chromium has ended"
            self._unread += piece
        message, _, self._unread = self._unread.partition(b"\0")
        answer: dict[str, Any] = json.loads(message)
        return answer


@contextmanager
def browser() -> Iterator[Browser]:
    """A Chromium that ends with the block. Skips the test where there is none."""
    chromium = program("chromium")
    their_end, to = os.pipe()
    from_, their_other_end = os.pipe()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        command = (chromium, *_OPTIONS, f"--user-data-dir={Path(folder, 'profile')}", "about:blank")
        process = subprocess.Popen(
            [sys.executable, "-c", _EXEC, str(their_end), str(their_other_end), *command],
            pass_fds=(their_end, their_other_end),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(their_end)
        os.close(their_other_end)
        try:
            yield Browser(to, from_)
        finally:
            os.close(to)  # Chromium ends when nobody speaks to it any more
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            os.close(from_)

"""What was said on a connection. Secrets are masked here, where it is captured, and nowhere later."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable

MASK = "•••"
_MASK = MASK.encode()
_KEPT_LINES = 200
_KEPT_BYTES = 2_000
"""Of each line; a server that says more than this in one line says nothing for people."""
_SHORT = 6
"""Secrets shorter than this are masked as whole words only, or they would eat the server's words."""
_COMMAND = re.compile(rb"(?:\S+ )?(?:LOGIN|AUTHENTICATE [\w-]+|AUTH [\w-]+)(?=\s|$)", re.IGNORECASE)


class Transcript:
    """The last lines in both directions, fit to be shown except for control characters."""

    def __init__(self) -> None:
        self._lines: deque[str] = deque(maxlen=_KEPT_LINES)
        self._heard: deque[bytes] = deque(maxlen=_KEPT_LINES)
        self._secrets: list[re.Pattern[bytes]] = []

    def conceal(self, forms: Iterable[bytes]) -> None:
        """Mask these byte strings wherever they turn up from now on, also when a server echoes them."""
        for form in sorted(set(forms) - {b""}, key=len, reverse=True):
            text = re.escape(form)
            whole_word = rb"(?<!\w)" + text + rb"(?!\w)"
            self._secrets.append(re.compile(whole_word if len(form) < _SHORT else text))

    def sent(self, data: bytes, *, signing_in: bool) -> None:
        """Note what was sent. While signing in only the command's name is kept."""
        for line in data.splitlines():
            if signing_in:
                command = _COMMAND.match(line)
                line = command[0] + b" " + _MASK if command else _MASK
            self._lines.append("> " + _text(self._masked(line)))

    def received(self, line: bytes) -> None:
        """Note a line from the server."""
        masked = self._masked(line.rstrip(b"\r\n"))[:_KEPT_BYTES]
        self._heard.append(masked)
        self._lines.append("< " + _text(masked))

    def new_stage(self) -> None:
        """Forget what the server said before; the lines themselves stay."""
        self._heard.clear()

    @property
    def heard(self) -> tuple[bytes, ...]:
        """The server's lines in this stage, without their ends."""
        return tuple(self._heard)

    @property
    def lines(self) -> tuple[str, ...]:
        """Both directions, oldest first, marked `>` (sent) and `<` (received)."""
        return tuple(self._lines)

    def _masked(self, line: bytes) -> bytes:
        for secret in self._secrets:
            line = secret.sub(_MASK, line)
        return line


def as_said(lines: Iterable[bytes]) -> str | None:
    """A server's lines as `server_said` holds them: unaltered characters, at most 2,000 of them."""
    return "\n".join(_text(line) for line in lines)[:2_000] or None


def _text(line: bytes) -> str:
    return line.decode("utf-8", "backslashreplace")

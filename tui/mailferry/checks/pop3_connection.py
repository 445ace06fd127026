"""poplib on a wire."""

from __future__ import annotations

import poplib
from collections.abc import Callable

from mailferry.checks.wire import Wire


class Refused(poplib.error_proto):
    """The server answered "-ERR"."""


class Pop3Connection(poplib.POP3):
    """Commands and answers of POP3 (RFC 1939 section 3). Nothing is asked but what is told to ask.

    Every method raises Refused for "-ERR", poplib.error_proto for what is no answer, and what the wire does.
    """

    # poplib's own, which typeshed leaves out.
    _putline: Callable[[bytes], None]
    _getline: Callable[[], tuple[bytes, int]]
    _getlongresp: Callable[[], tuple[bytes, list[bytes], int]]

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        super().__init__("")  # it reads the greeting

    def _create_socket(self, _timeout: float | None) -> Wire:
        return self._wire

    def _getresp(self) -> bytes:
        line, _ = self._getline()
        if line[:4].upper() == b"-ERR":
            raise Refused
        if not line.startswith(b"+"):
            raise poplib.error_proto
        return line

    def command(self, line: bytes) -> bytes:
        """Send a line and give the answer, "+OK …"."""
        answer = self.dialogue(line)
        if not answer.startswith(b"+OK"):
            raise poplib.error_proto
        return answer

    def dialogue(self, line: bytes) -> bytes:
        """Send a line and give the answer, "+OK …" or a challenge, "+ …" (RFC 5034 section 4)."""
        self._putline(line)
        answer = self._getresp()
        if answer[1:2] not in (b"", b" ") and not answer.startswith(b"+OK"):
            raise poplib.error_proto
        return answer

    def listing(self, line: bytes) -> list[bytes]:
        """Send a line and give the lines between the answer and the full stop."""
        self._putline(line)
        return self._getlongresp()[1]

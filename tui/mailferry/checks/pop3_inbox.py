"""Finding the test message by POP3, and deleting it."""

from __future__ import annotations

import re

from mailferry.checks.failure import StageFailure
from mailferry.checks.inbox import Found
from mailferry.checks.message import Message
from mailferry.checks.pop3 import Pop3Session
from mailferry.checks.wire import Wire

_NEWEST = 20
_STATUS = re.compile(rb"\+OK +(\d{1,10})\b")


class Pop3Inbox:
    """The inbox as it was when the session signed in; there is no folder for junk mail (RFC 1939)."""

    def __init__(self, session: Pop3Session, wire: Wire) -> None:
        self._session = session
        self._connection = session.connection
        self._wire = wire

    def look(self, message: Message) -> Found | None:
        """Look for the message among the newest, and delete it, and it alone."""
        with self._session.faults("the inbox cannot be searched"):
            status = _STATUS.match(self._connection.command(b"STAT"))
            count = int(status[1]) if status else 0
            for number in range(count, max(0, count - _NEWEST), -1):
                if message.is_in(self._header(number)):
                    break
            else:
                return None
        return Found(left=self._delete(number))

    def _header(self, number: int) -> bytes:
        self._connection.command(b"TOP %d 0" % number)
        # Read from the wire: poplib takes no line of more than 2,048 bytes, and other people's mail has such.
        lines = []
        while (line := self._wire.readline().rstrip(b"\r\n")) != b".":
            lines.append(line)
        return b"\r\n".join(lines)

    def _delete(self, number: int) -> str | None:
        """Delete a message; gives the reason for which it is still there."""
        try:
            with self._session.faults("the server did not delete it"):
                self._connection.command(b"DELE %d" % number)
                # Only now is it deleted (RFC 1939 section 6).
                self._connection.command(b"QUIT")
        except StageFailure as failure:
            if failure.cause == "cancelled":
                raise
            return failure.detail
        return None

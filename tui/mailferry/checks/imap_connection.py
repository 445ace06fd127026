"""imaplib and imapclient on our wire: they say nothing by themselves and keep no log."""

from __future__ import annotations

import imaplib
import logging

import imapclient

from mailferry.checks.wire import Wire

# Without a handler, what it thinks of a server's words would be printed, and those with it.
logging.getLogger("imapclient").addHandler(logging.NullHandler())


class Imaplib(imaplib.IMAP4):
    """imaplib on our wire; it asks nothing by itself and keeps no log."""

    tagpre: bytes  # type: ignore[assignment]  # typeshed says str, imaplib sets bytes

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        super().__init__()

    def _create_socket(self, _timeout: float | None) -> Wire:
        return self._wire

    def read(self, size: int) -> bytes:
        """Straight from the wire: from Python 3.14 on, imaplib would keep a buffer of its own."""
        return self._wire.read(size)

    def readline(self) -> bytes:
        """Straight from the wire too."""
        return self._wire.readline()

    def _get_capabilities(self) -> None:
        # imaplib asks at once, even where the greeting has told; the session does it when needed.
        self.capabilities = ("IMAP4REV1",)

    def _log(self, line: str) -> None:
        """imaplib would keep the last commands, LOGIN included, in memory."""


class Connection(imapclient.IMAPClient):  # type: ignore[misc]  # imapclient has no types
    """imapclient on our wire."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        super().__init__("", ssl=False)
        # imapclient turns imaplib's debugging on, which logs passwords sent by AUTHENTICATE.
        self.imaplib.debug = 0

    @property
    def imaplib(self) -> Imaplib:
        """The library beneath."""
        connection: Imaplib = self._imap
        return connection

    def _create_IMAP4(self) -> Imaplib:  # noqa: N802 - imapclient's name
        return Imaplib(self._wire)

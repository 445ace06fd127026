"""Signing in by NTLM version 2 ([MS-NLMP], carried as [MS-SMTPNTLM] says), as some organisations want it."""

from __future__ import annotations

import logging
import os
import struct
from typing import TYPE_CHECKING

from mailferry.checks.credentials import Credentials
from mailferry.checks.failure import StageFailure
from mailferry.checks.sasl import Exchange, unexpected, unreadable

if TYPE_CHECKING:
    from spnego import ContextProxy


class Ntlm(Exchange):
    """One attempt: what we can, the server's challenge, and the answer to it."""

    name = "NTLM"

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials
        self._context = _context(credentials)
        self._answered = False

    def start(self) -> bytes:
        """What we can; nothing of the name or the password."""
        return self._context.step() or b""

    def answer(self, challenge: bytes | None) -> bytes:
        """The answer to the challenge; a weak password could be guessed from it."""
        from spnego.exceptions import SpnegoError

        if self._answered:
            raise unexpected(self.name)
        try:
            message = self._context.step(challenge or b"")
        except (SpnegoError, struct.error, ValueError, LookupError, TypeError, AttributeError, OverflowError):
            # The last five: what the library trips over in challenges that no server would send.
            raise unreadable(self.name) from None
        self._answered = True
        return self._credentials.sealed(message or b"")


def _context(credentials: Credentials) -> ContextProxy:
    try:
        import spnego
    except ImportError:
        raise StageFailure(
            "not-tried",
            "signing in by NTLM needs the Python package pyspnego, which is not installed: install"
            " “mailferry[ntlm]”; no password was sent",
        ) from None
    # It would log every message, and put this machine's name into the answer.
    logging.getLogger("spnego").setLevel(logging.CRITICAL)
    os.environ.setdefault("NETBIOS_COMPUTER_NAME", "WORKSTATION")
    return spnego.client(
        # As an object: an empty password in any other form would be looked for in a file.
        spnego.Password(credentials.username, credentials.secret.reveal()),
        hostname=credentials.host,
        protocol="ntlm",
        options=spnego.NegotiateOptions.use_ntlm,
    )

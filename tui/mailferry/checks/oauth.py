"""Signing in with an OAuth 2 token: SASL XOAUTH2 (Google, Microsoft) and OAUTHBEARER (RFC 7628)."""

from __future__ import annotations

import re

from mailferry.checks.credentials import Credentials
from mailferry.checks.failure import StageFailure
from mailferry.checks.sasl import Exchange, unexpected, unreadable

_TOKEN = re.compile(r"[!-~]+")
"""RFC 6750 section 2.1 has fewer signs; some makers of tokens use others."""
_SHOWN = 500
"""Characters of a challenge that are shown; a real one is far shorter."""


class Bearer(Exchange):
    """One attempt with a bearer token. A refusal comes as a challenge in JSON, and is acknowledged.

    Only then does the server say its last word (RFC 7628 section 3.2.3).
    """

    def __init__(self, name: str, credentials: Credentials, message: bytes, acknowledgement: bytes) -> None:
        self.name = name
        self._credentials = credentials
        self._message = message
        self._acknowledgement = acknowledgement

    def start(self) -> bytes:
        """Name and token."""
        return self._credentials.sealed(self._message)

    def answer(self, challenge: bytes | None) -> bytes:
        """Acknowledge a refusal."""
        if self.error is not None:
            raise unexpected(self.name)
        if challenge is None:
            raise unreadable(self.name)
        told = self._credentials.transcript.masked(challenge).decode("utf-8", "backslashreplace")
        self.error = told[:_SHOWN]
        return self._acknowledgement


def exchange(name: str, credentials: Credentials) -> Bearer:
    """XOAUTH2 or OAUTHBEARER.

    Raises StageFailure (`not-tried`) for what cannot be a token: a program's excuse, or a password.
    """
    token = credentials.secret.reveal()
    if not _TOKEN.fullmatch(token) or not credentials.username.isprintable():
        raise StageFailure(
            "not-tried",
            "what was given is no token: its first line may hold letters, digits and signs only, no blanks;"
            " nothing was sent",
        )
    if name == "XOAUTH2":
        # developers.google.com/workspace/gmail/imap/xoauth2-protocol
        message = f"user={credentials.username}\1auth=Bearer {token}\1\1"
        return Bearer(name, credentials, message.encode(), b"")
    # RFC 7628 section 3.1; in the name "=" and "," are written as RFC 5801 section 4 says.
    username = credentials.username.replace("=", "=3D").replace(",", "=2C")
    message = f"n,a={username},\1host={credentials.host}\1port={credentials.port}\1auth=Bearer {token}\1\1"
    return Bearer(name, credentials, message.encode(), b"\1")

"""Who is let in, for IMAP, POP3 and SMTP alike."""

# Twisted is an extra, so mypy takes its classes as Any; names and signatures here are twisted's.
# mypy: disallow-subclassing-any=False
# ruff: noqa: ARG002, N802
from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Protocol

from twisted.cred.credentials import CramMD5Credentials
from twisted.cred.error import UnauthorizedLogin
from twisted.internet import defer
from twisted.mail.imap4 import LOGINCredentials, PLAINCredentials

from mailferry.sandbox.inbox import Inbox

Avatar = tuple[object, object, Callable[[], None]]
"""Twisted's answer to a sign-in: the interface, who implements it, and what to call at the end."""


class Credentials(Protocol):
    """What a client showed: a password, or the proof that it knows one."""

    username: bytes

    def checkPassword(self, password: bytes) -> bool: ...


class Dialogue(Credentials, Protocol):
    """What is shown in answer to challenges, as SASL does."""

    def getChallenge(self) -> bytes: ...
    def setResponse(self, response: bytes) -> None: ...
    def moreChallenges(self) -> bool: ...


class LoginDialogue(LOGINCredentials):
    """AUTH LOGIN with the questions that real servers ask (twisted's own end in a NUL)."""

    def __init__(self) -> None:
        super().__init__()
        self.challenges = [b"Password:", b"Username:"]


def mechanisms(host: str) -> dict[bytes, Callable[[], Dialogue]]:
    """The SASL mechanisms of the sandbox, by name; `host` stands in the challenge of CRAM-MD5."""
    return {
        b"PLAIN": PLAINCredentials,
        b"LOGIN": LoginDialogue,
        b"CRAM-MD5": partial(CramMD5Credentials, host),
    }


class SignIn:
    """What twisted calls a portal, for one server: names, passwords, and whether anybody is let in at all."""

    def __init__(
        self,
        inboxes: Mapping[str, Inbox],
        *,
        closed: bool,
        interface: object,
        welcome: Callable[[Inbox], object],
    ) -> None:
        self._inboxes = inboxes
        self._closed = closed
        self._interface = interface
        self._welcome = welcome

    def login(self, credentials: Credentials, mind: object, *interfaces: object) -> defer.Deferred[Avatar]:
        """Let in who knows the password. The words of a refusal are the server's."""
        inbox = self._inboxes.get(credentials.username.decode(errors="replace").lower())
        if self._closed or inbox is None or not credentials.checkPassword(inbox.mailbox.password.encode()):
            return defer.fail(UnauthorizedLogin())
        return defer.succeed((self._interface, self._welcome(inbox), lambda: None))

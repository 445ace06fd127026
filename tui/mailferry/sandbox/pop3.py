"""The sandbox's POP3 server: twisted's, with the words and the manners of real ones."""

# Twisted is an extra, so mypy takes its classes as Any; names and signatures here are twisted's.
# mypy: disallow-subclassing-any=False
# ruff: noqa: ARG002, N802
from __future__ import annotations

import base64
import io
from collections.abc import Mapping

from twisted.internet import defer, ssl
from twisted.internet.protocol import ServerFactory
from twisted.mail import pop3
from twisted.mail.imap4 import IllegalClientResponse
from twisted.python.failure import Failure
from zope.interface import implementer

from mailferry.sandbox.cast import SandboxServer
from mailferry.sandbox.inbox import Inbox
from mailferry.sandbox.sign_in import Dialogue, SignIn, mechanisms

_WRONG_PASSWORD = "[AUTH] Authentication failed."  # noqa: S105  a server's words


@implementer(pop3.IMailbox)
class Maildrop:
    """An inbox as it was when the session began (RFC 1939 section 4)."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._messages = list(inbox.messages)
        self._deleted: set[int] = set()

    def listMessages(self, i: int | None = None) -> int | list[int]:
        sizes = [
            0 if place in self._deleted else message.getSize() for place, message in enumerate(self._messages)
        ]
        return sizes if i is None else sizes[self._there(i)]

    def getMessage(self, i: int) -> io.BytesIO:
        """With bare line feeds: twisted puts the returns back."""
        return io.BytesIO(self._messages[self._there(i)].raw.replace(b"\r\n", b"\n"))

    def getUidl(self, i: int) -> bytes:
        return b"sandbox.%d" % self._messages[self._there(i)].uid

    def deleteMessage(self, i: int) -> None:
        self._deleted.add(self._there(i))

    def undeleteMessages(self) -> None:
        self._deleted.clear()

    def sync(self) -> None:
        gone = [self._messages[place] for place in self._deleted]
        self._inbox.messages[:] = [message for message in self._inbox.messages if message not in gone]
        self._deleted.clear()

    def _there(self, place: int) -> int:
        if not 0 <= place < len(self._messages):
            raise ValueError("no such message")
        return place


class Pop3Server(pop3.POP3):
    """One connection. Sign-in is offered inside TLS only, except where the scene has no TLS at all."""

    _auth: Dialogue

    AUTH_CMDS = (*pop3.POP3.AUTH_CMDS, b"STLS")

    def __init__(self, server: SandboxServer, starttls: ssl.CertificateOptions | None) -> None:
        self._refusal = (server.refuse or _WRONG_PASSWORD).encode()
        self._mechanisms = mechanisms(server.host)
        self._starttls = starttls

    def listCapabilities(self) -> list[bytes]:
        secured = [b"STLS"] if self._starttls else [b"USER", b"SASL " + b" ".join(self._mechanisms)]
        return [b"TOP", b"UIDL", b"RESP-CODES", b"AUTH-RESP-CODE", *secured]

    def state_COMMAND(self, line: bytes) -> object:
        try:
            return self.processCommand(*line.split(b" "))
        except (ValueError, AttributeError, TypeError, pop3.POP3Error):
            return self.failResponse(b"Unknown command, or not the time for it")

    def do_STLS(self) -> None:
        if self._starttls is None or self.mbox is not None:
            self.failResponse(b"TLS runs already, or is not to be had")
            return
        self.successResponse(b"Begin TLS")
        self.transport.startTLS(self._starttls)
        self._starttls = None

    def do_USER(self, *name: bytes) -> None:
        if self._starttls:
            self.failResponse(b"[AUTH] Plaintext authentication disallowed before STLS.")
        else:
            super().do_USER(b" ".join(name))

    def do_AUTH(self, name: bytes = b"", initial: bytes | None = None) -> None:
        """RFC 5034; the initial response is for PLAIN, where alone a client speaks first."""
        mechanism = None if self._starttls else self._mechanisms.get(name.upper())
        if mechanism is None or (initial is not None and name.upper() != b"PLAIN"):
            self.failResponse(b"No such mechanism here")
            return
        self._auth = mechanism()
        if initial is None:
            self._challenge()
        else:
            self.state_AUTH(initial)

    def _challenge(self) -> None:
        self.state = "AUTH"
        self.sendLine(b"+ " + base64.b64encode(self._auth.getChallenge()))

    def state_AUTH(self, line: bytes) -> None:
        self.state = "COMMAND"
        try:
            self._auth.setResponse(base64.b64decode(line, validate=True))
        except (ValueError, IllegalClientResponse):  # "*" too, which cancels
            self.failResponse(b"Cannot read this response")
            return
        if self._auth.moreChallenges():
            self._challenge()
            return
        signed_in = defer.maybeDeferred(self.portal.login, self._auth, None, pop3.IMailbox)
        signed_in.addCallbacks(self._cbMailbox, self._ebMailbox, callbackArgs=(self._auth.username,))
        signed_in.addErrback(self._ebUnexpected)

    def _ebMailbox(self, failure: Failure) -> None:
        failure.trap(pop3.cred.error.UnauthorizedLogin)
        self.failResponse(self._refusal)

    def do_UIDL(self, i: bytes | None = None) -> object:
        """Twisted leaves the message's number out of the answer for one (RFC 1939 section 7)."""
        if i is None:
            return super().do_UIDL()
        return self.successResponse(b"%d %s" % (int(i), self.mbox.getUidl(int(i) - 1)))


class Pop3Factory(ServerFactory):
    """Makes a connection's server for one server of the scene."""

    noisy = False

    def __init__(
        self,
        server: SandboxServer,
        inboxes: Mapping[str, Inbox],
        starttls: ssl.CertificateOptions | None,
    ) -> None:
        self._server = server
        self._starttls = starttls
        self._portal = SignIn(
            inboxes, closed=server.refuse is not None, interface=pop3.IMailbox, welcome=Maildrop
        )

    def buildProtocol(self, addr: object) -> Pop3Server:
        protocol = Pop3Server(self._server, self._starttls)
        protocol.factory = self
        protocol.portal = self._portal
        return protocol

"""The sandbox's submission server: twisted's, with the words and the manners of real ones."""

# Twisted is an extra, so mypy takes its classes as Any; names and signatures here are twisted's.
# mypy: disallow-subclassing-any=False
# ruff: noqa: ARG002, N802
from __future__ import annotations

from collections.abc import Callable, Mapping

from twisted.cred.error import UnauthorizedLogin
from twisted.internet import defer, ssl
from twisted.internet.protocol import ServerFactory
from twisted.mail import smtp
from twisted.mail.imap4 import IllegalClientResponse
from twisted.python.failure import Failure
from zope.interface import implementer

from mailferry.sandbox.cast import SandboxServer
from mailferry.sandbox.inbox import Inbox
from mailferry.sandbox.sign_in import SignIn, mechanisms

_WRONG_PASSWORD = "535 5.7.8 Error: authentication failed: wrong user name or password"  # noqa: S105  a server's words
_LARGEST = 10 * 1024 * 1024  # bytes of a message


@implementer(smtp.IMessage)
class IncomingMessage:
    """A message while it comes in, line by line."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._lines: list[bytes] = []
        self._size = 0

    def lineReceived(self, line: bytes) -> None:
        self._size += len(line) + 2
        if self._size > _LARGEST:
            raise smtp.SMTPServerError(552, b"5.3.4 Message too big")
        self._lines.append(line)

    def eomReceived(self) -> defer.Deferred[None]:
        self._inbox.deliver(b"\r\n".join([*self._lines, b""]))
        return defer.succeed(None)

    def connectionLost(self) -> None:
        self._lines.clear()


@implementer(smtp.IMessageDelivery)
class Delivery:
    """Takes mail for the mailboxes of the scene and for no other: nothing leaves the machine."""

    def __init__(self, inboxes: Mapping[str, Inbox]) -> None:
        self._inboxes = inboxes

    def receivedHeader(self, helo: object, origin: object, recipients: object) -> bytes:
        header: bytes = b"Received: by the mailferry sandbox; " + smtp.rfc822date()
        return header

    def validateFrom(self, helo: object, origin: smtp.Address) -> smtp.Address:
        return origin

    def validateTo(self, user: smtp.User) -> Callable[[], IncomingMessage]:
        inbox = self._inboxes.get(str(user.dest).lower())
        if inbox is None:
            raise smtp.SMTPServerError(
                550, "5.1.1 No such mailbox in the sandbox; nothing leaves this machine"
            )
        return lambda: IncomingMessage(inbox)


class SmtpServer(smtp.ESMTP):
    """One connection. Sign-in is offered inside TLS only, except where the scene has no TLS at all."""

    noisy = False

    def __init__(self, server: SandboxServer, starttls: ssl.CertificateOptions | None) -> None:
        super().__init__(mechanisms(server.host), starttls)
        self.host = server.host
        self._server = server

    def greeting(self) -> bytes:
        return self._server.host.encode() + b" ESMTP sandbox"

    def extensions(self) -> dict[bytes, list[bytes] | None]:
        offered: dict[bytes, list[bytes] | None] = super().extensions()
        if self._must_start_tls():
            del offered[b"AUTH"]
        return {b"8BITMIME": None, b"ENHANCEDSTATUSCODES": None, b"SIZE": [b"%d" % _LARGEST], **offered}

    def ext_AUTH(self, rest: bytes) -> None:
        if self._must_start_tls():
            self.sendCode(530, b"5.7.0 Must issue a STARTTLS command first")
        elif not rest.strip():
            self.sendCode(501, b"5.5.4 Syntax: AUTH mechanism")
        else:
            super().ext_AUTH(rest)

    def do_MAIL(self, rest: bytes) -> None:
        if self._must_start_tls():
            self.sendCode(530, b"5.7.0 Must issue a STARTTLS command first")
        elif not self.authenticated:
            self.sendCode(530, b"5.7.0 Authentication required")
        else:
            super().do_MAIL(rest)

    def state_AUTH(self, response: bytes | None) -> None:
        try:
            super().state_AUTH(response)
        except (IllegalClientResponse, ValueError):
            self.mode = smtp.COMMAND
            self.sendCode(501, b"5.5.2 Cannot read this response")

    def _ebAuthenticated(self, reason: Failure) -> None:
        if reason.check(UnauthorizedLogin):
            code, _, words = (self._server.refuse or _WRONG_PASSWORD).partition(" ")
            self.sendCode(int(code), words.encode())
        else:
            super()._ebAuthenticated(reason)

    def _must_start_tls(self) -> bool:
        return self.ctx is not None and not self.startedTLS


class SmtpFactory(ServerFactory):
    """Makes a connection's server for one server of the scene."""

    def __init__(
        self,
        server: SandboxServer,
        inboxes: Mapping[str, Inbox],
        starttls: ssl.CertificateOptions | None,
    ) -> None:
        self._server = server
        self._starttls = starttls
        self._portal = SignIn(
            inboxes,
            closed=server.refuse is not None,
            interface=smtp.IMessageDelivery,
            welcome=lambda _inbox: Delivery(inboxes),
        )

    def buildProtocol(self, addr: object) -> SmtpServer:
        protocol = SmtpServer(self._server, self._starttls)
        protocol.factory = self
        protocol.portal = self._portal
        return protocol

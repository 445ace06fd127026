"""The process that plays a scene: `python -m mailferry.sandbox`.

It reads a scene as one line of JSON, answers with one line that says where its servers listen and whom to
trust, and serves until its standard input ends: when whoever started it closes that or dies, it goes too.
"""

from __future__ import annotations

import socket
import sys

import msgspec
from twisted.internet import reactor, ssl
from twisted.internet.protocol import Protocol, ServerFactory
from twisted.internet.stdio import StandardIO
from twisted.logger import globalLogBeginner
from twisted.python.failure import Failure

from mailferry.sandbox.authority import Authority
from mailferry.sandbox.cast import Listening, SandboxServer, Scene
from mailferry.sandbox.imap import ImapFactory
from mailferry.sandbox.inbox import Inbox
from mailferry.sandbox.pop3 import Pop3Factory
from mailferry.sandbox.smtp import SmtpFactory

LOOPBACK = "127.0.0.1"


class Servers:
    """A scene's servers while they listen, each on a free port of this machine."""

    def __init__(self, scene: Scene) -> None:
        self._authority = Authority()
        self._closed_ports: list[socket.socket] = []
        inboxes = [Inbox(mailbox) for mailbox in scene.mailboxes]
        self._by_address = {inbox.mailbox.address.lower(): inbox for inbox in inboxes}
        self._by_incoming_name = {
            name.lower(): inbox
            for inbox in inboxes
            for name in (inbox.mailbox.address, *inbox.mailbox.incoming_usernames)
        }
        self.listening = Listening(
            connect_to={
                f"{server.host}:{server.port}": f"{LOOPBACK}:{self._listen(server)}"
                for server in scene.servers
            },
            ca_pem=self._authority.ca_pem.decode(),
        )

    def _listen(self, server: SandboxServer) -> int:
        """Start one server and say its port."""
        if not server.listens:
            return self._closed_port()
        issued = self._authority.issue(server.host, expired=server.expired)
        tls = ssl.PrivateCertificate.loadPEM(issued.certificate_pem + issued.key_pem).options()
        starttls = tls if server.security == "starttls" else None
        factory = self._factory(server, starttls)
        if server.security == "tls":
            port: int = reactor.listenSSL(0, factory, tls, interface=LOOPBACK).getHost().port
        else:
            port = reactor.listenTCP(0, factory, interface=LOOPBACK).getHost().port
        return port

    def _factory(self, server: SandboxServer, starttls: ssl.CertificateOptions | None) -> ServerFactory:
        match server.protocol:
            case "imap":
                return ImapFactory(server, self._by_incoming_name, starttls)
            case "pop3":
                return Pop3Factory(server, self._by_incoming_name, starttls)
            case "smtp":
                return SmtpFactory(server, self._by_address, starttls)

    def _closed_port(self) -> int:
        """A port that refuses connections and that nobody else is given: bound, never listening."""
        held = socket.socket()
        held.bind((LOOPBACK, 0))
        self._closed_ports.append(held)
        port: int = held.getsockname()[1]
        return port


class StopAtEnd(Protocol):  # type: ignore[misc]  # twisted is an extra, so mypy takes its classes as Any
    """Stops the process when its standard input ends."""

    def connectionLost(self, reason: Failure) -> None:  # noqa: ARG002, N802  twisted's signature
        if reactor.running:
            reactor.stop()


def main() -> int:
    """Play the scene on standard input; the exit status."""
    try:
        scene = msgspec.json.decode(sys.stdin.buffer.readline(), type=Scene)
    except msgspec.DecodeError as error:
        print(f"mailferry.sandbox reads a scene from standard input: {error}", file=sys.stderr)
        return 2
    globalLogBeginner.beginLoggingTo([], redirectStandardIO=False)
    servers = Servers(scene)
    sys.stdout.buffer.write(msgspec.json.encode(servers.listening) + b"\n")
    sys.stdout.buffer.flush()
    StandardIO(StopAtEnd())
    reactor.run(installSignalHandlers=False)
    return 0

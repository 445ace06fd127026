"""Standard-library mail clients that are led to a sandbox, as `curl --connect-to` would lead them."""

from __future__ import annotations

import imaplib
import poplib
import smtplib
import socket
import ssl

from mailferry.model.account import Security
from mailferry.sandbox.server import Sandbox

TIMEOUT = 20  # seconds; reached only when a test fails


def connect(sandbox: Sandbox, host: str, port: int) -> socket.socket:
    """A plain connection to whoever plays host:port."""
    address, number = sandbox.connect_to[f"{host}:{port}"].rsplit(":", 1)
    return socket.create_connection((address, int(number)), timeout=TIMEOUT)


def trusting(sandbox: Sandbox) -> ssl.SSLContext:
    """Trusts the sandbox's authority alone, as strictly as Python 3.13 does by default."""
    context = ssl.create_default_context(cafile=str(sandbox.ca_file))
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    return context


class Imap(imaplib.IMAP4):
    """IMAP to host:port of a scene."""

    def __init__(
        self,
        sandbox: Sandbox,
        host: str,
        port: int = 993,
        security: Security = "tls",
    ) -> None:
        self._sandbox = sandbox
        self._context = trusting(sandbox) if security == "tls" else None
        super().__init__(host, port)
        if security == "starttls":
            self.starttls(trusting(sandbox))

    def _create_socket(self, timeout: float | None) -> socket.socket:
        plain = connect(self._sandbox, self.host, self.port)
        return self._context.wrap_socket(plain, server_hostname=self.host) if self._context else plain

    def subjects(self) -> list[str]:
        """The subjects in the inbox, in order."""
        self.select("INBOX", readonly=True)
        _, data = self.fetch("1:*", "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
        return [part[1].decode().removeprefix("Subject:").strip() for part in data if isinstance(part, tuple)]


class Pop3(poplib.POP3):
    """POP3 to host:port of a scene."""

    def __init__(self, sandbox: Sandbox, host: str, port: int = 995, security: Security = "tls") -> None:
        self._sandbox = sandbox
        self._context = trusting(sandbox) if security == "tls" else None
        super().__init__(host, port)
        if security == "starttls":
            self.stls(trusting(sandbox))

    def _create_socket(self, _timeout: float | None) -> socket.socket:
        plain = connect(self._sandbox, self.host, self.port)
        return self._context.wrap_socket(plain, server_hostname=self.host) if self._context else plain


class Smtp(smtplib.SMTP):
    """SMTP to host:port of a scene."""

    def __init__(
        self,
        sandbox: Sandbox,
        host: str,
        port: int = 587,
        security: Security = "starttls",
    ) -> None:
        self._sandbox = sandbox
        self._context = trusting(sandbox) if security == "tls" else None
        super().__init__(host, port, local_hostname="client.example", timeout=TIMEOUT)
        if security == "starttls":
            self.starttls(context=trusting(sandbox))

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = connect(self._sandbox, host, port)
        return self._context.wrap_socket(plain, server_hostname=host) if self._context else plain

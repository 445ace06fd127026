"""The sandboxes that these tests talk to."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from mailferry.sandbox.cast import SandboxMailbox, SandboxServer, Scene
from mailferry.sandbox.server import Sandbox
from tests.sandbox.clients import Smtp

ODD_PASSWORD = 'Grün "quoted" \\ €uro {3} 🔑'


@pytest.fixture(scope="session")
def demo() -> Iterator[Sandbox]:
    """The demo's own scene. Read its inboxes, but put nothing into them."""
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def small() -> Iterator[Sandbox]:
    """A scene of its own for each test: every kind of security, an odd password, and an empty inbox."""
    with Sandbox(SMALL) as sandbox:
        yield sandbox


SMALL = Scene(
    servers=(
        SandboxServer(host="mail.example", port=993, protocol="imap", security="tls"),
        SandboxServer(host="mail.example", port=143, protocol="imap", security="starttls"),
        SandboxServer(host="mail.example", port=1143, protocol="imap", security="none"),
        SandboxServer(host="pop.example", port=995, protocol="pop3", security="tls"),
        SandboxServer(host="pop.example", port=110, protocol="pop3", security="starttls"),
        SandboxServer(host="pop.example", port=1110, protocol="pop3", security="none"),
        SandboxServer(host="mail.example", port=465, protocol="smtp", security="tls"),
        SandboxServer(host="mail.example", port=587, protocol="smtp", security="starttls"),
        SandboxServer(host="mail.example", port=1025, protocol="smtp", security="none"),
        SandboxServer(host="mail.example", port=995, protocol="imap", security="tls", listens=False),
    ),
    mailboxes=(
        SandboxMailbox(address="Eva@example.org", password=ODD_PASSWORD, incoming_usernames=("eva",)),
        SandboxMailbox(address="plain@example.org", password="simple"),
    ),
)


@pytest.fixture
def send(small: Sandbox) -> Callable[[str], None]:
    """Sends a message with a subject to plain@example.org of the small scene."""

    def sending(subject: str) -> None:
        with Smtp(small, "mail.example", 465, "tls") as smtp:
            smtp.login("plain@example.org", "simple")
            smtp.sendmail(
                "plain@example.org",
                "plain@example.org",
                f"Subject: {subject}\r\nTo: plain@example.org\r\n"
                f"Message-ID: <{subject.lower()}@example.org>\r\n\r\nThe {subject.lower()} text\r\n",
            )

    return sending

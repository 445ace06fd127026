"""A message to oneself through Postfix into Dovecot's inbox, and every way in which Postfix refuses one."""

from __future__ import annotations

import imaplib
import os
import pwd
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme

from mailferry.advice.explain import explain
from mailferry.checks.account import AccountTester
from mailferry.checks.options import CheckOptions
from mailferry.checks.request import AccountRequest, ServerRequest
from mailferry.model.account import IncomingProtocol
from mailferry.model.check import AccountCheck, ServerCheck
from mailferry.model.failure import FailureBook
from mailferry.model.recommendation import Recommendation
from mailferry.model.secret import Secret
from mailferry.model.settings import ServerSettings
from mailferry.store.decode import decode_failures
from mailferry.store.shipped import shipped
from tests.real import postfix, servers
from tests.real.dovecot import Dovecot
from tests.real.servers import HOST, PASSWORDS, Ports

pytestmark = pytest.mark.real

_OWNED = ("joe", "zoé", "junk", "grey", "lost", "gone")
"""What the user joe may send as: "lost" is thrown away on the way, "gone" has no inbox."""


class _Policy(socketserver.StreamRequestHandler):
    """Greylists whoever Postfix asks about (Postfix's SMTPD_POLICY_README)."""

    def handle(self) -> None:
        while line := self.rfile.readline():
            if line == b"\n":
                self.wfile.write(b"action=defer_if_permit 4.2.0 Greylisted, see http://postgrey.example\n\n")


@dataclass(frozen=True)
class Service:
    """Postfix and Dovecot that work together.

    On the port `small` messages have up to 500 bytes, on `silent` as well, but it does not say so.
    """

    reading: Dovecot
    sending: Ports
    small: int
    silent: int
    ca_file: Path


@contextmanager
def _policy_port() -> Iterator[int]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Policy) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def service(authority: trustme.CA, dovecot: Dovecot, ca_file: Path) -> Iterator[Service]:
    """The two servers."""
    owner = pwd.getpwuid(os.geteuid() or pwd.getpwnam("nobody").pw_uid)
    extra = servers.two_ports()
    with _policy_port() as policy:
        main = _MAIN_CF.format(
            mail=dovecot.mail,
            uid=owner.pw_uid,
            gid=owner.pw_gid,
            policy=policy,
            owned=" ".join(f"{{{name}@example.test=joe}}" for name in _OWNED),
        )
        master = _MASTER_CF.format(small=extra.plain, silent=extra.tls)
        with imaplib.IMAP4("127.0.0.1", dovecot.ports.plain) as connection:
            connection.login("joe", PASSWORDS["joe"])
            connection.create("Junk")
        with postfix.postfix(authority, dovecot.auth_socket, main=main, master=master) as ports:
            yield Service(dovecot, ports, extra.plain, extra.tls, ca_file)


_MAIN_CF = """
smtputf8_enable = yes
virtual_mailbox_domains = inline:{{ {{example.test=1}} }}
virtual_mailbox_base = {mail}
virtual_mailbox_maps = inline:{{ {{joe@example.test=joe/}} {{junk@example.test=joe/.Junk/}}
  {{grey@example.test=joe/}} {{lost@example.test=joe/}} {{zoé@example.test=joe/}} }}
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
virtual_transport = virtual
transport_maps = inline:{{ {{lost@example.test=discard:}} }}
smtpd_sender_login_maps = inline:{{ {owned} {{joe@elsewhere.test=joe}} {{boss@example.test=somebody}} }}
smtpd_sender_restrictions = reject_sender_login_mismatch
smtpd_relay_restrictions = reject_unauth_destination
smtpd_recipient_restrictions = check_recipient_access inline:{{ {{grey@example.test=greylist}} }}
smtpd_restriction_classes = greylist
greylist = check_policy_service inet:127.0.0.1:{policy}
"""

_MASTER_CF = """
127.0.0.1:{small} inet n - n - - smtpd -o message_size_limit=500
127.0.0.1:{silent} inet n - n - - smtpd -o message_size_limit=500 -o smtpd_discard_ehlo_keywords=size
virtual unix - n n - - virtual
"""


def send(
    service: Service,
    address: str = "joe@example.test",
    *,
    protocol: IncomingProtocol = "imap",
    port: int | None = None,
    wait: float = 30,
) -> AccountCheck:
    """Have an account of the user joe send a message to itself."""
    reading = service.reading.ports.tls if protocol == "imap" else service.reading.pop3.tls
    settings = (
        ServerSettings(
            role="incoming", protocol=protocol, host=HOST, port=reading, security="tls", username="joe"
        ),
        ServerSettings(
            role="outgoing",
            protocol="smtp",
            host=HOST,
            port=port or service.sending.tls,
            security="starttls" if port else "tls",
            username="joe",
        ),
    )
    options = CheckOptions(
        timeout=20,
        delivery_timeout=wait,
        ca_files=(service.ca_file,),
        connect_to={f"{HOST}:{each.port}": f"127.0.0.1:{each.port}" for each in settings},
        resolve_only=True,
    )
    book = _book()

    def diagnose(_account: AccountRequest, check: ServerCheck) -> ServerCheck:
        return explain(check, book, Recommendation(address=address, how="none"))

    tester = AccountTester(options, None, diagnose, lambda _event: None, threading.Event())
    requests = tuple(
        ServerRequest(settings=each, secret=lambda: Secret(PASSWORDS["joe"])) for each in settings
    )
    return tester.check(AccountRequest(account="a", address=address, servers=requests, send=True))


def _book() -> FailureBook:
    file = shipped("profiles") / "failures.toml"
    return decode_failures(file.read_text("utf-8"), str(file))


def inbox(service: Service) -> list[Path]:
    """All messages of the user joe."""
    return [
        path for path in (service.reading.mail / "joe").glob("**/*/*") if path.parent.name in ("cur", "new")
    ]


@pytest.mark.parametrize("protocol", ["imap", "pop3"])
def test_sent_found_and_deleted(service: Service, protocol: IncomingProtocol) -> None:
    check = send(service, protocol=protocol)
    assert check.ok, check
    assert [stage.stage for stage in check.servers[1].stages][-3:] == ["auth", "send", "deliver"]
    assert check.servers[1].stages[-2].detail == "accepted; messages up to 9.77 MB"
    assert check.servers[1].stages[-1].detail.endswith("s, and deleted")
    assert inbox(service) == []


def test_an_address_outside_ascii(service: Service) -> None:
    check = send(service, "zoé@example.test")
    assert check.ok, check
    assert inbox(service) == []


def test_delivered_to_junk(service: Service) -> None:
    check = send(service, "junk@example.test")
    assert (check.servers[1].failed_stage, check.servers[1].cause) == ("deliver", "delivered-to-junk")
    assert inbox(service) == []


@pytest.mark.parametrize("protocol", ["imap", "pop3"])
def test_lost_on_the_way(service: Service, protocol: IncomingProtocol) -> None:
    check = send(service, "lost@example.test", protocol=protocol, wait=1)
    assert (check.servers[1].failed_stage, check.servers[1].cause) == ("deliver", "not-delivered")


@pytest.mark.parametrize(
    ("address", "cause", "words"),
    [
        ("boss@example.test", "sender-not-allowed", "not owned by user"),
        ("gone@example.test", "recipient-refused", "User unknown in virtual mailbox table"),
        ("joe@elsewhere.test", "relay-denied", "Relay access denied"),
        ("grey@example.test", "greylisted", "Greylisted"),
    ],
)
def test_refused_by_postfix(service: Service, address: str, cause: str, words: str) -> None:
    outgoing = send(service, address).servers[1]
    assert (outgoing.failed_stage, outgoing.cause) == ("send", cause)
    assert words in (outgoing.server_said or "")
    assert outgoing.advice


def test_too_large(service: Service) -> None:
    known = send(service, port=service.small).servers[1]
    assert (known.failed_stage, known.cause, known.server_said) == ("send", "message-too-large", None)
    assert "500 bytes" in known.stages[-1].detail
    refused = send(service, port=service.silent).servers[1]
    assert (refused.failed_stage, refused.cause) == ("send", "message-too-large")
    assert "552 5.3.4" in (refused.server_said or "")

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

from mailferry.model.account import IncomingProtocol
from mailferry.model.check import AccountCheck
from tests.behaviours.real_cases import REAL_CASES, RealCase
from tests.real import postfix, servers
from tests.real.diagnosis import assert_diagnosed, check_of, server
from tests.real.dovecot import Dovecot
from tests.real.servers import PASSWORDS, Ports

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
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Policy) as policy:
        policy.daemon_threads = True
        thread = threading.Thread(target=policy.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield policy.server_address[1]
        finally:
            policy.shutdown()
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
    return check_of(
        server(protocol, "tls", reading),
        server("smtp", "starttls" if port else "tls", port or service.sending.tls),
        ca_file=service.ca_file,
        address=address,
        send=True,
        wait=wait,
    )


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
    assert check.servers[1].stages[-2].detail == "accepted; messages up to 10.2 MB"
    assert check.servers[1].stages[-1].detail.endswith("s, and deleted")
    assert inbox(service) == []


def test_an_address_outside_ascii(service: Service) -> None:
    check = send(service, "zoé@example.test")
    assert check.ok, check
    assert inbox(service) == []


def _cases(*stages: str) -> list[RealCase]:
    return [case for case in REAL_CASES["Postfix with Dovecot"] if case.stage in stages]


@pytest.mark.parametrize("case", _cases("send"), ids=lambda case: case.name)
def test_refused(service: Service, case: RealCase) -> None:
    port = {"small": service.small, "small, unsaid": service.silent}.get(case.name)
    outgoing = send(service, "joe@example.test" if port else case.name, port=port).servers[1]
    assert_diagnosed(case, outgoing)
    assert (case.name == "small") == ("500 bytes" in outgoing.stages[-1].detail)


@pytest.mark.parametrize(
    ("case", "protocol"),
    [
        (case, protocol)
        for case in _cases("deliver")
        for protocol in ("imap", "pop3")
        if (case.cause, protocol) != ("delivered-to-junk", "pop3")  # which sees one folder alone
    ],
    ids=lambda value: value if isinstance(value, str) else value.name,
)
def test_not_in_the_inbox(service: Service, case: RealCase, protocol: IncomingProtocol) -> None:
    check = send(service, case.name, protocol=protocol, wait=30 if case.cause == "delivered-to-junk" else 1)
    assert_diagnosed(case, check.servers[1])
    assert inbox(service) == []

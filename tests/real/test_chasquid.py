"""Everything that chasquid refuses, in its own words, and a message to oneself through it into Dovecot."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme

from mailferry.model.account import IncomingProtocol
from tests.behaviours.real_cases import REAL_CASES, RealCase
from tests.real.chasquid import Chasquid, chasquid
from tests.real.diagnosis import Attempt, assert_diagnosed, check_of, diagnose, server
from tests.real.dovecot import Dovecot

pytestmark = pytest.mark.real

_JOE = "joe@example.test"

ATTEMPTS: dict[str, Callable[[int], Attempt]] = {
    "tls only": lambda port: Attempt(port, _JOE),
    "no digest": lambda port: Attempt(port, _JOE, auth="cram-md5"),
    "no token": lambda port: Attempt(port, _JOE, auth="oauth2"),
    "wrong password": lambda port: Attempt(port, _JOE, "wrong"),
    "no domain": Attempt,
    "not signed in": lambda port: Attempt(port, auth="none", sends=_JOE),
    "relay": lambda port: Attempt(port, auth="none", sends="joe@elsewhere.test"),
    "no such user": lambda port: Attempt(port, _JOE, sends="gone@example.test"),
}


@dataclass(frozen=True)
class Service:
    """chasquid and Dovecot that work together."""

    reading: Dovecot
    sending: Chasquid
    ca_file: Path


@pytest.fixture(scope="module")
def service(authority: trustme.CA, dovecot: Dovecot, ca_file: Path) -> Iterator[Service]:
    """The two servers."""
    with chasquid(authority, maildir=dovecot.mail / "joe") as sending:
        yield Service(dovecot, sending, ca_file)


@pytest.mark.parametrize("case", REAL_CASES["chasquid"], ids=lambda case: case.name)
def test_refused(case: RealCase, service: Service) -> None:
    ports = service.sending.ports
    port = ports.tls if case.security == "tls" else ports.plain
    if case.name == "relay":
        port = service.sending.relay
    assert_diagnosed(case, diagnose(case, ATTEMPTS[case.name](port), service.ca_file))


@pytest.mark.parametrize("protocol", ["imap", "pop3"])
def test_sent_found_and_deleted(service: Service, protocol: IncomingProtocol) -> None:
    reading = service.reading.ports if protocol == "imap" else service.reading.pop3
    sent = check_of(
        server(protocol, "tls", reading.tls),
        server("smtp", "starttls", service.sending.ports.plain, user=_JOE),
        ca_file=service.ca_file,
        send=True,
    )
    assert sent.ok, sent
    assert sent.servers[1].stages[-1].detail.endswith("s, and deleted")

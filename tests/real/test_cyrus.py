"""Everything that Cyrus refuses, in its own words: IMAP and POP3."""

from __future__ import annotations

import imaplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme

from mailferry.model.account import Security
from tests.behaviours.real_cases import REAL_CASES, RealCase
from tests.real.cyrus import Cyrus, cyrus
from tests.real.diagnosis import Attempt, assert_diagnosed, diagnose
from tests.real.servers import PASSWORDS

pytestmark = pytest.mark.real

_OTHERS = {
    "no tls": {"tls_server_cert": "disabled"},
    "plain only": {"sasl_mech_list": "PLAIN"},
    "backend down": {"sasl_pwcheck_method": "saslauthd", "sasl_saslauthd_path": "/nonexistent/mux"},
    "too many": {"maxlogins_per_user": "1"},
    "too soon": {"popminpoll": "5"},
}
"""Cases that take a configuration of their own."""

ATTEMPTS: dict[str, Callable[[int], Attempt]] = {
    "no token": lambda port: Attempt(port, auth="oauth2"),
    "wrong password": lambda port: Attempt(port, password="wrong"),
    "wrong digest": lambda port: Attempt(port, password="wrong", auth="cram-md5"),
    "no inbox": lambda port: Attempt(port, user="new"),
    "no rights": lambda port: Attempt(port, user="barred"),
}


@dataclass(frozen=True)
class Town:
    """Cyrus, and the CA of its certificate."""

    server: Cyrus
    ca_file: Path

    def port(self, protocol: str, configuration: str, security: Security) -> int:
        """Where a configuration listens."""
        ports = (self.server.imap if protocol == "imap" else self.server.pop3)[configuration]
        return ports.tls if security == "tls" else ports.plain


@pytest.fixture(scope="module")
def town(authority: trustme.CA, ca_file: Path) -> Iterator[Town]:
    """One Cyrus with ports for each configuration."""
    with cyrus(authority, _OTHERS) as server:
        yield Town(server, ca_file)


@contextmanager
def _held(town: Town) -> Iterator[None]:
    """A session of joe's that is open meanwhile."""
    with imaplib.IMAP4("127.0.0.1", town.port("imap", "too many", "none"), timeout=10) as other:
        other.login_cram_md5("joe", PASSWORDS["joe"])
        yield


@pytest.mark.parametrize("case", REAL_CASES["Cyrus"], ids=lambda case: f"{case.name}, {case.protocol}")
def test_refused(case: RealCase, town: Town) -> None:
    configuration = case.name if case.name in _OTHERS else ""
    attempt = ATTEMPTS.get(case.name, Attempt)(town.port(case.protocol, configuration, case.security))
    if case.name == "too soon":
        assert diagnose(case, attempt, town.ca_file).ok
    with _held(town) if case.name == "too many" else nullcontext():
        check = diagnose(case, attempt, town.ca_file)
    assert_diagnosed(case, check)


@pytest.mark.parametrize("security", ["tls", "starttls", "none"])
@pytest.mark.parametrize("protocol", ["imap", "pop3"])
def test_let_in(town: Town, protocol: str, security: Security) -> None:
    """In clear it is by CRAM-MD5."""
    case = next(
        case for case in REAL_CASES["Cyrus"] if (case.protocol, case.security) == (protocol, security)
    )
    attempt = Attempt(town.port(protocol, "", security), quirks=("send-id",) if protocol == "imap" else ())
    check = diagnose(case, attempt, town.ca_file)
    assert check.ok, check
    assert (check.mechanism == "CRAM-MD5") == (security == "none")

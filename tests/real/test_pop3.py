"""The stage ladder for POP3 against Dovecot."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from mailferry.checks.options import CheckOptions
from mailferry.checks.request import ServerRequest
from mailferry.checks.server import check_server
from mailferry.model.account import AuthMethod, Security
from mailferry.model.check import ServerCheck
from mailferry.model.secret import Secret
from mailferry.model.settings import ServerSettings
from tests.real.dovecot import Dovecot
from tests.real.servers import ELSEWHERE, HOST, PASSWORDS

pytestmark = pytest.mark.real

LADDERS: dict[Security, list[str]] = {
    "tls": ["dns", "connect", "tls", "greeting", "capability", "auth", "mailbox"],
    "starttls": ["dns", "connect", "greeting", "capability", "starttls", "tls", "auth", "mailbox"],
    "none": ["dns", "connect", "greeting", "capability", "auth", "mailbox"],
}


def pop3(
    server: Dovecot,
    ca_file: Path,
    user: str = "joe",
    password: str | None = None,
    *,
    security: Security = "tls",
    auth: AuthMethod = "password",
    address: str = "127.0.0.1",
) -> ServerCheck:
    port = server.pop3.tls if security == "tls" else server.pop3.plain
    settings = ServerSettings(
        role="incoming", protocol="pop3", host=HOST, port=port, security=security, username=user, auth=auth
    )
    options = CheckOptions(
        timeout=20,
        ca_files=(ca_file,),
        connect_to={f"{HOST}:{port}": f"{address}:{port}"},
        resolve_only=True,
    )
    request = ServerRequest(
        settings=settings, secret=lambda: Secret(PASSWORDS[user] if password is None else password)
    )
    return check_server(request, options, on_stage=lambda _: None, cancel=threading.Event())


@pytest.mark.parametrize("security", LADDERS)
def test_all_the_way_up(dovecot: Dovecot, ca_file: Path, security: Security) -> None:
    check = pop3(dovecot, ca_file, security=security)
    assert check.ok, check
    assert [stage.stage for stage in check.stages] == LADDERS[security]
    assert check.stages[-1].detail == "0 messages, 0 bytes"
    assert (check.mechanism, check.attempts) == ("USER", 1)
    assert {"UIDL", "TOP", "USER", "SASL PLAIN LOGIN CRAM-MD5"} <= set(check.capabilities)
    assert ("STLS" in check.capabilities) == (security == "none")
    assert check.greeting is not None
    assert check.greeting.startswith("+OK")


@pytest.mark.parametrize("auth", ["password", "cram-md5"])
@pytest.mark.parametrize("user", PASSWORDS)
def test_odd_passwords_reach_dovecot_unharmed(
    dovecot: Dovecot, ca_file: Path, user: str, auth: AuthMethod
) -> None:
    check = pop3(dovecot, ca_file, user, auth=auth)
    assert check.ok, check
    by_password = "USER" if PASSWORDS[user].isascii() else "PLAIN"
    assert check.mechanism == ("CRAM-MD5" if auth == "cram-md5" else by_password)


@pytest.mark.parametrize("password", ["wrong", "würde", "w" * 300])
@pytest.mark.parametrize("auth", ["password", "cram-md5"])
def test_a_wrong_password_is_refused_in_dovecots_words(
    dovecot: Dovecot, ca_file: Path, auth: AuthMethod, password: str
) -> None:
    check = pop3(dovecot, ca_file, password=password, auth=auth)
    assert (check.failed_stage, check.cause, check.attempts) == ("auth", "unknown", 1)
    assert check.server_said == "-ERR [AUTH] Authentication failed."


def test_in_clear_no_password_is_sent(dovecot: Dovecot, ca_file: Path) -> None:
    """Dovecot offers a stranger neither USER nor PLAIN then, only what keeps the password to itself."""
    check = pop3(dovecot, ca_file, security="none", address=ELSEWHERE)
    assert (check.ok, check.mechanism) == (True, "CRAM-MD5")
    assert "USER" not in check.capabilities
    check = pop3(dovecot, ca_file, security="starttls", address=ELSEWHERE)
    assert (check.ok, check.mechanism) == (True, "USER")


def test_a_user_name_cannot_hold_a_command(dovecot: Dovecot, ca_file: Path) -> None:
    check = pop3(dovecot, ca_file, "joe\r\nQUIT", "x")
    assert (check.failed_stage, check.cause) == ("auth", "unknown")
    assert check.server_said == "-ERR [AUTH] Authentication failed."


def test_one_after_the_other_finds_the_inbox_free(dovecot: Dovecot, ca_file: Path) -> None:
    assert all(pop3(dovecot, ca_file).ok for _ in range(5))

"""The stage ladder against Dovecot and Postfix."""

from __future__ import annotations

import threading
from dataclasses import replace
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
from tests.real.servers import HOST, PASSWORDS, Ports

pytestmark = pytest.mark.real

SECURITIES: tuple[Security, ...] = ("tls", "starttls", "none")
LADDERS = {
    "tls": ["dns", "connect", "tls", "greeting", "capability", "auth"],
    "starttls": ["dns", "connect", "greeting", "capability", "starttls", "tls", "auth"],
    "none": ["dns", "connect", "greeting", "capability", "auth"],
}


def imap(
    server: Dovecot,
    ca_file: Path,
    user: str,
    password: str,
    *,
    security: Security = "tls",
    auth: AuthMethod = "password",
) -> ServerCheck:
    port = server.ports.tls if security == "tls" else server.ports.plain
    settings = ServerSettings(
        role="incoming", protocol="imap", host=HOST, port=port, security=security, username=user, auth=auth
    )
    return run(settings, ca_file, password)


def smtp(
    ports: Ports,
    ca_file: Path,
    user: str,
    password: str,
    *,
    security: Security = "tls",
    auth: AuthMethod = "password",
) -> ServerCheck:
    port = ports.tls if security == "tls" else ports.plain
    settings = ServerSettings(
        role="outgoing", protocol="smtp", host=HOST, port=port, security=security, username=user, auth=auth
    )
    return run(settings, ca_file, password)


def run(settings: ServerSettings, ca_file: Path, password: str) -> ServerCheck:
    options = CheckOptions(
        timeout=20,
        ca_files=(ca_file,),
        connect_to={f"{HOST}:{settings.port}": f"127.0.0.1:{settings.port}"},
        resolve_only=True,
    )
    request = ServerRequest(settings=settings, secret=lambda: Secret(password))
    return check_server(request, options, on_stage=lambda _: None, cancel=threading.Event())


@pytest.mark.parametrize("security", SECURITIES)
def test_imap_goes_all_the_way_up(dovecot: Dovecot, ca_file: Path, security: Security) -> None:
    check = imap(dovecot, ca_file, "joe", PASSWORDS["joe"], security=security)
    assert check.ok, check
    assert [stage.stage for stage in check.stages] == [*LADDERS[security], "mailbox"]
    assert check.stages[-1].detail == "0 messages"
    assert check.attempts == 1
    assert "IMAP4REV1" in check.capabilities
    if security != "none":
        assert check.certificate is not None
        assert check.certificate.names == (HOST,)
        assert check.certificate.days_left > 0


@pytest.mark.parametrize("security", SECURITIES)
def test_smtp_goes_all_the_way_up(postfix: Ports, ca_file: Path, security: Security) -> None:
    check = smtp(postfix, ca_file, "joe", PASSWORDS["joe"], security=security)
    assert check.ok, check
    assert [stage.stage for stage in check.stages] == LADDERS[security]
    assert check.stages[-1].detail == "PLAIN"


@pytest.mark.parametrize("auth", ["password", "cram-md5"])
@pytest.mark.parametrize("user", PASSWORDS)
def test_odd_passwords_reach_dovecot_unharmed(
    dovecot: Dovecot, ca_file: Path, user: str, auth: AuthMethod
) -> None:
    check = imap(dovecot, ca_file, user, PASSWORDS[user], auth=auth)
    assert check.ok, check


@pytest.mark.parametrize("auth", ["password", "cram-md5"])
@pytest.mark.parametrize("user", PASSWORDS)
def test_odd_passwords_reach_postfix_unharmed(
    postfix: Ports, ca_file: Path, user: str, auth: AuthMethod
) -> None:
    check = smtp(postfix, ca_file, user, PASSWORDS[user], auth=auth)
    assert check.ok, check


@pytest.mark.parametrize("auth", ["password", "cram-md5"])
def test_a_wrong_password_is_refused_in_dovecots_words(
    dovecot: Dovecot, ca_file: Path, auth: AuthMethod
) -> None:
    check = imap(dovecot, ca_file, "joe", "wrong", auth=auth)
    assert (check.failed_stage, check.cause, check.attempts) == ("auth", "unknown", 1)
    assert check.server_said == "NO [AUTHENTICATIONFAILED] Authentication failed."


@pytest.mark.parametrize("auth", ["password", "cram-md5"])
def test_a_wrong_password_is_refused_in_postfixs_words(
    postfix: Ports, ca_file: Path, auth: AuthMethod
) -> None:
    check = smtp(postfix, ca_file, "joe", "wrong", auth=auth)
    assert (check.failed_stage, check.cause, check.attempts) == ("auth", "unknown", 1)
    assert check.server_said is not None
    assert check.server_said.startswith("535 5.7.8 Error: authentication failed")


def test_a_user_name_with_blanks_is_one_name(dovecot: Dovecot, ca_file: Path) -> None:
    check = imap(dovecot, ca_file, 'joe" "x', PASSWORDS["joe"])
    assert (check.failed_stage, check.cause) == ("auth", "unknown")
    assert check.server_said is not None
    assert check.server_said.startswith("NO [AUTHENTICATIONFAILED]")


def test_a_private_ca_is_not_trusted_by_itself(dovecot: Dovecot) -> None:
    settings = ServerSettings(
        role="incoming",
        protocol="imap",
        host=HOST,
        port=dovecot.ports.plain,
        security="starttls",
        username="joe",
    )
    options = CheckOptions(connect_to={f"{HOST}:{settings.port}": f"127.0.0.1:{settings.port}"})
    request = ServerRequest(settings=settings, secret=lambda: pytest.fail("the password was asked for"))
    check = check_server(request, options, on_stage=lambda _: None, cancel=threading.Event())
    assert (check.failed_stage, check.cause) == ("tls", "cert-unknown-issuer")
    assert check.certificate is not None
    assert check.certificate.names == (HOST,)


def test_starttls_on_the_tls_port_is_told(dovecot: Dovecot, ca_file: Path) -> None:
    swapped = replace(dovecot, ports=Ports(plain=dovecot.ports.tls, tls=dovecot.ports.plain))
    check = imap(swapped, ca_file, "joe", "x", security="starttls")
    assert (check.failed_stage, check.cause) == ("greeting", "port-speaks-tls")
    check = imap(swapped, ca_file, "joe", "x", security="tls")
    assert (check.failed_stage, check.cause) == ("tls", "port-speaks-plaintext")


def test_fields_swapped(dovecot: Dovecot, postfix: Ports, ca_file: Path) -> None:
    check = imap(replace(dovecot, ports=postfix), ca_file, "joe", "x", security="starttls")
    assert (check.failed_stage, check.cause) == ("greeting", "wrong-protocol")
    check = smtp(dovecot.ports, ca_file, "joe", "x", security="tls")
    assert (check.failed_stage, check.cause) == ("greeting", "wrong-protocol")

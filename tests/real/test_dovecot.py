"""Everything that Dovecot refuses, in its own words: IMAP, POP3 and submission."""

from __future__ import annotations

import datetime
import imaplib
import os
import poplib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme

from mailferry.model.account import AuthMethod
from tests.behaviours.real_cases import REAL_CASES, RealCase
from tests.real import servers
from tests.real.diagnosis import Attempt, assert_diagnosed, diagnose
from tests.real.dovecot import OUT_OF_ORDER, Dovecot, dovecot
from tests.real.servers import HOST, PASSWORDS
from tests.real.token_server import GOOD_TOKEN, token_server

pytestmark = pytest.mark.real

_EXPIRED, _EARLY, _OTHER_NAME, _STRANGE_CA, _NO_TLS, _TLS_ONLY, _ONE_EACH, _MODERN = (
    f"127.0.0.{number}" for number in range(3, 11)
)
_USERS = {
    "busy": (
        "userdb_mail=mbox:{path}/mail/busy:INBOX={path}/../inbox userdb_mbox_lock_timeout=1s"
        " userdb_mbox_read_locks=dotlock userdb_mbox_write_locks=dotlock userdb_pop3_lock_session=no"
    ),
    "many": "userdb_pop3_lock_session=no",
    "closed": "nologin",
    "lost": "userdb_mail=maildir:/proc/none",
    "barred": "userdb_mail_plugins=acl userdb_acl=vfile:{path}/../acl",
}


@dataclass(frozen=True)
class Town:
    """One Dovecot that takes passwords, one that takes tokens only, one that takes known machines only."""

    passwords: Dovecot
    tokens: Dovecot
    machines: Dovecot
    ca_file: Path


@pytest.fixture(scope="module")
def town(authority: trustme.CA, ca_file: Path) -> Iterator[Town]:
    """They differ by the address that is dialled, too."""
    with servers.folder() as path, token_server() as port:
        _write_certificates(authority, path)
        (path / "acl").write_text("INBOX owner l\n")
        (path / "inbox").write_text("From joe Fri Nov 20 10:00:00 2026\nSubject: x\n\n")
        (path / "inbox.lock").write_text(str(os.getpid()))  # as any program locks it
        (path / "oauth2").write_text(_OAUTH2.format(port=port))
        users = {name: fields.replace("{path}/..", str(path)) for name, fields in _USERS.items()}
        addresses = (_EXPIRED, _EARLY, _OTHER_NAME, _STRANGE_CA, _NO_TLS, _TLS_ONLY, _ONE_EACH, _MODERN)
        with (
            dovecot(
                authority,
                users=users,
                addresses=addresses,
                settings=_SETTINGS + OUT_OF_ORDER + _PLACES.format(mine=path),
            ) as passwords,
            dovecot(authority, settings=_SETTINGS + _TOKENS_ONLY.format(mine=path)) as tokens,
            dovecot(authority, settings=_SETTINGS + _MACHINES_ONLY) as machines,
        ):
            yield Town(passwords, tokens, machines, ca_file)


def _write_certificates(authority: trustme.CA, path: Path) -> None:
    now, day = datetime.datetime.now(datetime.UTC), datetime.timedelta(days=1)
    for name, issued in {
        "expired": authority.issue_cert(HOST, not_before=now - 30 * day, not_after=now - 3 * day),
        "early": authority.issue_cert(HOST, not_before=now + 3 * day, not_after=now + 30 * day),
        "other": authority.issue_cert("web17.hoster.test"),
        "strange": trustme.CA().issue_cert(HOST),
    }.items():
        servers.write_certificate(issued, path, name)


_OAUTH2 = """
tokeninfo_url = http://127.0.0.1:{port}/?token=
username_attribute = email
openid_configuration_url = https://id.example.test/.well-known/openid-configuration
scope = mail
"""

# Nothing listens on the discard port, where mail should go on to.
_SETTINGS = f"""
protocols = imap pop3 submission
hostname = {HOST}
submission_relay_host = 127.0.0.1
submission_relay_port = 9
"""

_PLACES = f"""
local {_EXPIRED} {{{{
  ssl_cert = <{{mine}}/expiredcert.pem
  ssl_key = <{{mine}}/expiredkey.pem
}}}}
local {_EARLY} {{{{
  ssl_cert = <{{mine}}/earlycert.pem
  ssl_key = <{{mine}}/earlykey.pem
}}}}
local {_OTHER_NAME} {{{{
  ssl_cert = <{{mine}}/othercert.pem
  ssl_key = <{{mine}}/otherkey.pem
}}}}
local {_STRANGE_CA} {{{{
  ssl_cert = <{{mine}}/strangecert.pem
  ssl_key = <{{mine}}/strangekey.pem
}}}}
local {_NO_TLS} {{{{
  ssl = no
}}}}
local {_TLS_ONLY} {{{{
  ssl = required
}}}}
local {_ONE_EACH} {{{{
  mail_max_userip_connections = 1
  disable_plaintext_auth = no
}}}}
local {_MODERN} {{{{
  ssl_min_protocol = TLSv1.3
  login_greeting = * OK +OK 220 caf\N{LATIN SMALL LETTER E WITH ACUTE}
}}}}
"""

_TOKENS_ONLY = """
auth_mechanisms = xoauth2 oauthbearer
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {mine}/oauth2
}}
"""

_MACHINES_ONLY = """
ssl_ca = <{path}/cert.pem
ssl_verify_client_cert = yes
auth_ssl_require_client_cert = yes
"""


@contextmanager
def _held(case: RealCase, town: Town) -> Iterator[None]:
    """A session of the same user's that is open meanwhile."""
    if case.protocol == "imap":
        with imaplib.IMAP4(_ONE_EACH, town.passwords.ports.plain, timeout=10) as other:
            other.login("many", PASSWORDS["joe"])
            yield
    else:
        with closing(poplib.POP3(_ONE_EACH, town.passwords.pop3.plain, timeout=10)) as other:
            other.user("many")
            other.pass_(PASSWORDS["joe"])
            yield


ATTEMPTS: dict[str, Callable[[int], Attempt]] = {
    "expired": lambda port: Attempt(port, address=_EXPIRED),
    "early": lambda port: Attempt(port, address=_EARLY),
    "other name": lambda port: Attempt(port, address=_OTHER_NAME),
    "strange CA": lambda port: Attempt(port, address=_STRANGE_CA),
    "no tls": lambda port: Attempt(port, address=_NO_TLS),
    "tls only": lambda port: Attempt(port, address=_TLS_ONLY),
    "token only": Attempt,
    "client certificate": Attempt,
    "no token": lambda port: Attempt(port, auth="oauth2"),
    "no NTLM": lambda port: Attempt(port, auth="ntlm"),
    "no USER": Attempt,
    "bad token": lambda port: Attempt(port, auth="oauth2", password="a-token-that-has-run-out"),
    "wrong password": lambda port: Attempt(port, password="wrong"),
    "closed": lambda port: Attempt(port, user="closed"),
    "expired password": lambda port: Attempt(port, user="renew"),
    "backend down": lambda port: Attempt(port, user="sick"),
    "too many": lambda port: Attempt(port, user="many", address=_ONE_EACH),
    "in use": lambda port: Attempt(port, user="busy"),
    "no inbox": lambda port: Attempt(port, user="lost"),
    "no rights": lambda port: Attempt(port, user="barred"),
    "relay down": lambda port: Attempt(port, sends="joe@example.test"),
}
_OF_TOKENS = {"token only", "no USER", "bad token"}


def _port(case: RealCase, town: Town) -> int:
    server = town.tokens if case.name in _OF_TOKENS else town.passwords
    if case.name == "client certificate":
        server = town.machines
    ports = {"imap": server.ports, "pop3": server.pop3, "smtp": server.submission}[case.protocol]
    return ports.tls if case.security == "tls" else ports.plain


@pytest.mark.parametrize("case", REAL_CASES["Dovecot"], ids=lambda case: f"{case.name}, {case.protocol}")
def test_refused(case: RealCase, town: Town) -> None:
    attempt = ATTEMPTS[case.name](_port(case, town))
    second = case.name == "too many"
    with _held(case, town) if second else nullcontext():
        checks = (diagnose(case, attempt, town.ca_file) for _ in range(50 if second else 1))
        check = next((check for check in checks if not check.ok), None)
    assert check is not None, "Dovecot has not counted the first session"
    assert_diagnosed(case, check)


@pytest.mark.parametrize("protocol", ["imap", "pop3", "smtp"])
@pytest.mark.parametrize(
    ("server", "auth", "password", "address"),
    [
        ("tokens", "oauth2", GOOD_TOKEN, "127.0.0.1"),
        ("passwords", "password", PASSWORDS["joe"], _MODERN),
        ("passwords", "cram-md5", PASSWORDS["joe"], _TLS_ONLY),
    ],
)
def test_let_in(
    town: Town, protocol: str, server: str, auth: AuthMethod, password: str, address: str
) -> None:
    """By a token, by TLS 1.3 alone with an odd greeting, by CRAM-MD5."""
    case = next(each for each in REAL_CASES["Dovecot"] if (each.protocol, each.security) == (protocol, "tls"))
    chosen: Dovecot = getattr(town, server)
    port = {"imap": chosen.ports, "pop3": chosen.pop3, "smtp": chosen.submission}[protocol].tls
    check = diagnose(case, Attempt(port, auth=auth, password=password, address=address), town.ca_file)
    assert check.ok, check

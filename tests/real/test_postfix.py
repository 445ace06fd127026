"""Everything that Postfix refuses, in its own words: one instance, and a port for each configuration."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import trustme

from tests.behaviours.real_cases import REAL_CASES, RealCase
from tests.real import servers
from tests.real.diagnosis import Attempt, assert_diagnosed, diagnose
from tests.real.dovecot import dovecot
from tests.real.postfix import postfix

pytestmark = pytest.mark.real

_AS_IT_COMES = {"wrong password", "tokens"}
_TO_ITSELF = "joe@example.test"


def _recipient(action: str) -> str:
    return f"-o {{smtpd_recipient_restrictions=check_recipient_access inline:{{{{{_TO_ITSELF}={action}}}}}}}"


def _client(action: str) -> str:
    """At once, not only when there is a recipient."""
    return (
        "-o smtpd_delay_reject=no"
        f" -o {{smtpd_client_restrictions=check_client_access inline:{{{{127.0.0.1={action}}}}}}}"
    )


_COUNTED = "-o smtpd_client_event_limit_exceptions="
_OLD = "-o tls_high_cipherlist=ALL:@SECLEVEL=0 -o tls_medium_cipherlist=ALL:@SECLEVEL=0"
_TLS_1 = "TLSv1,!TLSv1.1,!TLSv1.2,!TLSv1.3"
_NOBODY = "inet:127.0.0.1:9"
_OPTIONS = {
    "no tls": "-o smtpd_tls_security_level=none",
    "no certificate": "-o smtpd_tls_cert_file=/nonexistent",
    "old tls": f"-o smtpd_tls_protocols={_TLS_1} -o smtpd_tls_mandatory_protocols={_TLS_1} {_OLD}",
    "client certificate": "-o smtpd_tls_req_ccert=yes -o smtpd_tls_CAfile={path}/cert.pem",
    "tls only": "-o smtpd_tls_auth_only=yes",
    "relay only": "-o smtpd_sasl_auth_enable=no",
    "nothing behind": "-o smtpd_sasl_path=/nonexistent",
    "turned away": "-o smtpd_delay_reject=no -o smtpd_client_restrictions=reject",
    "listed": _client(
        "554 5.7.1 Service unavailable; Client host [127.0.0.1] blocked using zen.example.test"
    ),
    "shutting down": _client("421 4.3.2 Service shutting down"),
    "later": "-o smtpd_delay_reject=no -o smtpd_client_restrictions=defer",
    "name refused": "-o smtpd_delay_reject=no -o smtpd_helo_restrictions=reject",
    "too many": f"-o smtpd_client_connection_rate_limit=1 {_COUNTED}",
    "too many sign-ins": f"-o smtpd_client_auth_rate_limit=1 {_COUNTED}",
    "too much mail": f"-o smtpd_client_message_rate_limit=1 {_COUNTED}",
    "too many recipients": f"-o smtpd_client_recipient_rate_limit=1 {_COUNTED}",
    "filter down": f"-o smtpd_milters={_NOBODY} -o milter_default_action=tempfail",
    "backend down": "-o smtpd_sasl_type=cyrus -o smtpd_sasl_path=smtpd -o cyrus_sasl_config_path={mine}",
    "disk full": "-o queue_minfree=900000000000000",
    "spam": "-o cleanup_service_name=strict",
    "full": _recipient("552 5.2.2 Mailbox is full"),
    "full for now": _recipient("452 4.2.2 Mailbox is full"),
    "somebody else's": (
        f"-o {{smtpd_sender_login_maps=inline:{{{{{_TO_ITSELF}=somebody}}}}}}"
        " -o smtpd_sender_restrictions=reject_sender_login_mismatch"
    ),
    "policy down": (
        f"-o {{smtpd_recipient_restrictions=check_policy_service {_NOBODY}}}"
        " -o smtpd_policy_service_try_limit=1"
    ),
    "table down": (
        "-o smtpd_sender_login_maps=fail:table -o smtpd_sender_restrictions=reject_sender_login_mismatch"
    ),
}
_MORE = """
strict unix n - n - 0 cleanup -o {header_checks=regexp:{{/^Subject:/ REJECT Message looks like spam}}}
"""

# By Cyrus SASL: what Dovecot says of such a failure, Postfix 3.7 takes for a wrong password.
_SASLAUTHD_IS_DOWN = """
pwcheck_method: saslauthd
saslauthd_path: /nonexistent/mux
mech_list: PLAIN LOGIN
"""


@dataclass(frozen=True)
class Town:
    """Where Postfix listens, by the case's name and whether TLS comes first."""

    ports: dict[tuple[str, bool], int]
    ca_file: Path


@pytest.fixture(scope="module")
def town(authority: trustme.CA, ca_file: Path) -> Iterator[Town]:
    """Postfix, and a Dovecot that checks passwords for it."""
    names = [(case.name, case.security == "tls") for case in REAL_CASES["Postfix"] if case.name in _OPTIONS]
    ports = dict(zip(names, servers.free_ports(len(names)), strict=True))
    lines = [
        f"127.0.0.1:{port} inet n - n - - smtpd {'-o smtpd_tls_wrappermode=yes' if wrapped else ''}"
        f" {_OPTIONS[name]}\n"
        for (name, wrapped), port in ports.items()
    ]
    with (
        servers.folder() as path,
        dovecot(authority) as dove,
        postfix(
            authority, dove.auth_socket, master="".join(lines).replace("{mine}", str(path)) + _MORE
        ) as usual,
    ):
        (path / "smtpd.conf").write_text(_SASLAUTHD_IS_DOWN)
        yield Town(ports | {(name, True): usual.tls for name in _AS_IT_COMES}, ca_file)


def _attempt(case: RealCase, town: Town) -> Attempt:
    attempt = Attempt(
        town.ports[case.name, case.security == "tls"], sends=_TO_ITSELF if case.stage == "send" else None
    )
    if case.name == "wrong password":
        return replace(attempt, password="wrong")
    return replace(attempt, auth="oauth2") if case.name == "tokens" else attempt


@pytest.mark.parametrize("case", REAL_CASES["Postfix"], ids=lambda case: f"{case.name}, {case.security}")
def test_refused(case: RealCase, town: Town) -> None:
    attempt = _attempt(case, town)
    if case.name.startswith("too m"):
        diagnose(case, attempt, town.ca_file)  # what is counted
    assert_diagnosed(case, diagnose(case, attempt, town.ca_file))

"""Ways to sign in that a server offers, where it does not offer the one that the settings ask for."""

from __future__ import annotations

import pytest

from mailferry.model.account import AuthMethod, Protocol
from mailferry.model.check import Repair
from tests.checks import scripts
from tests.checks.asking import ask, never, outcome
from tests.checks.fault_server import FaultServer, Script

OFFERING: dict[Protocol, Script] = {
    "imap": scripts.imap(b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n"),
    "pop3": scripts.pop3(offers=(b"SASL PLAIN",)),
    "smtp": scripts.smtp(features=(b"AUTH PLAIN",)),
}


@pytest.mark.parametrize("protocol", ["imap", "pop3", "smtp"])
def test_what_is_offered_is_told_and_not_tried(protocol: Protocol) -> None:
    role = "outgoing" if protocol == "smtp" else "incoming"
    offered = "PLAIN and LOGIN" if protocol == "imap" else "PLAIN"  # in IMAP, LOGIN is a command as well
    with FaultServer(OFFERING[protocol]) as server:
        check = ask(server, protocol, secret=never, auth="cram-md5", other_auth=("oauth2", "password"))
    assert outcome(check) == ("auth", "auth-mechanism-unsupported")
    assert check.repairs == (
        Repair(changes={f"{role}.auth": "password"}, seen=f"the server offers {offered}"),
    )
    assert check.attempts == 0


def test_all_of_them_are_named() -> None:
    with FaultServer(scripts.smtp(features=(b"AUTH NTLM CRAM-MD5 LOGIN PLAIN",))) as server:
        check = ask(server, "smtp", secret=never, auth="oauth2", other_auth=("password", "ntlm"))
    assert [repair.seen for repair in check.repairs] == [
        "the server offers PLAIN, LOGIN and CRAM-MD5",
        "the server offers NTLM",
    ]


@pytest.mark.parametrize(
    ("auth", "offered", "others"),
    [
        ("cram-md5", b"NTLM", ("password",)),
        ("password", b"XOAUTH2", ("oauth2",)),  # a token is needed too, and the advice says how to get one
        ("cram-md5", b"PLAIN", ()),
    ],
)
def test_where_nothing_else_is_told(auth: AuthMethod, offered: bytes, others: tuple[AuthMethod, ...]) -> None:
    with FaultServer(scripts.smtp(features=(b"AUTH " + offered,))) as server:
        check = ask(server, "smtp", secret=never, auth=auth, other_auth=others)
    assert check.failed_stage == "auth"
    assert check.repairs == ()

"""What a server can do, told in sentences."""

from __future__ import annotations

import pytest

from mailferry.advice.capabilities import capability_report
from mailferry.model.account import Protocol, Role, Security
from mailferry.model.check import ServerCheck


def report(protocol: Protocol, *capabilities: str, security: Security = "tls") -> str:
    role: Role = "outgoing" if protocol == "smtp" else "incoming"
    check = ServerCheck(
        role=role,
        protocol=protocol,
        host="h.example",
        port=1,
        security=security,
        ok=True,
        capabilities=capabilities,
    )
    return "\n".join(capability_report(check))


def test_nothing_said_nothing_reported() -> None:
    assert report("imap") == ""


@pytest.mark.parametrize(
    ("protocol", "capabilities", "sentence"),
    [
        (
            "imap",
            ("IMAP4rev1", "AUTH=PLAIN", "AUTH=XOAUTH2"),
            "sign in: PLAIN, XOAUTH2 (sign-in on a web page) and LOGIN.",
        ),
        ("imap", ("IMAP4REV1", "LOGINDISABLED"), "No way to sign in is offered."),
        ("imap", ("IMAP4REV1", "LOGINDISABLED"), "LOGIN command is switched off"),
        ("imap", ("idle",), "(IDLE)"),
        ("imap", ("XAPPLEPUSHSERVICE",), "iPhones"),
        ("imap", ("MOVE",), "one step"),
        ("imap", ("SPECIAL-USE",), "junk"),
        ("imap", ("QUOTA=RES-STORAGE", "QUOTA"), "how full"),
        ("imap", ("UIDPLUS",), "without touching others"),
        ("imap", ("UTF8=ACCEPT",), "beyond ASCII"),
        ("imap", ("APPENDLIMIT=35651584",), "35.7 MB"),
        ("pop3", ("USER", "SASL PLAIN CRAM-MD5"), "PLAIN, CRAM-MD5 and USER"),
        ("pop3", ("UIDL",), "leave them on the server"),
        ("pop3", ("TOP",), "(TOP)"),
        ("pop3", ("EXPIRE NEVER",), "never deleted"),
        ("pop3", ("EXPIRE 0",), "as soon as they have been fetched"),
        ("pop3", ("EXPIRE 1",), "after 1 day "),
        ("pop3", ("EXPIRE 30 USER",), "after 30 days "),
        ("pop3", ("LOGIN-DELAY 900",), "900 seconds"),
        ("smtp", ("AUTH PLAIN LOGIN", "AUTH=LOGIN"), "sign in: PLAIN and LOGIN."),
        ("smtp", ("SIZE 36700160",), "36.7 MB"),
        ("smtp", ("SIZE 20000",), "20 kB"),
        ("smtp", ("SMTPUTF8",), "beyond ASCII"),
        ("smtp", ("DSN",), "delivered"),
    ],
)
def test_what_matters_is_said(protocol: Protocol, capabilities: tuple[str, ...], sentence: str) -> None:
    assert sentence in report(protocol, *capabilities)


@pytest.mark.parametrize("protocol", ["imap", "pop3", "smtp"])
def test_the_upgrade_is_told_where_it_is_of_use(protocol: Protocol) -> None:
    word = "STLS" if protocol == "pop3" else "STARTTLS"
    assert "upgraded" in report(protocol, word, security="none")
    assert "upgraded" not in report(protocol, word, security="tls")


@pytest.mark.parametrize(
    "words", ["SIZE", "SIZE 0", "SIZE nonsense", "SIZE 99999999999999999999", "SIZE -5", "SIZE ٣٤"]
)
def test_a_size_that_tells_nothing(words: str) -> None:
    assert "SIZE" not in report("smtp", words)


def test_what_a_hostile_server_offers_is_harmless_and_short() -> None:
    text = report("imap", "AUTH=\x1b[31mEVIL", *(f"AUTH=M{number}{'x' * 500}" for number in range(500)))
    assert "\x1b" not in text
    assert len(text) < 2_000
    assert "488 more" in text or "490 more" in text

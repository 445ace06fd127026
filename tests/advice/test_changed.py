"""What is told as changed since all was last well, and what is noise."""

from __future__ import annotations

import datetime
from typing import Any

import msgspec
import pytest

from mailferry.advice.banner import same_banner, say_banner
from mailferry.advice.changed import changes
from mailferry.model.check import AddressCheck, Certificate, Change, ServerCheck, StageResult

GREETING = "220 mx.x.example ESMTP Postfix (Debian/GNU)"


def certificate(
    fingerprint: str = "sha256:aa", issuer: str = "R10, Let's Encrypt", month: int = 1
) -> Certificate:
    return Certificate(
        subject="mail.x.example",
        names=("mail.x.example",),
        issuer=issuer,
        not_before=datetime.datetime(2026, 10, 1, tzinfo=datetime.UTC),
        not_after=datetime.datetime(2027, month, 3, tzinfo=datetime.UTC),
        days_left=40,
        fingerprint=fingerprint,
    )


def server(
    *, dns: str = "1 address", connect: str = "192.0.2.5", tls: bool | None = True, **more: Any
) -> ServerCheck:
    stages = [
        StageResult(stage="dns", ok=True, seconds=0.1, detail=dns),
        StageResult(stage="connect", ok=True, seconds=0.1, detail=connect),
    ]
    if tls is not None:
        stages.append(StageResult(stage="tls", ok=tls, seconds=0.1, detail=""))
    values: dict[str, Any] = {
        "role": "outgoing",
        "protocol": "smtp",
        "host": "mail.x.example",
        "port": 465,
        "security": "tls",
        "ok": True,
        "stages": tuple(stages),
        "certificate": certificate(),
        "greeting": GREETING,
        "capabilities": ("AUTH PLAIN LOGIN", "SIZE 1000", "PIPELINING"),
    } | more
    return ServerCheck(**values)


def test_the_same_server_shows_nothing() -> None:
    shuffled = server(capabilities=("pipelining", "AUTH LOGIN PLAIN", "SIZE 1000"))
    assert changes(server(), shuffled) == ()


@pytest.mark.parametrize("other", [{"host": "other.example"}, {"port": 587}, {"security": "none"}])
def test_another_server_is_not_compared(other: dict[str, Any]) -> None:
    assert changes(server(), server(greeting="220 quite another", **other)) == ()


@pytest.mark.parametrize(
    ("new", "tls", "words"),
    [
        (
            certificate("sha256:bb", "R11, Let's Encrypt", 4),
            True,
            "renewed by the same issuer, until 3 Apr 2027",
        ),
        (certificate("sha256:bb"), True, "another of the same issuer, until 3 Jan 2027"),
        (certificate("sha256:bb", month=4), False, "another, not verified, until 3 Apr 2027"),
        (
            certificate("sha256:bb", "Hotel \x1b[31mWi-Fi"),
            False,
            "from another issuer, Hotel \\x1b[31mWi-Fi, until 3 Jan 2027",
        ),
    ],
)
def test_another_certificate(new: Certificate, tls: bool, words: str) -> None:
    assert changes(server(), server(certificate=new, tls=tls)) == (
        Change(what="certificate", before="from R10, Let's Encrypt, until 3 Jan 2027", now=words),
    )


def test_another_address_where_no_earlier_one_answers() -> None:
    now = server(connect="198.51.100.7", certificate=certificate("sha256:bb", month=4))
    assert [change.what for change in changes(server(), now)] == ["certificate", "address"]
    failed = server(connect="nothing listens on 198.51.100.7", tls=None, certificate=None, ok=False)
    assert changes(server(), failed) == (Change(what="address", before="192.0.2.5", now="198.51.100.7"),)


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (server(), server(connect="198.51.100.7")),  # it works and shows the same certificate
        (server(), server(connect="192.0.77.8", ok=False)),  # a neighbour
        (server(dns="4 addresses"), server(connect="198.51.100.7", ok=False)),
        (server(), server(connect="198.51.100.7", dns="2 addresses (2 IPv4)", ok=False)),
        (server(), server(connect="no address answered", ok=False)),
        (
            server(
                addresses=(AddressCheck(family="ipv6", address="2001:db8::1", ok=True, seconds=1, detail=""),)
            ),
            server(connect="2001:db8::1", ok=False),
        ),
    ],
)
def test_farms_and_neighbours_are_let_be(before: ServerCheck, now: ServerCheck) -> None:
    assert changes(before, now) == ()


def test_another_greeting_is_shown_on_one_harmless_line() -> None:
    now = server(greeting="220-mx.x.example ESMTP Exim\r\n220 \x1b]0;hi\x07 no spam")
    (change,) = changes(server(), now)
    assert change.before == "mx.x.example ESMTP Postfix (Debian/GNU)"
    assert change.now == "mx.x.example ESMTP Exim \\x1b]0;hi\\x07 no spam"


def test_what_a_greeting_lists_is_told_of_the_capabilities_alone() -> None:
    before = server(greeting="* OK [CAPABILITY IMAP4rev1 IDLE] Dovecot ready.")
    now = server(greeting="* OK [CAPABILITY IMAP4rev1 SPECIAL] Cyrus [UNSEEN] ready")
    (change,) = changes(before, now)
    assert (change.before, change.now) == ("Dovecot ready.", "Cyrus [UNSEEN] ready")


def test_a_huge_greeting_is_cut() -> None:
    (change,) = changes(server(), server(greeting="220 " + "x" * 100_000))
    assert len(change.now) <= 201


@pytest.mark.parametrize(
    ("now", "before_words", "now_words"),
    [
        (("AUTH PLAIN", "SIZE 1000", "PIPELINING"), "offered AUTH LOGIN", "no longer offered"),
        (("AUTH PLAIN LOGIN", "SIZE 1000", "PIPELINING", "CHUNKING"), "not offered", "offers CHUNKING"),
        (
            ("AUTH PLAIN LOGIN", "SIZE 9", "PIPELINING"),
            "offered SIZE 1000",
            "no longer offered and offers SIZE 9",
        ),
    ],
)
def test_other_capabilities(now: tuple[str, ...], before_words: str, now_words: str) -> None:
    assert changes(server(), server(capabilities=now)) == (
        Change(what="capabilities", before=before_words, now=now_words),
    )


def test_what_is_offered_before_the_upgrade_is_not_compared_with_after_it() -> None:
    before = server(security="starttls")
    now = msgspec.structs.replace(
        server(tls=False, capabilities=("STARTTLS",)), security="starttls", ok=False
    )
    assert changes(before, now) == ()


def test_what_imap_offers_after_signing_in_is_not_missed_before_it() -> None:
    imap: dict[str, Any] = {"role": "incoming", "protocol": "imap", "port": 993}
    signed_in = StageResult(stage="auth", ok=True, seconds=0.1, detail="PLAIN")
    good = server(capabilities=("IMAP4REV1", "AUTH=PLAIN", "QUOTA"), **imap)
    refused = server(capabilities=("IMAP4REV1",), ok=False, **imap)
    (change,) = changes(good, refused)
    assert change.before == "offered AUTH PLAIN"
    whole = msgspec.structs.replace(refused, ok=True, stages=(*refused.stages, signed_in))
    (change,) = changes(good, whole)
    assert change.before == "offered AUTH PLAIN, QUOTA"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "* OK Gimap ready for requests from 203.0.113.5 ab12mb123456qkb",
            "* OK Gimap ready for requests from 198.51.100.7 xy98mb99887abc",
        ),
        (
            "220 smtp.x.example ESMTP 5b1f17b1804b1-4327 sm1234567wmq.24 - gsmtp",
            "220 smtp.x.example ESMTP a640c23a62f3a-9999bb sm7654321ejc.24 - gsmtp",
        ),
        ("* OK The service is ready. [QgBOADAAUAA=]", "* OK The service is ready. [RABVADIAUABSA=]"),
        ("+OK <1896.697170952@x.example> ready", "+OK <99.1@x.example> ready"),
        (
            "220 mx12.mail.x.example ESMTP Exim 4.94 Fri, 20 Nov 2026 10:00:00 +0000",
            "220 mx7.mail.x.example ESMTP Exim 4.94 Sat, 1 Dec 2026 12:01:01 +0100",
        ),
        ("* OK [CAPABILITY IMAP4rev1 IDLE] ready", "* OK [CAPABILITY IMAP4rev1] ready"),
    ],
)
def test_noise_in_greetings(one: str, other: str) -> None:
    assert same_banner(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("220 mx.a.example ESMTP Exim 4.94", "220 mx.a.example ESMTP Exim 4.96"),
        ("220 mx.a.example ESMTP", "220 mx.b.example ESMTP"),
        ("* OK Dovecot ready.", "* OK Courier-IMAP ready."),
        ("220 mx1.a.example ESMTP", "220 mx1.b.example ESMTP"),
    ],
)
def test_what_counts_in_greetings(one: str, other: str) -> None:
    assert not same_banner(one, other)


def test_status_words_are_not_shown() -> None:
    assert say_banner("* OK ready") == say_banner("+OK ready") == say_banner("220 ready\r\n") == "ready"

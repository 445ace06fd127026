"""Made-up results of tests."""

from __future__ import annotations

import datetime

from msgspec.structs import replace

from mailferry.model.check import (
    AccountCheck,
    AddressCheck,
    Certificate,
    ChainLink,
    Change,
    Repair,
    ServerCheck,
    StageResult,
)
from mailferry.model.spared import SPARED
from mailferry.model.transcript import ServerTranscript, TranscriptLine

_DAY = datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC)

PRINT = "sha256:" + "ab" * 32

CERTIFICATE = Certificate(
    subject="imap.example.net",
    names=("imap.example.net", "mail.example.net"),
    issuer="Honest CA",
    not_before=_DAY,
    not_after=_DAY + datetime.timedelta(days=90),
    days_left=61,
    fingerprint=PRINT,
    tls_version="TLS 1.3",
    chain=(
        ChainLink(subject="Honest CA", issuer="Honest Root", not_after=_DAY + datetime.timedelta(days=900)),
        ChainLink(
            subject="Honest Root", issuer="Honest Root", not_after=_DAY + datetime.timedelta(days=9000)
        ),
    ),
)

STAGES = (
    StageResult(stage="dns", ok=True, seconds=0.004, detail="2 addresses (1 IPv4, 1 IPv6)"),
    StageResult(stage="connect", ok=True, seconds=0.023, detail="192.0.2.1"),
    StageResult(stage="tls", ok=True, seconds=0.031, detail="TLS 1.3, 61 days left"),
    StageResult(stage="auth", ok=True, seconds=0.04, detail=""),
    StageResult(stage="mailbox", ok=True, seconds=0.01, detail="2 messages"),
)

WELL = ServerCheck(
    role="incoming",
    protocol="imap",
    host="imap.example.net",
    port=993,
    security="tls",
    ok=True,
    stages=STAGES,
    attempts=1,
    certificate=CERTIFICATE,
    capabilities=("IMAP4rev1", "IDLE"),
    mechanism="PLAIN",
    greeting="* OK ready",
    addresses=(
        AddressCheck(family="ipv4", address="192.0.2.1", ok=True, seconds=0.023, detail="connected"),
        AddressCheck(family="ipv6", address="2001:db8::1", ok=False, seconds=2.0, detail="no answer"),
    ),
)

FAILED = ServerCheck(
    role="incoming",
    protocol="imap",
    host="imap.example.net",
    port=143,
    security="tls",
    ok=False,
    stages=(
        *STAGES[:1],
        StageResult(stage="connect", ok=False, seconds=0.02, detail="refused"),
    ),
    failed_stage="connect",
    cause="connection-refused",
    advice="Nothing listens on port 143 of imap.example.net.",
    repairs=(
        Repair(
            changes={"incoming.port": 993, "incoming.security": "tls"},
            seen="993 answers with TLS from the start",
            verdict="same",
        ),
    ),
    changed=(Change(what="greeting", before="Dovecot ready", now="Courier ready"),),
)


def checked(account: str, *servers: ServerCheck) -> AccountCheck:
    """The result of an account's test."""
    return AccountCheck(
        account=account,
        address=f"{account}@x.net",
        ok=all(each.ok for each in servers),
        seconds=0.5,
        servers=servers,
    )


def conversation(*lines: bytes) -> ServerTranscript:
    """What the incoming server said."""
    return ServerTranscript(
        role="incoming",
        protocol="imap",
        host="imap.example.net",
        port=993,
        security="tls",
        lines=tuple(TranscriptLine(stage="greeting", direction="received", data=line) for line in lines),
    )


LEFT_OUT = replace(
    FAILED,
    failed_stage="auth",
    cause="not-tried",
    advice="Going on would have cost more than it told.",
    server_said=None,
    stages=(
        *STAGES[:3],
        StageResult(
            stage="auth",
            ok=False,
            seconds=0.0,
            detail=f"3 passwords were refused here within the last hour; {SPARED}",
        ),
    ),
    repairs=(),
    changed=(),
)
"""No password was sent, because the server had refused some."""

"""The record of a conversation: every line with its stage, and what happened between them."""

from __future__ import annotations

import ssl
import threading
from pathlib import Path

import pytest
import trustme

from mailferry.checks.events import AccountDone, CheckEvent, ConversationEnded
from mailferry.checks.many import check_accounts
from mailferry.checks.request import AccountRequest, ServerRequest
from mailferry.checks.server import check_server
from mailferry.checks.transcript import Transcript
from mailferry.model.account import Protocol, Security
from mailferry.model.secret import Secret
from mailferry.model.transcript import ServerTranscript
from tests.checks import scripts
from tests.checks.asking import HOST, PASSWORD, options, settings
from tests.checks.fault_server import FaultServer, Peer, Script

MARKS = {"sent": ">", "received": "<", "note": "~"}


def recorded(
    script: Script,
    protocol: Protocol = "imap",
    security: Security = "none",
    *,
    tls: ssl.SSLContext | None = None,
    ca_file: Path | None = None,
    timeout: float = 10.0,
) -> list[str]:
    """The lines of the one conversation with a server, as `stage > words`, IMAP's random tags as `tag`."""
    kept: list[ServerTranscript] = []
    with FaultServer(script, tls=tls) as server:
        request = ServerRequest(
            settings=settings(server.port, protocol, security, ca_file=str(ca_file) if ca_file else None),
            secret=lambda: Secret(PASSWORD),
        )
        check_server(
            request,
            options(server.port, timeout=timeout),
            on_stage=lambda _: None,
            on_transcript=kept.append,
            cancel=threading.Event(),
        )
    (transcript,) = kept
    assert (transcript.host, transcript.port, transcript.protocol) == (HOST, server.port, protocol)
    tags = {line.data.split(b" ")[0] for line in transcript.lines if line.direction == "sent"}
    return [
        f"{line.stage} {MARKS[line.direction]} "
        + b" ".join(
            b"tag" if word in tags and protocol == "imap" else word for word in line.data.split(b" ")
        ).decode()
        for line in transcript.lines
    ]


def test_a_good_conversation_over_imap() -> None:
    assert recorded(scripts.imap(b"* OK ready\r\n")) == [
        "greeting < * OK ready",
        "capability > tag CAPABILITY",
        "capability < * CAPABILITY IMAP4rev1",
        "capability < tag OK done",
        "auth > tag LOGIN •••",
        "auth < tag OK signed in",
        'mailbox > tag EXAMINE "INBOX"',
        "mailbox < * 12 EXISTS",
        "mailbox < * 0 RECENT",
        "mailbox < tag OK [READ-ONLY] done",
        "mailbox > tag LOGOUT",
    ]


def test_names_of_users_stay_and_passwords_go_over_pop3() -> None:
    said = recorded(scripts.pop3(), "pop3")
    assert "auth > USER joe" in said
    assert "auth > PASS •••" in said


@pytest.fixture
def secured(tmp_path: Path) -> tuple[ssl.SSLContext, Path]:
    ca = trustme.CA()
    ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ca.issue_cert(HOST).configure_cert(context)
    return context, tmp_path / "ca.pem"


def test_the_upgrade_stands_where_it_happened(secured: tuple[ssl.SSLContext, Path]) -> None:
    context, ca_file = secured
    script = scripts.smtp(features=(b"STARTTLS", b"AUTH PLAIN"), tls=context)
    said = recorded(script, "smtp", "starttls", ca_file=ca_file)
    place = said.index("starttls < 220 go ahead")
    assert said[place + 1].startswith("tls ~ TLS 1.3, TLS_")
    assert said[place + 2].startswith("tls > ehlo ")


def test_tls_from_the_start_comes_first(secured: tuple[ssl.SSLContext, Path]) -> None:
    context, ca_file = secured
    assert recorded(scripts.imap(), "imap", "tls", tls=context, ca_file=ca_file)[0].startswith(
        "tls ~ TLS 1.3"
    )


def test_a_certificate_that_is_not_accepted(secured: tuple[ssl.SSLContext, Path]) -> None:
    said = recorded(scripts.imap(), "imap", "tls", tls=secured[0])
    assert said == ["tls ~ no TLS: cert-unknown-issuer, unable to get local issuer certificate"]


def test_text_injected_before_tls_is_kept_and_said_to_be_thrown_away() -> None:
    script = scripts.imap(
        b"* OK [CAPABILITY IMAP4rev1 STARTTLS] hi\r\n", starttls=b"%t OK go\r\n* OK trust me\r\n"
    )
    said = recorded(script, "imap", "starttls")
    assert said[said.index("starttls < tag OK go") :][:3] == [
        "starttls < tag OK go",
        "starttls < * OK trust me",
        "starttls ~ what came between the STARTTLS answer and TLS was thrown away",
    ]


def test_a_server_that_hangs_up() -> None:
    assert recorded(scripts.imap(login=b"", authenticate=b""))[-1] == "auth ~ the server hung up"


def test_a_server_that_falls_silent_in_the_midst_of_a_line() -> None:
    def serve(peer: Peer) -> None:
        peer.say(b"* OK rea")
        peer.stall()

    said = recorded(serve, timeout=0.3)
    assert said == ["greeting < * OK rea", "greeting ~ no answer within 0.3 s"]


def test_only_the_middle_of_a_long_conversation_is_left_out() -> None:
    transcript = Transcript()
    for number in range(1_000):
        transcript.received(b"%d\r\n" % number)
    numbers = [int(line.data) for line in transcript.lines]
    assert numbers == [*range(100), *range(900, 1_000)]
    assert transcript.cut == 800


def test_lines_are_whole_however_they_are_sent_and_read() -> None:
    transcript = Transcript()
    for piece in (b"* LIST {5}\r\nIN", b"BOX", b" ()\r\n", b"end"):
        transcript.received(piece)
    for piece in (b"A1 LO", b"GIN joe x\r", b"\n", b"joe {3}"):
        transcript.sent(piece, signing_in=True)
    transcript.note("over")
    assert [f"{MARKS[line.direction]} {line.data.decode()}" for line in transcript.lines] == [
        "< * LIST {5}",
        "< INBOX ()",
        "< end",
        "> A1 LOGIN •••",
        "> •••",
        "~ over",
    ]


def test_lines_sent_at_once_are_all_covered() -> None:
    transcript = Transcript()
    transcript.sent(b"A1 LOGIN {3}\r\njoe {1}\r\nx\r\nhalf", signing_in=True)
    transcript.sent(b" a line\r\n", signing_in=False)
    transcript.sent(b"A2 NOOP\r\n", signing_in=False)
    covered = ["A1 LOGIN •••", "•••", "•••", "•••", "A2 NOOP"]
    assert [line.data.decode() for line in transcript.lines] == covered


def test_nothing_of_a_sign_in_is_kept_even_when_nobody_said_that_it_is_one() -> None:
    transcript = Transcript()
    for line in (
        b'A1 LOGIN "joe" "x"',
        b"AUTH PLAIN AGpvZQB4",
        b"PASS x",
        b"APOP joe 1234",
        b"a AUTHENTICATE X y",
    ):
        transcript.sent(line + b"\r\n", signing_in=False)
    assert [line.data.decode() for line in transcript.lines] == [
        "A1 LOGIN •••",
        "AUTH PLAIN •••",
        "PASS •••",
        "APOP •••",
        "a AUTHENTICATE X •••",
    ]


def test_conversations_are_told_before_the_account_is_done_and_only_where_there_was_one() -> None:
    events: list[CheckEvent] = []
    with FaultServer(scripts.imap()) as server:
        there, nowhere = settings(server.port), settings(server.port + 1, "smtp")
        requests = [
            ServerRequest(settings=each, secret=lambda: Secret(PASSWORD)) for each in (there, nowhere)
        ]
        list(
            check_accounts(
                [AccountRequest(account="joe", address="joe@mail.test", servers=tuple(requests))],
                options(server.port),
                jobs=1,
                per_host=1,
                refusals=None,
                diagnose=lambda _request, check: check,
                on_event=events.append,
                cancel=threading.Event(),
            )
        )
    told = [event for event in events if isinstance(event, ConversationEnded)]
    assert [(event.account, event.transcript.role) for event in told] == [("joe", "incoming")]
    assert isinstance(events[-1], AccountDone)

"""A replayed server is diagnosed like the one that was recorded."""

from __future__ import annotations

import socket
import ssl
import threading
from typing import Any

import pytest
import trustme

from mailferry.checks.options import CheckOptions
from mailferry.checks.request import ServerRequest
from mailferry.checks.server import check_server
from mailferry.model.account import Protocol, Security
from mailferry.model.check import ServerCheck
from mailferry.model.secret import Secret
from mailferry.model.settings import ServerSettings
from mailferry.model.transcript import ServerTranscript
from mailferry.model.transcript_text import as_text, from_text
from mailferry.sandbox.replay import ReplayServer
from tests.checks import scripts
from tests.checks.asking import HOST, USER
from tests.checks.fault_server import FaultServer, Script


def check(
    protocol: Protocol, security: Security, port: int, options: CheckOptions
) -> tuple[ServerCheck, ServerTranscript]:
    kept: list[ServerTranscript] = []
    settings = ServerSettings(
        role="outgoing" if protocol == "smtp" else "incoming",
        protocol=protocol,
        host=HOST,
        port=port,
        security=security,
        username=USER,
    )
    result = check_server(
        ServerRequest(settings=settings, secret=lambda: Secret("not-the-real-one")),
        options,
        on_stage=lambda _: None,
        on_transcript=kept.append,
        cancel=threading.Event(),
    )
    assert len(kept) == 1
    return result, kept[0]


def record_and_replay(
    server: FaultServer, protocol: Protocol, security: Security = "none", **more: Any
) -> tuple[ServerCheck, ServerCheck, ReplayServer]:
    more = {"timeout": 5.0} | more
    with server:
        there = {f"{HOST}:{server.port}": f"127.0.0.1:{server.port}"}
        first, transcript = check(protocol, security, server.port, CheckOptions(connect_to=there, **more))
    (posted,) = from_text(as_text([transcript]))
    assert posted == transcript
    more.pop("ca_files", None)
    with ReplayServer(posted) as replay:
        again = CheckOptions(connect_to=replay.connect_to, ca_files=(replay.ca_file,), **more)
        second, _ = check(protocol, security, server.port, again)
    return first, second, replay


def outcome(check: ServerCheck) -> tuple[object, ...]:
    return check.failed_stage, check.cause, check.server_said, check.capabilities, check.attempts


@pytest.mark.parametrize(
    ("protocol", "script"),
    [
        ("imap", scripts.imap()),
        ("imap", scripts.imap(authenticate=b"%t NO [AUTHENTICATIONFAILED] wrong \xff\r\n")),
        ("imap", scripts.imap(authenticate=b"* BYE too many\r\n%t NO enough\r\n")),
        ("imap", scripts.imap(authenticate=b"")),
        ("imap", scripts.imap(examine=b"%t NO Unsafe Login\r\n", id=b"* ID NIL\r\n%t OK\r\n")),
        ("imap", scripts.imap(greeting=b"220 mail.test ESMTP\r\n")),
        ("smtp", scripts.smtp()),
        ("smtp", scripts.smtp(auth=b"535-5.7.8 no\r\n535 5.7.8 really\r\n")),
        ("smtp", scripts.smtp(greeting=b"554 go away\r\n")),
        ("smtp", scripts.smtp(ehlo=b"")),
    ],
)
def test_a_replay_ends_as_the_recording_did(protocol: Protocol, script: Script) -> None:
    first, second, replay = record_and_replay(FaultServer(script), protocol)
    assert outcome(second) == outcome(first)
    assert b"not-the-real-one" not in b"\n".join(replay.heard) or protocol == "imap"


def server_context(ca: trustme.CA, name: str = HOST) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ca.issue_cert(name).configure_cert(context)
    return context


@pytest.mark.parametrize("protocol", ["imap", "smtp"])
def test_starttls_is_replayed(protocol: Protocol, tmp_path: Any) -> None:
    ca = trustme.CA()
    ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    script = (
        scripts.imap(
            b"* OK [CAPABILITY IMAP4rev1 STARTTLS] hi\r\n",
            offers=b"IMAP4rev1 AUTH=PLAIN",
            tls=server_context(ca),
            login=b"%t NO [AUTHENTICATIONFAILED] no\r\n",
        )
        if protocol == "imap"
        else scripts.smtp(features=(b"STARTTLS", b"AUTH PLAIN"), tls=server_context(ca), auth=b"535 no\r\n")
    )
    first, second, _ = record_and_replay(
        FaultServer(script), protocol, "starttls", ca_files=(tmp_path / "ca.pem",)
    )
    assert first.failed_stage == "auth"
    assert outcome(second) == outcome(first)


def test_tls_from_the_start_is_replayed(tmp_path: Any) -> None:
    ca = trustme.CA()
    ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    server = FaultServer(scripts.imap(), tls=server_context(ca))
    first, second, _ = record_and_replay(server, "imap", "tls", ca_files=(tmp_path / "ca.pem",))
    assert first.ok
    assert second.ok


@pytest.mark.parametrize(
    ("name", "trusted", "cause"),
    [("another.test", True, "cert-hostname-mismatch"), (HOST, False, "cert-unknown-issuer")],
)
def test_a_bad_certificate_is_replayed(name: str, trusted: bool, cause: str, tmp_path: Any) -> None:
    ca = trustme.CA()
    (ca if trusted else trustme.CA()).cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    server = FaultServer(scripts.imap(), tls=server_context(ca, name))
    first, second, _ = record_and_replay(server, "imap", "tls", ca_files=(tmp_path / "ca.pem",))
    assert (first.failed_stage, first.cause) == ("tls", cause)
    assert (second.failed_stage, second.cause) == ("tls", cause)


@pytest.mark.parametrize(
    "fault", ["port-speaks-plaintext", "tls-too-old", "tls-no-shared-cipher", "tls-handshake-failed"]
)
def test_a_failed_handshake_is_replayed(fault: str) -> None:
    text = f"# mailferry transcript 1\n# incoming imap {HOST}:993 tls\n[tls]\n~ no TLS: {fault}, words\n"
    (transcript,) = from_text(text)
    with ReplayServer(transcript) as replay:
        options = CheckOptions(connect_to=replay.connect_to, timeout=5)
        result, _ = check("imap", "tls", 993, options)
    assert (result.failed_stage, result.cause) == ("tls", fault)


def test_a_server_that_fell_silent_is_silent_again() -> None:
    text = f"# mailferry transcript 1\n# incoming imap {HOST}:143 none\n[greeting]\n~ no answer within 15 s\n"
    (transcript,) = from_text(text)
    with ReplayServer(transcript) as replay:
        options = CheckOptions(connect_to=replay.connect_to, timeout=0.3)
        result, _ = check("imap", "none", 143, options)
    assert (result.failed_stage, result.cause) == ("greeting", "timeout")


def test_it_ends_while_clients_are_still_there() -> None:
    (transcript,) = from_text("# mailferry transcript 1\n# incoming imap ü:143 none\n[greeting]\n< * OK hi\n")
    with ReplayServer(transcript) as replay:
        clients = [socket.create_connection(("127.0.0.1", replay.port)) for _ in range(20)]
        said = [client.recv(10) for client in clients]
    assert said.count(b"* OK hi\r\n") == 8
    assert said.count(b"") == 12
    assert clients[0].recv(10) == b""
    for client in clients:
        client.close()


def test_a_message_may_be_longer_than_it_was() -> None:
    (transcript,) = from_text(
        "# mailferry transcript 1\n# outgoing smtp h:25 none\n[send]\n"
        "> DATA\n< 354 go\n> Subject: x\n> .\n< 250 taken\n"
    )
    with (
        ReplayServer(transcript) as replay,
        socket.create_connection(("127.0.0.1", replay.port)) as client,
        client.makefile("rb") as answers,
    ):
        client.sendall(b"DATA\r\n")
        assert answers.readline() == b"354 go\r\n"
        client.sendall(b"Subject: y\r\nTo: me\r\n\r\nhello\r\n.\r\n")
        assert answers.readline() == b"250 taken\r\n"
    assert replay.heard[-1] == b"."


def said_to(protocol: Protocol, recording: str, *lines: bytes) -> list[bytes]:
    """What a replayed server answers to a client that says these lines."""
    role = "outgoing" if protocol == "smtp" else "incoming"
    (transcript,) = from_text(f"# mailferry transcript 1\n# {role} {protocol} h:1 none\n[auth]\n{recording}")
    answers: list[bytes] = []
    with (
        ReplayServer(transcript) as replay,
        socket.create_connection(("127.0.0.1", replay.port)) as client,
        client.makefile("rb") as answering,
    ):
        for line in lines:
            client.sendall(line + b"\r\n")
            answers.append(answering.readline().rstrip(b"\r\n"))
    return answers


def test_a_command_that_was_not_recorded_is_refused_and_one_left_out_is_passed_over() -> None:
    recording = "> a NOOP\n< a OK noop\n> b ID NIL\n< b OK id\n> c EXAMINE x\n< c NO unsafe\n"
    assert said_to("imap", recording, b"x NAMESPACE", b"y NOOP", b"z SELECT inbox") == [
        b"x BAD not in the recording",
        b"y OK noop",
        b"z NO unsafe",
    ]
    assert said_to("smtp", "> EHLO x\n< 250 hi\n", b"VRFY y", b"HELO y") == [
        b"502 5.5.1 not in the recording",
        b"250 hi",
    ]
    assert said_to("pop3", "> STAT\n< +OK 1 2\n", b"UIDL", b"STAT") == [
        b"-ERR not in the recording",
        b"+OK 1 2",
    ]


def test_another_way_to_sign_in_gets_the_same_answer() -> None:
    recording = "> a AUTHENTICATE PLAIN\n< +\n> •••\n< a NO [AUTHENTICATIONFAILED] no\n"
    assert said_to("imap", recording, b"x LOGIN joe y") == [b"x NO [AUTHENTICATIONFAILED] no"]


def test_nothing_is_passed_over_but_up_to_tls() -> None:
    recording = "> STARTTLS\n< 220 go\n~ TLS 1.3, X\n> AUTH PLAIN •••\n< 535 no\n"
    assert said_to("smtp", recording, b"AUTH PLAIN eA==") == [b"502 5.5.1 not in the recording"]

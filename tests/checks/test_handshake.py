"""Handshakes that fail halfway, and what goes wrong around STARTTLS."""

from __future__ import annotations

import ssl
import threading
from pathlib import Path

import pytest
import trustme

from mailferry.model.account import Protocol
from tests.checks import scripts
from tests.checks.asking import HOST, ask, never, outcome
from tests.checks.conftest import server_context
from tests.checks.fault_server import FaultServer, Peer, Script


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_server_that_wants_the_clients_certificate(
    authority: trustme.CA, ca_file: Path, version: ssl.TLSVersion
) -> None:
    context = server_context(authority.issue_cert(HOST))
    context.verify_mode = ssl.CERT_REQUIRED
    context.maximum_version = version
    with FaultServer(scripts.imap(), tls=context) as server:
        check = ask(server, security="tls", secret=never, opts={"ca_files": (ca_file,), "timeout": 2.0})
    assert check.cause == "client-cert-required"


@pytest.mark.parametrize(
    ("alert", "cause", "words"),
    [
        (42, "client-cert-required", "certificate of the client"),
        (48, "tls-handshake-failed", "unknown ca"),
        (49, "tls-handshake-failed", "access denied"),
        (80, "tls-handshake-failed", "internal error"),
        (90, "tls-handshake-failed", "user cancel"),
        (112, "tls-handshake-failed", "unrecognized name"),
    ],
)
def test_any_alert_is_told_in_words(alert: int, cause: str, words: str) -> None:
    def refuse(peer: Peer) -> None:
        peer.say(bytes([21, 3, 3, 0, 2, 2, alert]))

    with FaultServer(refuse) as server:
        check = ask(server, security="tls", secret=never)
    assert outcome(check) == ("tls", cause)
    assert words in check.stages[-1].detail.lower()


def test_a_handshake_that_trickles_meets_the_deadline() -> None:
    def trickle(peer: Peer) -> None:
        peer.drip(bytes([22, 3, 3, 64, 0]) + bytes(10_000), 0.02)

    with FaultServer(trickle) as server:
        check = ask(server, security="tls", secret=never, opts={"timeout": 0.3})
    assert outcome(check) == ("tls", "timeout")


@pytest.mark.parametrize("length", [b"\0\4", b"\xff\xff"])
def test_nonsense_that_looks_like_tls(length: bytes) -> None:
    if length > b"\x50" and ssl.OPENSSL_VERSION_INFO >= (3, 2):
        pytest.skip("this OpenSSL does not tell a record that is too long from plain text")

    def babble(peer: Peer) -> None:
        peer.say(bytes([22, 3, 3]) + length + b"what")

    with FaultServer(babble) as server:
        check = ask(server, security="tls", secret=never)
    assert outcome(check) == ("tls", "tls-handshake-failed")
    assert "_" not in check.stages[-1].detail


def test_plaintext_in_the_middle_of_tls(server_tls: ssl.SSLContext, ca_file: Path) -> None:
    def slip(peer: Peer) -> None:
        peer.say(scripts.IMAP_GREETING)
        peer.hear()
        peer.say_beneath_tls(b"* OK and now in clear\r\n")

    with FaultServer(slip, tls=server_tls) as server:
        check = ask(server, security="tls", opts={"ca_files": (ca_file,)})
    assert check.cause == "protocol-error"
    assert "stopped speaking TLS" in check.stages[-1].detail


def starttls(protocol: Protocol, after: Script) -> Script:
    """A server that agrees to STARTTLS and then does something else."""

    def serve(peer: Peer) -> None:
        if protocol == "smtp":
            peer.say(scripts.SMTP_GREETING)
            peer.hear()
            peer.say(b"250-mail.test\r\n250 STARTTLS\r\n")
            peer.hear()
            peer.say(b"220 go ahead\r\n")
        else:
            peer.say(b"* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n")
            peer.say(peer.hear().split()[0] + b" OK go ahead\r\n")
        after(peer)

    return serve


BOTH = pytest.mark.parametrize("protocol", ["imap", "smtp"])


@BOTH
def test_hanging_up_after_starttls(protocol: Protocol) -> None:
    with FaultServer(starttls(protocol, Peer.hang_up)) as server:
        check = ask(server, protocol, "starttls", secret=never)
    assert outcome(check) == ("tls", "tls-handshake-failed")
    assert "hung up" in check.stages[-1].detail


@BOTH
def test_no_tls_after_starttls(protocol: Protocol) -> None:
    def go_on_in_clear(peer: Peer) -> None:
        peer.take()
        peer.say(b"500 what was that?\r\n")
        peer.stall()

    with FaultServer(starttls(protocol, go_on_in_clear)) as server:
        check = ask(server, protocol, "starttls", secret=never)
    assert outcome(check) == ("tls", "tls-handshake-failed")
    assert "agreed to STARTTLS" in check.stages[-1].detail


@BOTH
def test_silence_after_starttls(protocol: Protocol) -> None:
    with FaultServer(starttls(protocol, Peer.stall)) as server:
        check = ask(server, protocol, "starttls", secret=never, opts={"timeout": 0.3})
    assert outcome(check) == ("tls", "timeout")


def test_a_greeting_that_comes_late_is_waited_for() -> None:
    """Meanwhile the port was tried for TLS, and what came of that must not use up the time."""
    tried = threading.Event()

    def late(peer: Peer) -> None:
        if server.connections > 1:
            peer.stall()
            tried.set()
        elif tried.wait(10):
            scripts.imap()(peer)

    with FaultServer(late) as server:
        check = ask(server, opts={"timeout": 1.5})
    assert check.ok, check

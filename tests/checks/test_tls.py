"""Certificates, handshakes, and ports that speak the other thing."""

from __future__ import annotations

import datetime
import socket
import ssl
import threading
from pathlib import Path
from typing import Any

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from mailferry.checks import tls
from mailferry.checks.certificate import same_fingerprint
from mailferry.checks.deadline import Deadline
from mailferry.checks.failure import StageFailure
from mailferry.checks.wire import Wire
from mailferry.model.account import Protocol, Security
from mailferry.model.check import ServerCheck
from tests.checks import scripts
from tests.checks.asking import HOST, ask, never, outcome
from tests.checks.conftest import server_context
from tests.checks.fault_server import FaultServer, Peer

NOW = datetime.datetime.now(datetime.UTC)
DAY = datetime.timedelta(days=1)


def self_signed(tmp_path: Path, *, usage: x509.ObjectIdentifier | None = None) -> ssl.SSLContext:
    """A server's side with a certificate that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - DAY)
        .not_valid_after(NOW + 90 * DAY)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
    )
    if usage is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
    certificate = builder.sign(key, hashes.SHA256())
    (tmp_path / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (tmp_path / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    return context


def ask_both_ways(
    context: ssl.SSLContext, protocol: Protocol, security: Security, ca_file: Path | None, **more: Any
) -> ServerCheck:
    """Test a server with this TLS side, from the start or after STARTTLS; the password must stay here."""
    offer = {"offers": b"IMAP4rev1 STARTTLS"} if protocol == "imap" else {"features": (b"STARTTLS",)}
    make: Any = scripts.imap if protocol == "imap" else scripts.smtp
    greeting = b"* OK ready\r\n" if protocol == "imap" else scripts.SMTP_GREETING
    if security == "tls":
        server = FaultServer(make(greeting), tls=context)
    else:
        server = FaultServer(make(greeting, tls=context, **offer))
    opts = {"ca_files": (ca_file,) if ca_file else ()}
    with server:
        return ask(server, protocol, security, secret=never, opts=opts, **more)


BOTH_WAYS = pytest.mark.parametrize(
    ("protocol", "security"), [("imap", "tls"), ("imap", "starttls"), ("smtp", "tls"), ("smtp", "starttls")]
)


@BOTH_WAYS
def test_expired(authority: trustme.CA, ca_file: Path, protocol: Protocol, security: Security) -> None:
    context = server_context(authority.issue_cert(HOST, not_before=NOW - 30 * DAY, not_after=NOW - 3 * DAY))
    check = ask_both_ways(context, protocol, security, ca_file)
    assert outcome(check) == ("tls", "cert-expired")
    assert check.certificate is not None
    assert check.certificate.days_left in {-3, -4}
    assert check.certificate.names == (HOST,)
    assert check.attempts == 0
    assert f"{check.certificate.not_after:%Y-%m-%d}" in check.stages[-1].detail


def test_not_yet_valid(authority: trustme.CA, ca_file: Path) -> None:
    context = server_context(authority.issue_cert(HOST, not_before=NOW + 3 * DAY, not_after=NOW + 9 * DAY))
    assert outcome(ask_both_ways(context, "imap", "tls", ca_file)) == ("tls", "cert-not-yet-valid")


@BOTH_WAYS
def test_another_hosts_certificate(
    authority: trustme.CA, ca_file: Path, protocol: Protocol, security: Security
) -> None:
    context = server_context(authority.issue_cert("imap.other.test", "10.0.0.1"))
    check = ask_both_ways(context, protocol, security, ca_file)
    assert outcome(check) == ("tls", "cert-hostname-mismatch")
    assert check.certificate is not None
    assert set(check.certificate.names) == {"imap.other.test", "10.0.0.1"}
    assert "imap.other.test" in check.stages[-1].detail


@BOTH_WAYS
def test_unknown_issuer(server_tls: ssl.SSLContext, protocol: Protocol, security: Security) -> None:
    check = ask_both_ways(server_tls, protocol, security, None)
    assert outcome(check) == ("tls", "cert-unknown-issuer")
    assert check.certificate is not None
    assert check.certificate.issuer in check.stages[-1].detail


def test_self_signed(tmp_path: Path) -> None:
    check = ask_both_ways(self_signed(tmp_path), "imap", "tls", None)
    assert outcome(check) == ("tls", "cert-self-signed")
    assert check.certificate is not None
    assert check.certificate.subject == check.certificate.issuer == HOST


def test_a_certificate_for_another_use(tmp_path: Path) -> None:
    context = self_signed(tmp_path, usage=ExtendedKeyUsageOID.CLIENT_AUTH)
    check = ask_both_ways(context, "imap", "tls", tmp_path / "cert.pem")
    assert outcome(check) == ("tls", "cert-wrong-purpose")


def test_a_self_signed_certificate_may_be_its_own_ca_file(tmp_path: Path) -> None:
    with FaultServer(scripts.imap(), tls=self_signed(tmp_path)) as server:
        check = ask(server, security="tls", ca_file=str(tmp_path / "cert.pem"))
    assert check.ok, check


def test_the_systems_trust_can_be_replaced(
    server_tls: ssl.SSLContext, ca_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(ca_file))
    with FaultServer(scripts.imap(), tls=server_tls) as server:
        assert ask(server, security="tls").ok


@pytest.mark.parametrize("content", [None, b"", b"no certificate"])
def test_a_ca_file_that_is_none(server_tls: ssl.SSLContext, tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_bytes(content)
    check = ask_both_ways(server_tls, "imap", "tls", path)
    assert outcome(check) == ("tls", "cert-unknown-issuer")
    assert str(path) in check.stages[-1].detail


def test_a_pinned_certificate_is_enough(tmp_path: Path) -> None:
    context = self_signed(tmp_path)
    check = ask_both_ways(context, "imap", "tls", None)
    assert check.certificate is not None
    pin = check.certificate.fingerprint
    written = "SHA256:" + ":".join(pin[7:][i : i + 2].upper() for i in range(0, 64, 2))
    with FaultServer(scripts.imap(), tls=context) as server:
        check = ask(server, security="tls", fingerprint=written, host=HOST)
    assert check.ok, check
    assert "pinned" in check.stages[2].detail


def test_a_pin_that_does_not_match_stops_it(server_tls: ssl.SSLContext, ca_file: Path) -> None:
    check = ask_both_ways(server_tls, "imap", "tls", ca_file, fingerprint="sha256:" + "0" * 64)
    assert outcome(check) == ("tls", "cert-fingerprint-mismatch")
    assert check.certificate is not None


def test_fingerprints_are_compared_however_written() -> None:
    assert same_fingerprint("sha256:ab01", "AB:01")
    assert not same_fingerprint("sha256:ab01", "sha256:ab02")


def test_only_an_old_tls_version(server_tls: ssl.SSLContext, ca_file: Path, authority: trustme.CA) -> None:
    def refuse(peer: Peer) -> None:
        peer.say(bytes([21, 3, 1, 0, 2, 2, 70]))  # alert: fatal, protocol_version (RFC 8446 section 6)
        peer.stall()

    with FaultServer(refuse) as server:
        assert outcome(ask(server, security="tls", secret=never)) == ("tls", "tls-too-old")


@pytest.mark.parametrize(
    ("alert", "cause"),
    [(40, "tls-no-shared-cipher"), (116, "client-cert-required"), (80, "tls-handshake-failed")],
)
def test_what_alerts_mean(alert: int, cause: str) -> None:
    def refuse(peer: Peer) -> None:
        peer.say(bytes([21, 3, 3, 0, 2, 2, alert]))
        peer.stall()

    with FaultServer(refuse) as server:
        assert outcome(ask(server, security="tls", secret=never)) == ("tls", cause)


def test_a_client_certificate_demanded_after_the_handshake(authority: trustme.CA, ca_file: Path) -> None:
    context = server_context(authority.issue_cert(HOST))
    context.verify_mode = ssl.CERT_REQUIRED
    with FaultServer(scripts.imap(), tls=context) as server:
        check = ask(server, security="tls", secret=never, opts={"ca_files": (ca_file,)})
    assert check.cause == "client-cert-required"


def test_no_common_cipher(authority: trustme.CA, ca_file: Path) -> None:
    context = server_context(authority.issue_cert(HOST))
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("AES128-SHA:@SECLEVEL=0")
    context.options |= ssl.OP_CIPHER_SERVER_PREFERENCE
    check = ask_both_ways(context, "imap", "tls", ca_file)
    assert outcome(check) == ("tls", "tls-no-shared-cipher")


def test_hanging_up_during_the_handshake() -> None:
    with FaultServer(Peer.hang_up) as server:
        assert outcome(ask(server, security="tls", secret=never)) == ("tls", "tls-handshake-failed")


def test_silence_during_the_handshake() -> None:
    with FaultServer(Peer.stall) as server:
        check = ask(server, security="tls", secret=never, opts={"timeout": 0.3})
    assert outcome(check) == ("tls", "timeout")


@pytest.mark.parametrize("greeting", [b"* OK ready\r\n", b"220 mail.test\r\n", b"HTTP/1.1 400 Bad\r\n\r\n"])
def test_tls_to_a_plaintext_port(greeting: bytes) -> None:
    def serve(peer: Peer) -> None:
        peer.say(greeting)
        peer.stall()

    with FaultServer(serve) as server:
        check = ask(server, security="tls", secret=never, opts={"timeout": 0.5})
    assert outcome(check) == ("tls", "port-speaks-plaintext")


@pytest.mark.parametrize("refusal", ["421 4.3.2 Too busy", "* BYE Too many connections", "-ERR not now"])
def test_a_refusal_in_clear_where_tls_should_begin(refusal: str) -> None:
    """The port speaks TLS to those whom it takes in; the words tell why it does not now."""
    client, server = socket.socketpair()
    with client, server:
        server.sendall(refusal.encode() + b"\r\n")
        client.setblocking(False)
        wire = Wire(client, Deadline(5.0, threading.Event()))
        with pytest.raises(StageFailure) as caught:
            wire.start_tls(tls.unverifying_context(), "mail.test")
    assert (caught.value.cause, caught.value.said) == ("unknown", refusal)
    heard = [line.data for line in wire.transcript.lines if line.direction == "received"]
    assert heard == [refusal.encode()]


@pytest.mark.parametrize("protocol", ["imap", "smtp"])
@pytest.mark.parametrize("security", ["starttls", "none"])
def test_plaintext_to_a_tls_port(server_tls: ssl.SSLContext, protocol: Protocol, security: Security) -> None:
    with FaultServer(scripts.imap(), tls=server_tls) as server:
        check = ask(server, protocol, security, secret=never, opts={"timeout": 3.0})
    assert outcome(check) == ("greeting", "port-speaks-tls")


def test_a_tls_alert_instead_of_a_greeting() -> None:
    def serve(peer: Peer) -> None:
        peer.say(bytes([21, 3, 3, 0, 2, 2, 70]))

    with FaultServer(serve) as server:
        check = ask(server, security="starttls", secret=never)
    assert outcome(check) == ("greeting", "port-speaks-tls")


@pytest.mark.parametrize("protocol", ["imap", "smtp"])
def test_starttls_not_offered_is_never_gone_without(protocol: Protocol) -> None:
    script = scripts.imap() if protocol == "imap" else scripts.smtp()
    with FaultServer(script) as server:
        check = ask(server, protocol, "starttls", secret=never)
    assert outcome(check) == ("starttls", "starttls-not-offered")
    assert not any(b"STARTTLS" in line for line in server.heard)


@pytest.mark.parametrize(
    ("protocol", "answer"),
    [("imap", b"%t NO not now\r\n"), ("imap", b"%t BAD what\r\n"), ("smtp", b"454 4.7.0 not now\r\n")],
)
def test_starttls_refused(protocol: Protocol, answer: bytes) -> None:
    script = (
        scripts.imap(b"* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n", starttls=answer)
        if protocol == "imap"
        else scripts.smtp(features=(b"STARTTLS",), starttls=answer)
    )
    with FaultServer(script) as server:
        check = ask(server, protocol, "starttls", secret=never)
    assert outcome(check) == ("starttls", "starttls-refused")
    assert check.server_said == answer.removeprefix(b"%t ").decode().strip()


@pytest.mark.parametrize(
    ("protocol", "answer"),
    [
        ("imap", b"%t OK go\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n"),
        ("imap", b"%t OK go\r\nx"),
        ("smtp", b"220 go\r\n250 injected\r\n"),
    ],
)
def test_text_injected_before_tls(protocol: Protocol, answer: bytes, server_tls: ssl.SSLContext) -> None:
    script = (
        scripts.imap(b"* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n", starttls=answer, tls=server_tls)
        if protocol == "imap"
        else scripts.smtp(features=(b"STARTTLS",), starttls=answer, tls=server_tls)
    )
    with FaultServer(script) as server:
        check = ask(server, protocol, "starttls", secret=never)
    assert outcome(check) == ("starttls", "starttls-injection")


def test_preauth_before_tls() -> None:
    script = scripts.imap(b"* PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] welcome back\r\n")
    with FaultServer(script) as server:
        check = ask(server, security="starttls", secret=never)
    assert outcome(check) == ("starttls", "preauth-before-tls")


@pytest.mark.parametrize("protocol", ["imap", "smtp"])
def test_what_was_offered_before_tls_is_forgotten(
    protocol: Protocol, server_tls: ssl.SSLContext, ca_file: Path
) -> None:
    if protocol == "imap":
        script = scripts.imap(
            b"* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED X-BEFORE] ready\r\n",
            offers=b"IMAP4rev1 X-AFTER",
            tls=server_tls,
        )
        after: tuple[str, ...] = ("IMAP4REV1", "X-AFTER")
    else:
        script = scripts.smtp(features=(b"STARTTLS", b"AUTH PLAIN"), tls=server_tls)
        after = ("STARTTLS", "AUTH PLAIN")
    with FaultServer(script) as server:
        check = ask(server, protocol, "starttls", opts={"ca_files": (ca_file,)})
    assert check.ok, check
    assert check.capabilities == after

"""TLS, certificates, challenges and dates with any bytes in them: a cause, and never an exception."""

from __future__ import annotations

import base64
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import cast, get_args

import pytest
import trustme
from hypothesis import example, given
from hypothesis import strategies as st

from mailferry.checks import clock, tls
from mailferry.checks.credentials import Credentials
from mailferry.checks.deadline import Deadline
from mailferry.checks.failure import StageFailure
from mailferry.checks.oauth import exchange
from mailferry.checks.presented import Presented, present
from mailferry.checks.transcript import Transcript
from mailferry.checks.wire import Wire
from mailferry.model.cause import Cause
from mailferry.model.secret import Secret
from mailferry.model.visible import visible
from tests.checks.loopback import pair

NAME = "mail.test"
CA = trustme.CA()
LEAF = CA.issue_cert(NAME)
DER = ssl.PEM_cert_to_DER_cert(LEAF.cert_chain_pems[0].bytes().decode())
Spoil = Callable[[bytes], bytes]


CHANGES = st.lists(
    st.tuples(st.floats(0, 1, exclude_max=True), st.sampled_from([0, 1, 1, 1, 4]), st.binary(max_size=2)),
    min_size=1,
    max_size=3,
)
"""Where, as a part of the whole; how many bytes are left out; what is put in."""


def spoilt(data: bytes, changes: list[tuple[float, int, bytes]]) -> bytes:
    """The bytes with a few changed, left out or put in."""
    for part, gone, new in changes:
        place = int(part * len(data))
        data = data[:place] + new + data[place + gone :]
    return data


@contextmanager
def server_spoiling(spoil: Spoil) -> Iterator[socket.socket]:
    """A client's socket to a TLS server whose first flight is spoilt on the way, and which then hangs up."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    LEAF.configure_cert(context)

    def serve(sock: socket.socket) -> None:
        arriving, leaving = ssl.MemoryBIO(), ssl.MemoryBIO()
        inside = context.wrap_bio(arriving, leaving, server_side=True)
        with suppress(OSError):
            arriving.write(sock.recv(65_536))
            with suppress(ssl.SSLError):
                inside.do_handshake()
            sock.sendall(spoil(leaving.read()))
            sock.shutdown(socket.SHUT_WR)

    with pair() as (client, server):
        thread = threading.Thread(target=serve, args=(server,))
        thread.start()
        try:
            yield client
        finally:
            with suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)  # a handshake that never began leaves it waiting
            thread.join()


def shake_hands(spoil: Spoil, context: ssl.SSLContext) -> str | None:
    """The cause for which a handshake fails; None if it does not."""
    with server_spoiling(spoil) as client:
        try:
            tls.handshake(client, context, NAME, Deadline(30.0, threading.Event())).close()
        except StageFailure as failure:
            return sound(failure)
        except ssl.SSLCertVerificationError:
            return "certificate"
    return None


def sound(failure: StageFailure) -> str:
    """The cause of a failure that can be shown."""
    assert failure.cause in get_args(Cause)
    assert visible(failure.detail) == failure.detail
    return failure.cause


def trusting() -> ssl.SSLContext:
    """A context that would accept the certificate if it came unharmed."""
    context = ssl.create_default_context()
    context.load_verify_locations(cadata=CA.cert_pem.bytes().decode())
    return context


@given(changes=CHANGES, verify=st.booleans())
def test_a_spoilt_handshake(changes: list[tuple[float, int, bytes]], verify: bool) -> None:
    context = trusting() if verify else tls.unverifying_context()
    assert shake_hands(lambda flight: spoilt(flight, changes), context) not in ("timeout", "cancelled")


@given(st.binary(max_size=300) | st.binary(max_size=60).map(lambda rest: b"\x16\x03\x03\x00\x7a\x02" + rest))
@example(b"")
@example(b"* OK ready\r\n")
@example(b"\x15\x03\x01\x00\x02\x02\x46")
@example(b"\x16\x03\x03\xff\xff" + b"\0" * 200)
def test_anything_in_place_of_a_handshake(said: bytes) -> None:
    cause = shake_hands(lambda _flight: said, tls.unverifying_context())
    assert cause is not None
    assert cause not in ("timeout", "cancelled")


def test_a_handshake_that_breaks_off_at_every_byte() -> None:
    lengths: list[int] = []

    def cut(at: int) -> Spoil:
        def spoil(flight: bytes) -> bytes:
            lengths.append(len(flight))
            return flight[:at]

        return spoil

    assert shake_hands(cut(0), trusting()) == "tls-handshake-failed"
    for at in range(1, lengths[0], 23):
        assert shake_hands(cut(at), trusting()) == "tls-handshake-failed"


@given(st.binary(min_size=1, max_size=100))
def test_anything_after_the_handshake(said: bytes) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    LEAF.configure_cert(context)

    def serve(sock: socket.socket) -> None:
        with suppress(OSError):
            secured = context.wrap_socket(sock, server_side=True)
            plain = socket.socket(fileno=secured.detach())
            with plain:
                plain.sendall(said)

    with pair() as (client, server):
        thread = threading.Thread(target=serve, args=(server.dup(),))
        thread.start()
        server.close()
        wire = Wire(client, Deadline(30.0, threading.Event()))
        try:
            wire.start_tls(trusting(), NAME)
            with pytest.raises(StageFailure) as caught:
                wire.read(1_000)
        finally:
            wire.close()
            thread.join()
    assert sound(caught.value) not in ("timeout", "port-speaks-plaintext")


class Shown:
    """What an unverified connection shows of a certificate."""

    def __init__(self, der: bytes) -> None:
        self._der = der

    def getpeercert(self, *, binary_form: bool) -> bytes:
        return self._der

    def version(self) -> str:
        return "TLSv1.3"


def presented(der: bytes) -> Presented | None:
    try:
        return present(cast(ssl.SSLSocket, Shown(der)))
    except StageFailure as failure:
        sound(failure)
        return None


def test_a_certificate_is_read() -> None:
    shown = presented(DER)
    assert shown is not None
    assert shown.certificate.names == (NAME,)


@given(CHANGES)
def test_a_spoilt_certificate(changes: list[tuple[float, int, bytes]]) -> None:
    shown = presented(spoilt(DER, changes))
    if shown is not None:
        assert isinstance(shown.certificate.days_left, int)
        visible(" ".join((shown.certificate.subject, shown.certificate.issuer, *shown.certificate.names)))
        visible(f"{shown.key} {shown.signature}")


def test_a_certificate_with_each_byte_changed() -> None:
    for place in range(len(DER)):
        for change in (0x01, 0x80, 0xFF):
            presented(DER[:place] + bytes([DER[place] ^ change]) + DER[place + 1 :])


@given(st.binary(max_size=200))
def test_bytes_that_are_no_certificate(der: bytes) -> None:
    assert presented(der) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
)


@pytest.mark.parametrize("name", ["XOAUTH2", "OAUTHBEARER"])
@given(challenge=st.binary(max_size=200) | JSON.map(lambda told: json.dumps(told).encode()))
@example(challenge=b"[" * 100_000)
@example(challenge=b'{"status":' + b"9" * 10_000 + b"}")
@example(challenge=b'{"status":"\\ud800"}')
@example(challenge=b'{"error":"tok3n.abcdef"}')
def test_any_challenge_of_a_token(name: str, challenge: bytes) -> None:
    credentials = Credentials("joe", Secret("tok3n.abcdef"), Transcript(), host=NAME, port=1)
    bearer = exchange(name, credentials)
    bearer.start()
    try:
        bearer.answer(challenge)
    except StageFailure as failure:
        sound(failure)
    assert "tok3n.abcdef" not in (bearer.error or "")
    assert base64.b64encode(b"tok3n.abcdef").decode() not in (bearer.error or "")
    (bearer.error or "").encode()


@given(st.text(max_size=80) | st.from_regex(clock._DATE) | st.from_regex(clock._APOP))
@example("220 mail.test ESMTP; 31 Feb 2026 25:61:61 +9999")
@example("220 99 Xyz 0000 00:00 +0000")
@example("+OK <1.9999999999@x>")
def test_any_date_in_a_greeting(greeting: str) -> None:
    clock.compare_clocks(greeting)

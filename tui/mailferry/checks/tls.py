"""TLS: contexts, the handshake, and what its failures mean."""

from __future__ import annotations

import os
import re
import select
import socket
import ssl
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from functools import lru_cache
from pathlib import Path

from mailferry.checks.deadline import Deadline
from mailferry.checks.failure import StageFailure
from mailferry.checks.transcript import as_said
from mailferry.model.cause import Cause

_PLAINTEXT: tuple[Cause, str] = "port-speaks-plaintext", "the server does not speak TLS on this port"
_OLD: tuple[Cause, str] = "tls-too-old", "the server knows only TLS versions before 1.2"
_WEAK: tuple[Cause, str] = "tls-no-shared-cipher", "the server's ciphers are too weak or unknown"
_CLIENT: tuple[Cause, str] = "client-cert-required", "the server demands a certificate of the client"
_REASONS: dict[str, tuple[Cause, str]] = {
    "WRONG_VERSION_NUMBER": _PLAINTEXT,
    "HTTP_REQUEST": _PLAINTEXT,
    "HTTPS_PROXY_REQUEST": _PLAINTEXT,
    "RECORD_LAYER_FAILURE": _PLAINTEXT,  # OpenSSL 3.2's word for a wrong version number, and for more
    "UNSUPPORTED_PROTOCOL": _OLD,
    "TLSV1_ALERT_PROTOCOL_VERSION": _OLD,
    "WRONG_SSL_VERSION": _OLD,
    "NO_PROTOCOLS_AVAILABLE": _OLD,
    "UNSAFE_LEGACY_RENEGOTIATION_DISABLED": (
        "tls-too-old",
        "the server's TLS is from before 2010: it cannot renegotiate safely (RFC 5746)",
    ),
    "NO_SHARED_CIPHER": _WEAK,
    "NO_CIPHERS_AVAILABLE": _WEAK,
    "TLSV1_ALERT_INSUFFICIENT_SECURITY": _WEAK,
    "DH_KEY_TOO_SMALL": (
        "tls-no-shared-cipher",
        "the server's Diffie-Hellman key is too small to be safe",
    ),
    "EE_KEY_TOO_SMALL": ("cert-weak-key", "the certificate's key is too weak"),
    "CA_KEY_TOO_SMALL": ("cert-weak-key", "the key of a certificate above the server's own is too weak"),
    "CA_MD_TOO_WEAK": ("cert-weak-key", "the certificate, or one above it, is signed in too weak a way"),
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": _CLIENT,
    "SSLV3_ALERT_BAD_CERTIFICATE": _CLIENT,
    "SSLV3_ALERT_NO_CERTIFICATE": _CLIENT,
}
_NO_AGREEMENT = ("SSLV3_ALERT_HANDSHAKE_FAILURE", "SSL/TLS_ALERT_HANDSHAKE_FAILURE")
_REFUSAL = re.compile(rb"[45]\d\d[ -]|\* BYE\b|-ERR\b", re.IGNORECASE)
_LONGEST_REFUSAL = 1_000
_ALERT = re.compile(r"^(?:SSLV3|TLSV1|TLSV13|SSL/TLS)_(?:ALERT_)?(?=[A-Z])")


def verifying_context(ca_files: Sequence[Path]) -> ssl.SSLContext:
    """A context that trusts the system (or SSL_CERT_FILE, SSL_CERT_DIR) and these PEM files, TLS 1.2 up.

    Raises StageFailure (`cert-unknown-issuer`) for a file that holds no certificates.
    """
    trust = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    stamps = []
    for path in ca_files:
        try:
            stamps.append((path, path.stat().st_mtime_ns))
        except OSError as error:
            raise _unusable(path, error.strerror) from None
    return _verifying_context(tuple(stamps), trust)


# Loading the system's trust costs tens of milliseconds; a run over many accounts does it once.
@lru_cache(maxsize=16)
def _verifying_context(
    ca_files: tuple[tuple[Path, int], ...], _trust: tuple[str | None, str | None]
) -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # The same rules under every Python: 3.13 turned both on, but a phone accepts what "strict" refuses.
    context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
    context.verify_flags &= ~ssl.VerifyFlags.VERIFY_X509_STRICT
    for path, _ in ca_files:
        try:
            context.load_verify_locations(cafile=path)
        except (ssl.SSLError, OSError) as error:
            raise _unusable(path, error.strerror) from None
    return context


def unverifying_context() -> ssl.SSLContext:
    """A context that accepts any certificate: to look at it, or to compare it with a pinned one."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def handshake(sock: socket.socket, context: ssl.SSLContext, name: str, deadline: Deadline) -> ssl.SSLSocket:
    """Shake hands on a non-blocking socket, which the returned one replaces.

    Raises StageFailure, and ssl.SSLCertVerificationError when the certificate is not good.
    """
    with ExitStack() as on_failure:
        try:
            secured = context.wrap_socket(sock, server_hostname=name, do_handshake_on_connect=False)
        except OSError:  # the server hung up before we began
            raise _interrupted() from None
        on_failure.callback(secured.close)
        instead: list[bytes] = []
        try:
            _shake_hands(secured, deadline, instead)
        except ssl.SSLCertVerificationError:
            raise
        except ssl.SSLError as error:
            failure = explain(error, agreed=secured.cipher() is not None)
            raise (failure.cause == _PLAINTEXT[0] and _turned_away(instead)) or failure from None
        except OSError:
            raise _interrupted() from None
        on_failure.pop_all()
        return secured


def _shake_hands(secured: ssl.SSLSocket, deadline: Deadline, instead: list[bytes]) -> None:
    """`instead` takes what came first: OpenSSL tells nobody what it was when it is no TLS."""
    while True:
        if not instead:
            with suppress(OSError):
                instead.append(socket.socket.recv(secured, _LONGEST_REFUSAL, socket.MSG_PEEK))
        try:
            secured.do_handshake()
        except ssl.SSLWantReadError:
            deadline.wait(secured, select.POLLIN)
        except ssl.SSLWantWriteError:
            deadline.wait(secured, select.POLLOUT)
        else:
            return


def _turned_away(instead: list[bytes]) -> StageFailure | None:
    """A refusal in clear where TLS should begin, as of a server that is too busy even for the handshake."""
    words = b"".join(instead)
    if not _REFUSAL.match(words):
        return None
    return StageFailure("unknown", "the server refused in clear, before TLS", as_said(words.splitlines()))


def explain(error: ssl.SSLError, *, agreed: bool = True) -> StageFailure:
    """What a failed handshake means; `agreed` tells whether version and cipher were settled before."""
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return _interrupted()
    reason = error.reason or ""
    if reason in _NO_AGREEMENT:
        # Up to TLS 1.2 a server that misses the client's certificate has no other word for it.
        cause, words = _CLIENT if agreed else _WEAK
    else:
        cause, words = _REASONS.get(
            reason, ("tls-handshake-failed", _in_words(reason or str(error.strerror)))
        )
    return StageFailure(cause, words)


def explain_broken(error: ssl.SSLError) -> StageFailure:
    """What an error after the handshake means: what TLS 1.3 says only then, or nonsense."""
    failure = explain(error)
    if failure.cause == "port-speaks-plaintext":
        return StageFailure("protocol-error", "the server stopped speaking TLS in the middle")
    return failure


def _in_words(reason: str) -> str:
    alert = _ALERT.match(reason)
    if alert is None:
        return f"the TLS handshake failed ({reason.replace('_', ' ').lower()})"
    return f"the server broke TLS off (alert “{reason[alert.end() :].replace('_', ' ').lower()}”)"


def _interrupted() -> StageFailure:
    return StageFailure("tls-handshake-failed", "the server hung up during the TLS handshake")


def _unusable(path: Path, why: str | None) -> StageFailure:
    return StageFailure(
        "cert-unknown-issuer", f"the CA file {path} cannot be used: {why or 'no certificate'}"
    )

"""TLS: contexts, the handshake, and what its failures mean."""

from __future__ import annotations

import os
import select
import socket
import ssl
from collections.abc import Sequence
from contextlib import ExitStack
from functools import lru_cache
from pathlib import Path

from mailferry.checks.deadline import Deadline
from mailferry.checks.failure import StageFailure
from mailferry.model.cause import Cause
from mailferry.model.check import Certificate

_PLAINTEXT = {
    "WRONG_VERSION_NUMBER",
    "HTTP_REQUEST",
    "HTTPS_PROXY_REQUEST",
    "PACKET_LENGTH_TOO_LONG",
    "RECORD_LAYER_FAILURE",
}
_REASONS: dict[str, tuple[Cause, str]] = {
    **dict.fromkeys(_PLAINTEXT, ("port-speaks-plaintext", "the server does not speak TLS on this port")),
    **dict.fromkeys(
        (
            "UNSUPPORTED_PROTOCOL",
            "TLSV1_ALERT_PROTOCOL_VERSION",
            "WRONG_SSL_VERSION",
            "NO_PROTOCOLS_AVAILABLE",
        ),
        ("tls-too-old", "the server knows only TLS versions before 1.2"),
    ),
    **dict.fromkeys(
        (
            "SSLV3_ALERT_HANDSHAKE_FAILURE",
            "SSL/TLS_ALERT_HANDSHAKE_FAILURE",
            "NO_SHARED_CIPHER",
            "NO_CIPHERS_AVAILABLE",
            "DH_KEY_TOO_SMALL",
            "TLSV1_ALERT_INSUFFICIENT_SECURITY",
        ),
        ("tls-no-shared-cipher", "the server's ciphers are too weak or unknown"),
    ),
    **dict.fromkeys(
        ("TLSV13_ALERT_CERTIFICATE_REQUIRED", "SSLV3_ALERT_BAD_CERTIFICATE"),
        ("client-cert-required", "the server demands a certificate of the client"),
    ),
}

# X509_V_ERR_…, openssl/x509_vfy.h
_VERIFY_CODES: dict[int, Cause] = {
    9: "cert-not-yet-valid",
    10: "cert-expired",
    18: "cert-self-signed",
    19: "cert-unknown-issuer",  # the chain ends in a private root: the server's own is not self-signed
    26: "cert-wrong-purpose",
    28: "cert-wrong-purpose",
    62: "cert-hostname-mismatch",
    63: "cert-hostname-mismatch",
    64: "cert-hostname-mismatch",
    66: "cert-weak-key",
    67: "cert-weak-key",
    68: "cert-weak-key",
}


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
            on_failure.callback(secured.close)
            _shake_hands(secured, deadline)
        except ssl.SSLCertVerificationError:
            raise
        except ssl.SSLError as error:
            raise explain(error) from None
        except OSError:
            raise _interrupted() from None
        on_failure.pop_all()
        return secured


def _shake_hands(secured: ssl.SSLSocket, deadline: Deadline) -> None:
    while True:
        try:
            secured.do_handshake()
        except ssl.SSLWantReadError:
            deadline.wait(secured, select.POLLIN)
        except ssl.SSLWantWriteError:
            deadline.wait(secured, select.POLLOUT)
        else:
            return


def explain(error: ssl.SSLError) -> StageFailure:
    """What a failed handshake means."""
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return _interrupted()
    reason = error.reason or ""
    cause, words = _REASONS.get(
        reason, ("tls-handshake-failed", f"the TLS handshake failed ({reason or error.strerror})")
    )
    return StageFailure(cause, words)


def explain_certificate(error: ssl.SSLCertVerificationError, seen: Certificate | None) -> StageFailure:
    """What is wrong with a certificate; `seen` is what it says, if it could be had."""
    cause = _VERIFY_CODES.get(error.verify_code, "cert-unknown-issuer")
    words = f"the certificate is not accepted: {error.verify_message}"
    if seen and cause == "cert-expired":
        words = f"the certificate expired on {seen.not_after:%Y-%m-%d}"
    elif seen and cause == "cert-not-yet-valid":
        words = f"the certificate is valid from {seen.not_before:%Y-%m-%d} on"
    elif seen and cause == "cert-hostname-mismatch":
        words = f"the certificate is for {', '.join(seen.names) or seen.subject}"
    elif seen and cause == "cert-unknown-issuer":
        words = f"the certificate's issuer is not known here: {seen.issuer}"
    elif cause == "cert-self-signed":
        words = "the certificate is signed by itself only"
    return StageFailure(cause, words)


def _interrupted() -> StageFailure:
    return StageFailure("tls-handshake-failed", "the server hung up during the TLS handshake")


def _unusable(path: Path, why: str | None) -> StageFailure:
    return StageFailure(
        "cert-unknown-issuer", f"the CA file {path} cannot be used: {why or 'no certificate'}"
    )

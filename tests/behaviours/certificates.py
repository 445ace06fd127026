"""Certificates that prove the wrong thing, or nothing."""

from __future__ import annotations

import datetime
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from mailferry.model.account import Protocol, Security
from mailferry.model.cause import Cause
from tests.behaviours.case import Behaviour
from tests.behaviours.scripted import authority, behaviour, folder, good_tls, server_side
from tests.checks import scripts
from tests.checks.asking import HOST
from tests.checks.certificates import Issued, issue, root
from tests.checks.fault_server import Peer, Script


def _dated(first: int, last: int) -> ssl.SSLContext:
    """A certificate from one New Year's Day to another, so that every day finds the same."""
    days = [datetime.datetime(year, 1, 1, tzinfo=datetime.UTC) for year in (first, last)]
    return server_side(authority().issue_cert(HOST, not_before=days[0], not_after=days[1]))


def _issued(issued: Issued, name: str) -> ssl.SSLContext:
    place = folder() / name
    place.mkdir(exist_ok=True)
    return issued.server(place)


def _root() -> Path:
    return root().ca_file(folder())


def _self_signed() -> ssl.SSLContext:
    return _issued(issue(HOST), "self-signed")


def _weak() -> ssl.SSLContext:
    key = rsa.generate_private_key(65537, 1024)
    return _issued(issue(HOST, root(), key=key), "weak")


def _old_cipher() -> ssl.SSLContext:
    context = server_side(authority().issue_cert(HOST))
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("AES128-SHA:@SECLEVEL=0")
    return context


def _wants_certificate(version: ssl.TLSVersion) -> ssl.SSLContext:
    context = server_side(authority().issue_cert(HOST))
    context.maximum_version = version
    context.verify_mode = ssl.CERT_REQUIRED
    return context


_UPGRADING: dict[Protocol, Callable[..., Script]] = {
    "imap": lambda **more: scripts.imap(b"* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n", **more),
    "pop3": lambda **more: scripts.pop3(offers=(b"STLS",), **more),
    "smtp": lambda **more: scripts.smtp(features=(b"STARTTLS",), **more),
}
_PLAIN: dict[Protocol, Callable[[], Script]] = {
    "imap": scripts.imap,
    "pop3": scripts.pop3,
    "smtp": scripts.smtp,
}


def _certificate(
    name: str,
    does: str,
    cause: Cause,
    tls: Callable[[], ssl.SSLContext],
    protocol: Protocol = "imap",
    security: Security = "tls",
    **more: Any,
) -> Behaviour:
    if security == "tls":
        return behaviour(name, does, "tls", cause, _PLAIN[protocol](), protocol, security, tls=tls, **more)

    def upgrade(peer: Peer) -> None:
        _UPGRADING[protocol](tls=tls())(peer)

    return behaviour(name, does, "tls", cause, upgrade, protocol, security, **more)


CERTIFICATES = (
    _certificate(
        "expired", "Shows a certificate that has run out", "cert-expired", lambda: _dated(2019, 2020)
    ),
    _certificate(
        "expired after STARTTLS",
        "Shows a certificate that has run out",
        "cert-expired",
        lambda: _dated(2019, 2020),
        "smtp",
        "starttls",
    ),
    _certificate(
        "not yet valid",
        "Shows a certificate from the future",
        "cert-not-yet-valid",
        lambda: _dated(2097, 2098),
    ),
    _certificate(
        "another's name",
        "Shows the certificate of its hoster, made out to another name",
        "cert-hostname-mismatch",
        lambda: server_side(authority().issue_cert("shared.hoster.test")),
    ),
    _certificate(
        "another's name, POP3",
        "Shows the certificate of its hoster, made out to another name",
        "cert-hostname-mismatch",
        lambda: server_side(authority().issue_cert("*.hoster.test")),
        "pop3",
        "starttls",
    ),
    _certificate("self-signed", "Vouches for itself", "cert-self-signed", _self_signed),
    _certificate(
        "unknown issuer",
        "Shows a certificate of an authority that nobody here knows",
        "cert-unknown-issuer",
        lambda: _issued(issue(HOST, root()), "unknown"),
        "smtp",
        "tls",
    ),
    _certificate(
        "a client's certificate",
        "Shows a certificate that is meant for clients",
        "cert-wrong-purpose",
        lambda: _issued(issue(HOST, root(), usage=ExtendedKeyUsageOID.CLIENT_AUTH), "purpose"),
        trusted=_root,
    ),
    _certificate(
        "weak key", "Shows a certificate with a key of 1,024 bits", "cert-weak-key", _weak, trusted=_root
    ),
    _certificate(
        "not the pinned one",
        "Shows another certificate than the account is pinned to",
        "cert-fingerprint-mismatch",
        good_tls,
        fingerprint="sha256:" + "00" * 32,
    ),
    _certificate(
        "wants a certificate",
        "Wants a certificate from the client, in TLS 1.2",
        "client-cert-required",
        lambda: _wants_certificate(ssl.TLSVersion.TLSv1_2),
    ),
    behaviour(
        "wants a certificate, TLS 1.3",
        "Wants a certificate from the client, and says so after the handshake, in TLS 1.3",
        "greeting",
        "client-cert-required",
        scripts.imap(),
        "imap",
        "tls",
        tls=lambda: _wants_certificate(ssl.TLSVersion.TLSv1_3),
    ),
    _certificate("old ciphers", "Knows only ciphers of old", "tls-no-shared-cipher", _old_cipher),
)

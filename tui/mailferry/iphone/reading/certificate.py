"""A payload that brings a certificate, or an identity (Apple: com.apple.security.…)."""

from __future__ import annotations

import datetime
import warnings
from typing import TYPE_CHECKING

from mailferry.iphone.reading.keys import Keys
from mailferry.iphone.reading.quoting import quoted
from mailferry.iphone.reading.report import OtherPayload, ReadCertificate
from mailferry.iphone.reading.warning import Notes

if TYPE_CHECKING:
    from cryptography import x509

CERTIFICATES = frozenset({"com.apple.security.pem", "com.apple.security.pkcs1", "com.apple.security.root"})
IDENTITY = "com.apple.security.pkcs12"


def read_certificate(keys: Keys, payload: int, notes: Notes, *, now: datetime.datetime) -> OtherPayload:
    """The payload of a certificate, with what is to be said of it."""
    data = keys.data("PayloadContent")
    certificate = certificate_of(data) if data else None
    if certificate is None:
        if data:
            notes.say("certificate-unreadable", "What should be a certificate is none.", payload)
        return OtherPayload(
            type=keys.type, payload=payload, what="a certificate", name=keys.text("PayloadDisplayName")
        )
    if certificate.authority:
        notes.say(
            "certificate-authority",
            f"It brings a certificate authority, {quoted(certificate.name)}. If you switch it on (Settings >"
            " General > About > Certificate Trust Settings), whoever holds its key can pass for any server."
            " Only a private mail server needs that.",
            payload,
        )
    if not certificate.not_before <= now <= certificate.not_after:
        when = "has expired" if now > certificate.not_after else "does not hold yet"
        notes.say("certificate-expired", f"The certificate {quoted(certificate.name)} {when}.", payload)
    return OtherPayload(
        type=keys.type,
        payload=payload,
        what="a certificate authority" if certificate.authority else "a certificate",
        name=certificate.name,
        certificate=certificate,
    )


def read_identity(keys: Keys, payload: int, notes: Notes) -> OtherPayload:
    """The payload of a certificate with its private key. It is not opened."""
    with_password = "" if keys.text("Password") is None else ", and its password beside it"
    notes.say(
        "identity-inside",
        f"A certificate with its private key stands in the file{with_password}: whoever has the file can sign"
        " and sign in with it.",
        payload,
    )
    return OtherPayload(
        type=keys.type,
        payload=payload,
        what="a certificate with its private key",
        name=keys.text("PayloadDisplayName"),
    )


def certificate_of(data: bytes) -> ReadCertificate | None:
    """A certificate, DER or PEM; None for what is none."""
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import Encoding

    from mailferry.iphone.trust import fingerprint, name_of

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of serial numbers and forms that the one who reads cannot mend
            load = x509.load_pem_x509_certificate if b"-----BEGIN" in data else x509.load_der_x509_certificate
            found = load(data)
            return ReadCertificate(
                name=name_of(found.subject) or "(without a name)",
                issuer=name_of(found.issuer) or "(without a name)",
                not_before=found.not_valid_before_utc,
                not_after=found.not_valid_after_utc,
                fingerprint=fingerprint(found),
                authority=_is_authority(found),
                der=found.public_bytes(Encoding.DER),
            )
    except (ValueError, UnsupportedAlgorithm):
        return None


def _is_authority(certificate: x509.Certificate) -> bool:
    """Whether it may vouch for others. An old root says nothing of that; then it is its own issuer."""
    from cryptography import x509

    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return certificate.issuer == certificate.subject
    except (ValueError, x509.DuplicateExtension):
        return False

"""The certificate of a private authority as a payload of its own (Apple: com.apple.security.root)."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Any

from mailferry.iphone.identity import uuid_of
from mailferry.iphone.plain import plain


class CertificateError(ValueError):
    """The bytes are no X.509 certificate in DER."""


def certificate_payload(certificate: bytes, profile: str) -> dict[str, Any]:
    """The payload for a certificate in the profile of that identifier. Raises CertificateError.

    The same certificate has the same identifier and UUID in every version of the profile.
    """
    fingerprint = hashlib.sha256(certificate).hexdigest()
    identifier = f"{profile}.certificate.{fingerprint}"
    return {
        "PayloadType": "com.apple.security.root",
        "PayloadVersion": 1,
        "PayloadIdentifier": identifier,
        "PayloadUUID": uuid_of(identifier),
        "PayloadDisplayName": certificate_name(certificate),
        "PayloadCertificateFileName": f"{fingerprint[:16]}.cer",
        "PayloadContent": certificate,
    }


@lru_cache(maxsize=64)
def certificate_name(certificate: bytes) -> str:
    """What the authority calls itself: the common name, else the whole subject. Raises CertificateError."""
    from cryptography.x509.oid import NameOID

    from mailferry.iphone.certificates import read_certificate

    try:
        subject = read_certificate(certificate).subject
        names = subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        name = str(names[0].value) if names else subject.rfc4514_string()
    except ValueError as error:
        raise CertificateError("it is no certificate") from error
    return plain(name) or "Certificate"

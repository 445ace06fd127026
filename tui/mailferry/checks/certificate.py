"""What a server's certificate says."""

from __future__ import annotations

import datetime
import hashlib
import ssl
from typing import TYPE_CHECKING, Any

from mailferry.checks.failure import StageFailure
from mailferry.model.check import Certificate

if TYPE_CHECKING:
    from cryptography.x509 import Name

_DAY = datetime.timedelta(days=1)


def describe(secured: ssl.SSLSocket) -> Certificate:
    """The certificate of a connection, verified or not.

    Raises StageFailure (`tls-handshake-failed`) for one that cannot be read.
    """
    der = secured.getpeercert(binary_form=True) or b""
    # The ssl module tells the fields of verified certificates only; reading them from it saves
    # importing cryptography, which costs more than a whole check.
    verified: dict[str, Any] | None = secured.getpeercert()
    if verified:
        return _from_fields(verified, der, secured.version())
    try:
        return _from_der(der, secured.version())
    except ValueError:
        raise StageFailure("tls-handshake-failed", "the server's certificate cannot be read") from None


def fingerprint(der: bytes) -> str:
    """The SHA-256 of a certificate, as “sha256:” and lower-case hexadecimal digits."""
    return "sha256:" + hashlib.sha256(der).hexdigest()


def same_fingerprint(one: str, other: str) -> bool:
    """Whether two fingerprints are equal, however they are written (capitals, colons, blanks)."""
    return _digits(one) == _digits(other)


def _digits(text: str) -> str:
    return "".join(text.lower().removeprefix("sha256:").replace(":", "").split())


def _from_fields(fields: dict[str, Any], der: bytes, tls_version: str | None) -> Certificate:
    subject = {key: value for rdn in fields.get("subject", ()) for key, value in rdn}
    issuer = {key: value for rdn in fields.get("issuer", ()) for key, value in rdn}
    names = tuple(value for kind, value in fields.get("subjectAltName", ()) if kind in ("DNS", "IP Address"))
    return _certificate(
        subject=_words(subject.get("commonName"), subject.get("organizationName")),
        issuer=_words(issuer.get("commonName"), issuer.get("organizationName")),
        names=names,
        not_before=_date(fields["notBefore"]),
        not_after=_date(fields["notAfter"]),
        der=der,
        tls_version=tls_version,
    )


def _from_der(der: bytes, tls_version: str | None) -> Certificate:
    from cryptography import x509

    certificate = x509.load_der_x509_certificate(der)
    try:
        alternatives = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        names = (
            *alternatives.get_values_for_type(x509.DNSName),
            *(str(address) for address in alternatives.get_values_for_type(x509.IPAddress)),
        )
    except (x509.ExtensionNotFound, ValueError):
        names = ()
    return _certificate(
        subject=_name(certificate.subject),
        issuer=_name(certificate.issuer),
        names=names,
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        der=der,
        tls_version=tls_version,
    )


def _certificate(
    *,
    subject: str,
    issuer: str,
    names: tuple[str, ...],
    not_before: datetime.datetime,
    not_after: datetime.datetime,
    der: bytes,
    tls_version: str | None,
) -> Certificate:
    return Certificate(
        subject=subject or (names[0] if names else ""),
        names=names,
        issuer=issuer,
        not_before=not_before,
        not_after=not_after,
        days_left=(not_after - datetime.datetime.now(datetime.UTC)) // _DAY,
        fingerprint=fingerprint(der),
        tls_version=tls_version,
    )


def _name(name: Name) -> str:
    from cryptography.x509.oid import NameOID

    parts = (name.get_attributes_for_oid(oid) for oid in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME))
    return _words(*(str(found[0].value) if found else None for found in parts))


def _words(common_name: str | None, organisation: str | None) -> str:
    return ", ".join(dict.fromkeys(text for text in (common_name, organisation) if text))


def _date(text: str) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(ssl.cert_time_to_seconds(text), datetime.UTC)

"""What a server shows of itself before anything is verified: read with cryptography, where that failed."""

from __future__ import annotations

import ssl
import warnings
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID, ObjectIdentifier

from mailferry.checks.certificate import certificate, chain_above, name_in_words
from mailferry.checks.failure import StageFailure
from mailferry.model.check import Certificate, ChainLink

_MALFORMED = (ValueError, TypeError, x509.InvalidVersion, x509.DuplicateExtension)
_UNREADABLE = (*_MALFORMED, x509.ExtensionNotFound, x509.UnsupportedGeneralNameType)


@dataclass(frozen=True)
class Presented:
    """A server's own certificate and what comes with it.

    `sent` are the certificates that the server sent after its own. `issuer_published` tells whether its own
    says where its issuer's is to be had (RFC 5280 section 4.2.2.1), as those of public issuers do. `key` and
    `signature` say for people what it is made with.
    """

    certificate: Certificate
    sent: tuple[ChainLink, ...]
    issuer_published: bool
    key: str
    signature: str


def present(secured: ssl.SSLSocket) -> Presented:
    """What is shown on a connection that was not verified.

    Raises StageFailure (`tls-handshake-failed`) for a certificate that cannot be read.
    """
    der = secured.getpeercert(binary_form=True) or b""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore", CryptographyDeprecationWarning
            )  # of odd ones; nobody is to see it
            return _read(der, secured)
    except _MALFORMED:
        raise StageFailure("tls-handshake-failed", "the server's certificate cannot be read") from None


def _read(der: bytes, secured: ssl.SSLSocket) -> Presented:
    decoded = x509.load_der_x509_certificate(der)
    return Presented(
        certificate=certificate(
            subject=_name(decoded.subject),
            issuer=_name(decoded.issuer),
            names=_names(decoded),
            not_before=decoded.not_valid_before_utc,
            not_after=decoded.not_valid_after_utc,
            der=der,
            tls_version=secured.version(),
        ),
        sent=chain_above(secured, "get_unverified_chain"),
        issuer_published=_publishes_issuer(decoded),
        key=_key(decoded),
        signature=_signature(decoded),
    )


def _names(decoded: x509.Certificate) -> tuple[str, ...]:
    try:
        names = decoded.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except _UNREADABLE:
        return ()
    return (
        *names.get_values_for_type(x509.DNSName),
        *(str(address) for address in names.get_values_for_type(x509.IPAddress)),
    )


def _publishes_issuer(decoded: x509.Certificate) -> bool:
    try:
        access = decoded.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except _UNREADABLE:
        return False
    return any(each.access_method == AuthorityInformationAccessOID.CA_ISSUERS for each in access)


def _key(decoded: x509.Certificate) -> str:
    try:
        key = decoded.public_key()
    except (*_MALFORMED, UnsupportedAlgorithm):
        return "of an unknown kind"
    kind = type(key).__name__.removesuffix("PublicKey")
    bits = getattr(key, "key_size", None)  # not every kind of key has a size
    return f"{kind}, {bits} bits" if bits else kind


def _signature(decoded: x509.Certificate) -> str:
    try:
        algorithm = decoded.signature_hash_algorithm
    except UnsupportedAlgorithm:
        algorithm = None
    return algorithm.name.upper() if algorithm else "of an unknown kind"


def _name(name: x509.Name) -> str:
    return name_in_words(_part(name, NameOID.COMMON_NAME), _part(name, NameOID.ORGANIZATION_NAME))


def _part(name: x509.Name, oid: ObjectIdentifier) -> str | None:
    found = name.get_attributes_for_oid(oid)
    return str(found[0].value) if found else None

"""Whether this computer trusts who signed: a chain up to a root of its own. Nobody is asked."""

from __future__ import annotations

import contextlib
import datetime
import re
import ssl
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID

from mailferry.iphone.certificates import readable_certificates
from mailferry.iphone.plain import plain
from mailferry.iphone.signer import Signer

_LONGEST_CHAIN = 8
_MOST_SIGNATURES = 64
"""Looked at for one signer: certificates from outside may name each other in circles."""
_BROKEN_DIGESTS = ("md5", "sha1")
"""Apple devices take no certificate signed with them (Apple Support HT210176, iOS 13)."""
_HASHED_NAME = re.compile(r"[0-9a-f]{8}\.\d+")
_NAMES = (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME)
_LONGEST_NAME = 120

Certificates = Sequence[x509.Certificate]
_E = TypeVar("_E", bound=x509.ExtensionType)


def describe(certificate: x509.Certificate, along: Certificates, *, now: datetime.datetime) -> Signer:
    """A signer's certificate, with those that came along with it, as far as an iPhone looks at it."""
    return Signer(
        name=name_of(certificate.subject) or "(without a name)",
        issuer=name_of(certificate.issuer) or "(without a name)",
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        fingerprint=fingerprint(certificate),
        trusted=is_trusted(certificate, along, now=now),
    )


def fingerprint(certificate: x509.Certificate) -> str:
    """`sha256:…` of the certificate."""
    return f"sha256:{certificate.fingerprint(hashes.SHA256()).hex()}"


def name_of(name: x509.Name) -> str:
    """A distinguished name in short: its common name, else its organisation, else all of it."""
    for oid in _NAMES:
        for attribute in name.get_attributes_for_oid(oid):
            text = attribute.value if isinstance(attribute.value, str) else ""
            if short := plain(text)[:_LONGEST_NAME]:
                return short
    return plain(name.rfc4514_string())[:_LONGEST_NAME]


def is_trusted(certificate: x509.Certificate, along: Certificates, *, now: datetime.datetime) -> bool:
    """Whether a chain leads from the certificate to a root of this computer's.

    Every certificate above it must hold at that time, be an authority's, and have signed the one below with
    a digest that Apple devices still take. Its own dates are not looked at. `SSL_CERT_FILE` and
    `SSL_CERT_DIR` name other roots, as everywhere.
    """
    paths = ssl.get_default_verify_paths()
    return _Search(_roots(paths.cafile, paths.capath), along, now).reaches_a_root(certificate)


def issuer_is_among(certificate: x509.Certificate, along: Certificates) -> bool:
    """Whether the certificate is its own issuer's, or its issuer's came along."""
    return any(_signed(certificate, by) for by in (certificate, *along))


class _Search:
    def __init__(
        self, roots: Mapping[bytes, Certificates], along: Certificates, now: datetime.datetime
    ) -> None:
        self._roots = roots
        self._along = along
        self._now = now
        self._signatures_left = _MOST_SIGNATURES

    def reaches_a_root(self, certificate: x509.Certificate, length: int = 0) -> bool:
        if certificate in self._roots.get(_subject(certificate), ()):
            return True
        if length >= _LONGEST_CHAIN or _digest_of(certificate) in _BROKEN_DIGESTS:
            return False
        return any(
            self._issued(certificate, by, length) and self.reaches_a_root(by, length + 1)
            for by in self._named(certificate)
        )

    def _named(self, certificate: x509.Certificate) -> Iterator[x509.Certificate]:
        """Those that bear the issuer's name: roots first, which end the search."""
        yield from self._roots.get(certificate.issuer.public_bytes(), ())
        for other in self._along:
            if other != certificate and _subject(other) == certificate.issuer.public_bytes():
                yield other

    def _issued(self, certificate: x509.Certificate, by: x509.Certificate, below: int) -> bool:
        in_date = by.not_valid_before_utc <= self._now <= by.not_valid_after_utc
        is_root = by in self._roots.get(_subject(by), ())
        if self._signatures_left <= 0 or not in_date or not _may_issue(by, below, is_root=is_root):
            return False
        self._signatures_left -= 1
        return _signed(certificate, by)


def _signed(certificate: x509.Certificate, by: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(by)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False  # another name, another key, or a kind of key that signs no certificates
    return True


def _may_issue(certificate: x509.Certificate, below: int, *, is_root: bool) -> bool:
    """Whether it is an authority's that may have so many others below it (RFC 5280 section 4.2.1).

    Of itself an old root says nothing.
    """
    try:
        extensions = certificate.extensions
        usage = _extension(extensions, x509.KeyUsage)
        constraints = _extension(extensions, x509.BasicConstraints)
    except (ValueError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        return False
    if usage is not None and not usage.key_cert_sign:
        return False
    if constraints is None:
        return is_root
    return constraints.ca and (constraints.path_length is None or below <= constraints.path_length)


def _extension(extensions: x509.Extensions, kind: type[_E]) -> _E | None:
    try:
        return extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def _digest_of(certificate: x509.Certificate) -> str | None:
    try:
        digest = certificate.signature_hash_algorithm
    except UnsupportedAlgorithm:
        return None
    return digest.name if digest is not None else None


def _subject(certificate: x509.Certificate) -> bytes:
    return certificate.subject.public_bytes()


@lru_cache(maxsize=4)
def _roots(file: str | None, folder: str | None) -> Mapping[bytes, Certificates]:
    """The roots in a file and in a folder with OpenSSL's hashed names, by their subject."""
    found: dict[bytes, list[x509.Certificate]] = {}
    for pem in _pem_files(file, folder):
        for root in readable_certificates(pem):
            of_name = found.setdefault(_subject(root), [])
            if root not in of_name:
                of_name.append(root)
    return found


def _pem_files(file: str | None, folder: str | None) -> Iterator[bytes]:
    paths = [Path(file)] if file else []
    if folder:
        with contextlib.suppress(OSError):  # no such folder: then there are no roots in it
            paths += sorted(path for path in Path(folder).iterdir() if _HASHED_NAME.fullmatch(path.name))
    for path in paths:
        try:
            yield path.read_bytes()
        except OSError:
            continue

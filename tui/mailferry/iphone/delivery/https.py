"""HTTPS for a link, with a certificate that the user has."""

from __future__ import annotations

import datetime
import ssl
from collections.abc import Callable
from pathlib import Path

import msgspec

from mailferry.model.problem import MailferryError
from mailferry.model.secret import Secret


class CertificateError(MailferryError):
    """A certificate or its key cannot be used for HTTPS; the message names the file and says why."""


class Https(msgspec.Struct, frozen=True):
    """A context for the server, and what the certificate says of itself. Times are in UTC."""

    context: ssl.SSLContext
    names: tuple[str, ...]
    not_before: datetime.datetime
    not_after: datetime.datetime

    def covers(self, host: str) -> bool:
        """Whether the certificate is for this host (RFC 9525: a wildcard stands for one label)."""
        name = host.lower().removesuffix(".")
        return any(
            name == each or (each.startswith("*.") and name.partition(".")[2] == each[2:])
            for each in self.names
        )

    def in_date(self, now: datetime.datetime) -> bool:
        """Whether the certificate holds now."""
        return self.not_before <= now <= self.not_after


def load_https(
    certificate: Path, key: Path | None = None, *, passphrase: Callable[[], Secret] | None = None
) -> Https:
    """A certificate with its chain, and its key, from PEM files; the key may stand beside the certificate.

    Raises CertificateError; `passphrase` is asked once, and only for a key that has one.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    asked = False

    def opened() -> str:
        nonlocal asked
        asked = True
        return passphrase().reveal() if passphrase is not None else ""

    try:
        context.load_cert_chain(certificate, key, opened)
    except ssl.SSLError as error:
        raise CertificateError(_why(certificate, key, error, asked=asked)) from None
    except OSError as error:
        missing = next((each for each in (certificate, key) if each and not each.is_file()), certificate)
        raise CertificateError(f"{missing}: cannot be read: {error.strerror}") from None
    return _described(context, certificate)


def _why(certificate: Path, key: Path | None, error: ssl.SSLError, *, asked: bool) -> str:
    if error.reason == "KEY_VALUES_MISMATCH":
        return f"{key or certificate}: this key does not belong to the certificate in {certificate}"
    if asked:
        return f"{key or certificate}: the key is protected, and the passphrase was not right or not given"
    if key is None:
        return (
            f"{certificate}: needs a certificate and its private key in PEM; --key names the key’s own file"
        )
    return f"{certificate}, {key}: no certificate and private key in PEM"


def _described(context: ssl.SSLContext, certificate: Path) -> Https:
    from cryptography import x509

    try:
        leaf = x509.load_pem_x509_certificates(certificate.read_bytes())[0]
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return Https(context, (), leaf.not_valid_before_utc, leaf.not_valid_after_utc)
    except ValueError as error:
        raise CertificateError(f"{certificate}: cannot be read as a certificate: {error}") from None
    hosts = [name.lower() for name in names.get_values_for_type(x509.DNSName)]
    hosts += [str(address) for address in names.get_values_for_type(x509.IPAddress)]
    return Https(context, tuple(hosts), leaf.not_valid_before_utc, leaf.not_valid_after_utc)

"""Reading X.509 certificates from strangers: whatever is wrong with one is a ValueError."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator

from cryptography import x509

_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----")


def read_certificate(data: bytes) -> x509.Certificate:
    """A certificate from DER, or from one block of PEM, of which names and dates can be read.

    Raises ValueError.
    """
    load = x509.load_pem_x509_certificate if data.startswith(b"-----") else x509.load_der_x509_certificate
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of odd serial numbers and the like, which nobody here can mend
        try:
            certificate = load(data)
            # Read lazily by the library, and needed by all.
            certificate.subject.public_bytes()
            certificate.issuer.public_bytes()
            certificate.not_valid_before_utc  # noqa: B018  it raises
            certificate.not_valid_after_utc  # noqa: B018  it raises
        except (x509.InvalidVersion, TypeError, OverflowError) as error:
            raise ValueError(str(error)) from None
    return certificate


def readable_certificates(pem: bytes) -> Iterator[x509.Certificate]:
    """Those of a PEM file that can be read: one that cannot must not take the others along."""
    for block in _PEM.findall(pem):
        try:
            yield read_certificate(block)
        except ValueError:
            continue

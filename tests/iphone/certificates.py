"""Certificates of a private authority, made anew for each run."""

from __future__ import annotations

import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID


def authority(name: str | None) -> bytes:
    """A self-signed certificate in DER; without a name, its subject has an organisation only."""
    key = ec.generate_private_key(ec.SECP256R1())
    oid, text = (NameOID.ORGANIZATION_NAME, "Home") if name is None else (NameOID.COMMON_NAME, name)
    subject = x509.Name([x509.NameAttribute(oid, text)])
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.datetime(2026, 1, 1))  # noqa: DTZ001  the builder takes UTC without a zone
        .not_valid_after(datetime.datetime(2036, 1, 1))  # noqa: DTZ001  as above
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
        .public_bytes(Encoding.DER)
    )


AUTHORITY = authority("Home & Garden\u202e “CA”")

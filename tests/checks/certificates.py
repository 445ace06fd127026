"""Certificates that no well-run authority would issue, and chains with names to tell them by."""

from __future__ import annotations

import datetime
import ssl
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from tests.checks.asking import HOST

DAY = datetime.timedelta(days=1)
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class Issued:
    """A certificate, its key, and those above it, its issuer's first."""

    certificate: x509.Certificate
    key: Key
    above: tuple[x509.Certificate, ...] = ()

    def server(self, folder: Path, *, sends: int = 0) -> ssl.SSLContext:
        """A server's side that sends so many of those above along."""
        pem = serialization.Encoding.PEM
        chain = (self.certificate, *self.above[:sends])
        (folder / "cert.pem").write_bytes(b"".join(each.public_bytes(pem) for each in chain))
        (folder / "key.pem").write_bytes(
            self.key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_ciphers("DEFAULT:@SECLEVEL=0")  # or OpenSSL would not serve the weak ones
        context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
        return context

    def ca_file(self, folder: Path) -> Path:
        """This certificate as something to trust."""
        path = folder / "trusted.pem"
        path.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))
        return path


def issue(
    name: str,
    by: Issued | None = None,
    *,
    authority: bool = False,
    names: tuple[str, ...] = (HOST,),
    days: float = 90,
    key: Key | None = None,
    publishes_issuer: bool = False,
    usage: x509.ObjectIdentifier = ExtendedKeyUsageOID.SERVER_AUTH,
) -> Issued:
    """A certificate for `name`, issued `by` another or by itself, that ends in so many days."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    now = datetime.datetime.now(datetime.UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - 30 * DAY)
        .not_valid_after(now + days * DAY + DAY / 2)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if not authority:
        builder = builder.add_extension(
            x509.SubjectAlternativeName([x509.DNSName(each) for each in names]), critical=False
        ).add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
    if publishes_issuer:
        place = x509.UniformResourceIdentifier("http://ca.test/issuer.der")
        access = x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, place)
        builder = builder.add_extension(x509.AuthorityInformationAccess([access]), critical=False)
    certificate = builder.sign(by.key if by else key, hashes.SHA256())
    return Issued(certificate, key, (by.certificate, *by.above) if by else ())


_SHA256_WITH_RSA = bytes.fromhex("2a864886f70d01010b")  # RFC 4055 section 5
_WEAK: dict[str, tuple[bytes, hashes.HashAlgorithm]] = {
    "sha1": (bytes.fromhex("2a864886f70d010105"), hashes.SHA1()),
    "md5": (bytes.fromhex("2a864886f70d010104"), hashes.MD5()),
}


def signed_weakly(issued: Issued, by: Issued, digest: str) -> Issued:
    """The same certificate with a signature by an RSA key that no library makes in certificates any more."""
    assert isinstance(by.key, rsa.RSAPrivateKey)
    identifier, algorithm = _WEAK[digest]
    body = issued.certificate.tbs_certificate_bytes.replace(_SHA256_WITH_RSA, identifier)
    whole = issued.certificate.public_bytes(serialization.Encoding.DER).replace(_SHA256_WITH_RSA, identifier)
    signature = by.key.sign(body, padding.PKCS1v15(), algorithm)
    weak = x509.load_der_x509_certificate(whole[: -len(signature)] + signature)
    return Issued(weak, issued.key, issued.above)


@lru_cache
def root() -> Issued:
    """An authority that tests may trust."""
    return issue("Root of Trust", authority=True, days=3650)


@lru_cache
def between() -> Issued:
    """One that the root vouches for."""
    return issue("In Between", root(), authority=True, days=1000)

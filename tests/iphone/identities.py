"""Certificates and keys to sign with, and CMS as other makers write it."""

from __future__ import annotations

import datetime
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from asn1crypto import algos, cms, core
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

NOW = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey
_PEM = serialization.Encoding.PEM
_DIGESTS: dict[str, type[hashes.HashAlgorithm]] = {
    "md5": hashes.MD5,
    "sha1": hashes.SHA1,
    "sha224": hashes.SHA224,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}


@dataclass(frozen=True)
class Identity:
    """A certificate, its key, and those above it, its issuer's first."""

    certificate: x509.Certificate
    key: Key
    above: tuple[x509.Certificate, ...] = ()

    @property
    def pem(self) -> bytes:
        """The certificate alone."""
        return self.certificate.public_bytes(_PEM)

    @property
    def der(self) -> bytes:
        """The certificate alone."""
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def chain_pem(self) -> bytes:
        """Those above it."""
        return b"".join(each.public_bytes(_PEM) for each in self.above)

    def key_pem(self, passphrase: str | None = None, *, traditional: bool = False) -> bytes:
        """The key, encrypted where a passphrase is given."""
        form = (
            serialization.PrivateFormat.TraditionalOpenSSL
            if traditional
            else serialization.PrivateFormat.PKCS8
        )
        return self.key.private_bytes(_PEM, form, _encryption(passphrase))

    def key_der(self, passphrase: str | None = None) -> bytes:
        """The key, encrypted where a passphrase is given."""
        der = serialization.Encoding.DER
        return self.key.private_bytes(der, serialization.PrivateFormat.PKCS8, _encryption(passphrase))

    def pkcs12(self, passphrase: str | None = None, *, legacy: bool = False) -> bytes:
        """All in one file."""
        encryption = _encryption(passphrase)
        if legacy and passphrase is not None:
            encryption = (
                serialization.PrivateFormat.PKCS12.encryption_builder()
                .key_cert_algorithm(pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC)
                .hmac_hash(hashes.SHA1())
                .build(passphrase.encode())
            )
        return pkcs12.serialize_key_and_certificates(
            b"name", self.key, self.certificate, self.above or None, encryption
        )


def _encryption(passphrase: str | None) -> serialization.KeySerializationEncryption:
    if passphrase is None:
        return serialization.NoEncryption()
    return serialization.BestAvailableEncryption(passphrase.encode())


def issue(
    name: str,
    by: Identity | None = None,
    *,
    authority: bool | None = False,
    key: Key | None = None,
    begins: datetime.timedelta = -30 * DAY,
    ends: datetime.timedelta = 300 * DAY,
    path_length: int | None = None,
    signs_certificates: bool | None = None,
) -> Identity:
    """A certificate issued `by` another or by itself. `authority` None: it does not say."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW + begins)
        .not_valid_after(NOW + ends)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if authority is not None:
        builder = builder.add_extension(
            x509.BasicConstraints(ca=authority, path_length=path_length), critical=True
        )
    if signs_certificates is not None:
        usage = x509.KeyUsage(
            digital_signature=not signs_certificates,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=signs_certificates,
            crl_sign=signs_certificates,
            encipher_only=False,
            decipher_only=False,
        )
        builder = builder.add_extension(usage, critical=True)
    signer = by.key if by else key
    edwards = isinstance(signer, ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey)
    certificate = builder.sign(signer, None if edwards else hashes.SHA256())
    return Identity(certificate, key, (by.certificate, *by.above) if by else ())


@cache
def rsa_key() -> rsa.RSAPrivateKey:
    """One for all tests: making one takes long."""
    return rsa.generate_private_key(65537, 2048)


@cache
def root() -> Identity:
    """An authority that tests may trust."""
    return issue("Root of Trust", authority=True)


@cache
def between() -> Identity:
    """One that the root vouches for."""
    return issue("In Between", root(), authority=True, signs_certificates=True)


@cache
def leaf() -> Identity:
    """One to sign with, two steps from the root."""
    return issue("profiles.example", between())


@cache
def rsa_leaf() -> Identity:
    """The same with an RSA key."""
    return issue("rsa.example", between(), key=rsa_key())


def trust(monkeypatch: pytest.MonkeyPatch, folder: Path, *roots: Identity) -> None:
    """Let this computer trust these roots and no others."""
    file = folder / "roots.pem"
    file.write_bytes(b"".join(each.pem for each in roots))
    (folder / "no-more").mkdir(exist_ok=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    monkeypatch.setenv("SSL_CERT_DIR", str(folder / "no-more"))


@dataclass(frozen=True)
class Signing:
    """How somebody signs: with attributes or without, named by number or by key."""

    identity: Identity
    digest: str = "sha256"
    attributes: bool = True
    by_key: bool = False
    pss: bool = False
    claimed_type: str = "data"
    bare_algorithm: bool = False


def made(
    content: bytes,
    *signings: Signing,
    certificates: tuple[x509.Certificate, ...] | None = None,
    detached: bool = False,
) -> bytes:
    """CMS SignedData as DER, of all kinds that makers write."""
    if certificates is None:
        certificates = tuple(
            each for one in signings for each in (one.identity.certificate, *one.identity.above[:-1])
        )
    inner = {"content_type": "data"} | ({} if detached else {"content": content})
    signed = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [{"algorithm": each} for each in sorted({one.digest for one in signings})],
            "encap_content_info": inner,
            "certificates": [
                asn1.Certificate.load(each.public_bytes(serialization.Encoding.DER))
                for each in dict.fromkeys(certificates)
            ],
            "signer_infos": [_signer_info(content, one) for one in signings],
        }
    )
    der: bytes = cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump()
    return der


def _signer_info(content: bytes, one: Signing) -> cms.SignerInfo:
    certificate = asn1.Certificate.load(one.identity.der)
    attributes = cms.CMSAttributes(
        [
            {"type": "content_type", "values": [one.claimed_type]},
            {"type": "message_digest", "values": [hashlib.new(one.digest, content).digest()]},
        ]
    )
    signed = attributes.dump() if one.attributes else content
    info = {
        "version": "v1",
        "sid": cms.SignerIdentifier("subject_key_identifier", certificate.key_identifier)
        if one.by_key
        else cms.SignerIdentifier(
            "issuer_and_serial_number",
            {"issuer": certificate.issuer, "serial_number": certificate.serial_number},
        ),
        "digest_algorithm": {"algorithm": one.digest},
        "signature_algorithm": _algorithm(one),
        "signature": _signature(one, signed),
    }
    if one.attributes:
        info["signed_attrs"] = attributes
    return cms.SignerInfo(info)


def _algorithm(one: Signing) -> dict[str, object]:
    key = one.identity.key
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return {"algorithm": "ed25519"}
    if isinstance(key, ed448.Ed448PrivateKey):
        return {"algorithm": "ed448"}
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return {"algorithm": "1.2.840.10045.2.1" if one.bare_algorithm else f"{one.digest}_ecdsa"}
    if one.pss:
        mask = {"algorithm": "mgf1", "parameters": {"algorithm": one.digest}}
        parameters = {
            "hash_algorithm": {"algorithm": one.digest},
            "mask_gen_algorithm": mask,
            "salt_length": 32,
        }
        return {"algorithm": "rsassa_pss", "parameters": algos.RSASSAPSSParams(parameters)}
    return {
        "algorithm": "rsassa_pkcs1v15" if one.bare_algorithm else f"{one.digest}_rsa",
        "parameters": core.Null(),
    }


def _signature(one: Signing, signed: bytes) -> bytes:
    key, digest = one.identity.key, _DIGESTS[one.digest]()
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(signed, ec.ECDSA(digest))
    if not isinstance(key, rsa.RSAPrivateKey):
        return key.sign(signed)
    if one.pss:
        return key.sign(signed, padding.PSS(padding.MGF1(digest), 32), digest)
    return key.sign(signed, padding.PKCS1v15(), digest)

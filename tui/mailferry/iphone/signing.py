"""Signing a profile: the identity, and the CMS that an iPhone reads (RFC 5652).

Apple describes the form: SignedData in DER, with the profile and the certificates up to the root in it.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from mailferry.iphone.identity_file import IdentityError, IdentityFile, Source, read_identity_file
from mailferry.iphone.plain import plain
from mailferry.iphone.signer import Signer
from mailferry.iphone.trust import describe, issuer_is_among, name_of
from mailferry.model.secret import Secret

SigningKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
_LEAST_RSA_BITS = 2048
_CURVES = ("secp256r1", "secp384r1", "secp521r1")
_KINDS = "RSA keys from 2048 bits on, and keys on the curves P-256, P-384 and P-521"


@dataclass(frozen=True)
class SigningIdentity:
    """A certificate, its key, and the certificates that go along. The key is never shown.

    `complete` tells whether the issuer's certificate goes along, without which an iPhone may find no way to
    a root.
    """

    signer: Signer
    certificate: x509.Certificate = field(repr=False)
    along: tuple[x509.Certificate, ...] = field(repr=False)
    _key: SigningKey = field(repr=False)

    @property
    def complete(self) -> bool:
        """Whether the certificate's issuer goes along, or is itself."""
        return issuer_is_among(self.certificate, self.along)


def load_identity(
    data: bytes,
    *,
    key: bytes | None = None,
    chain: bytes | None = None,
    passphrase: Callable[[str], Secret] | None = None,
    now: datetime.datetime | None = None,
) -> SigningIdentity:
    """An identity out of files: PEM in any order, DER or PKCS#12; key and chain may be in files of their own.

    `passphrase` is called for what is encrypted, once for a file, with words such as “Passphrase of the
    private key”. Raises IdentityError, whose words say what is wrong and what would be right.
    """
    sources: dict[Source, bytes | None] = {"certificate": data, "key": key, "chain": chain}
    files = [_read(each, source, passphrase) for source, each in sources.items() if each is not None]
    certificates = list(dict.fromkeys(each for file in files for each in file.certificates))
    keys = [each for file in files for each in file.keys]
    if not certificates:
        raise IdentityError("There is no certificate in it; an identity is a certificate and its key.")
    if not keys:
        raise IdentityError(
            "There is no private key in it. Name its file as the key, or use PKCS#12, which holds both."
        )
    pair = next(((leaf, mine) for mine in keys for leaf in certificates if _belong(leaf, mine)), None)
    if pair is None:
        raise IdentityError(
            f"The private key does not belong to the certificate of “{_shown(certificates[0])}”;"
            " use the key that the certificate was made for."
        )
    leaf, mine = pair
    signing_key = _usable_key(mine)
    _require_signer(leaf)
    along = tuple(each for each in certificates if each != leaf)
    when = now or datetime.datetime.now(datetime.UTC)
    return SigningIdentity(describe(leaf, along, now=when), leaf, along, signing_key)


def sign(content: bytes, identity: SigningIdentity) -> bytes:
    """The content inside CMS SignedData, as DER, with SHA-256 and all certificates of the identity.

    Raises IdentityError where this computer's rules for cryptography forbid it.
    """
    builder = (
        pkcs7.PKCS7SignatureBuilder()
        .set_data(content)
        .add_signer(identity.certificate, identity._key, hashes.SHA256())
    )
    for certificate in identity.along:
        builder = builder.add_certificate(certificate)
    try:
        # Binary: line ends stay as they are. DER holds the content unless told otherwise.
        return builder.sign(Encoding.DER, [pkcs7.PKCS7Options.Binary, pkcs7.PKCS7Options.NoCapabilities])
    except (ValueError, UnsupportedAlgorithm) as error:
        raise IdentityError(f"The profile could not be signed: {plain(str(error))}") from None


def _read(data: bytes, source: Source, passphrase: Callable[[str], Secret] | None) -> IdentityFile:
    try:
        return read_identity_file(data, passphrase)
    except IdentityError as error:
        error.source = source
        raise


def _belong(certificate: x509.Certificate, key: object) -> bool:
    try:
        mine, its = key.public_key(), certificate.public_key()  # type: ignore[attr-defined]  # every private key has it
    except (ValueError, UnsupportedAlgorithm):
        return False
    return bool(mine == its)


def _usable_key(key: object) -> SigningKey:
    if isinstance(key, rsa.RSAPrivateKey):
        if key.key_size < _LEAST_RSA_BITS:
            raise IdentityError(f"The RSA key has {key.key_size} bits; an iPhone wants 2048 at least.")
        return key
    if isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name in _CURVES:
        return key
    name = key.curve.name if isinstance(key, ec.EllipticCurvePrivateKey) else type(key).__name__
    kind = name.strip("_").removesuffix("PrivateKey")
    raise IdentityError(f"A key of the kind {kind} cannot sign a profile; iPhones know {_KINDS}.")


def _require_signer(certificate: x509.Certificate) -> None:
    """An authority's own certificate is for issuing others; one issued by itself for want of one may sign."""
    try:
        extensions = certificate.extensions
        constraints = extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound:
        return
    except (ValueError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        raise IdentityError(f"The certificate of “{_shown(certificate)}” is not well formed.") from None
    if not constraints.ca:
        return
    try:
        may_sign = extensions.get_extension_for_class(x509.KeyUsage).value.digital_signature
    except x509.ExtensionNotFound:
        may_sign = certificate.issuer == certificate.subject
    if not may_sign:
        raise IdentityError(
            f"The certificate of “{_shown(certificate)}” is a certificate authority's, made to issue"
            " others and not to sign profiles. Use one that it has issued, with that one's key."
        )


def _shown(certificate: x509.Certificate) -> str:
    return name_of(certificate.subject) or name_of(certificate.issuer) or "(without a name)"

"""Whether a signature fits content and certificate (RFC 5652 section 5.6)."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from typing import Literal

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa

from mailferry.iphone.cms_parts import SignerPart

Misfit = Literal["changed", "bad-signature", "unknown-algorithm"]
"""The content is not what was signed; the signature is not the certificate's; it cannot be looked at here."""

_DIGESTS: Mapping[str, Callable[[], hashes.HashAlgorithm]] = {
    "md5": hashes.MD5,
    "sha1": hashes.SHA1,
    "sha224": hashes.SHA224,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
    "shake256": lambda: hashes.SHAKE256(64),  # Ed448's, RFC 8419 section 3.1
}


def misfit(
    part: SignerPart, content: bytes, content_type: str, certificate: x509.Certificate
) -> Misfit | None:
    """What is wrong with a signature; None for one that fits."""
    signed = content
    if part.signed is not None:
        if part.digest_name not in _DIGESTS:
            return "unknown-algorithm"
        digest = hashes.Hash(_DIGESTS[part.digest_name]())
        digest.update(content)
        if part.digest is None or not hmac.compare_digest(digest.finalize(), part.digest):
            return "changed"
        if part.content_type != content_type:
            return "bad-signature"
        signed = part.signed
    try:
        fits = _fits(part, signed, certificate)
    except (ValueError, TypeError, KeyError, UnsupportedAlgorithm):
        return "unknown-algorithm"  # a kind of key or digest that this computer's rules do not admit
    if fits is None:
        return "unknown-algorithm"
    if fits:
        return None
    # Without attributes nothing tells whether the content or the signature is another.
    return "bad-signature" if part.signed is not None else "changed"


def _fits(part: SignerPart, signed: bytes, certificate: x509.Certificate) -> bool | None:
    key = certificate.public_key()
    digest = _DIGESTS[part.hash_name]() if part.hash_name in _DIGESTS else None
    try:
        match part.algorithm, key:
            case "rsassa_pkcs1v15", rsa.RSAPublicKey() if digest is not None:
                key.verify(part.signature, signed, padding.PKCS1v15(), digest)
            case "rsassa_pss", rsa.RSAPublicKey() if digest is not None and part.pss_mask is not None:
                mask = padding.MGF1(_DIGESTS[part.pss_mask]())
                key.verify(part.signature, signed, padding.PSS(mask, part.pss_salt or 0), digest)
            case "ecdsa", ec.EllipticCurvePublicKey() if digest is not None:
                key.verify(part.signature, signed, ec.ECDSA(digest))
            case "ed25519", ed25519.Ed25519PublicKey():
                key.verify(part.signature, signed)
            case "ed448", ed448.Ed448PublicKey():
                key.verify(part.signature, signed)
            case (("rsassa_pkcs1v15" | "rsassa_pss" | "ecdsa" | "ed25519" | "ed448"), _) if (
                digest is not None
            ):
                return False  # made with another kind of key than the certificate's
            case _:
                return None
    except InvalidSignature:
        return False
    return True

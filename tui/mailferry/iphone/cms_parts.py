"""What a CMS SignedData says (RFC 5652 section 5), taken apart and not yet believed."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from asn1crypto import algos, cms

MOST_CERTIFICATES = 64
MOST_SIGNERS = 8
_EC_PUBLIC_KEY = "1.2.840.10045.2.1"
"""Some signers name the kind of key where the signature algorithm belongs (RFC 5753 section 2.1.1)."""


class CmsError(ValueError):
    """It is no CMS, or not well formed."""


@dataclass(frozen=True)
class IncludedCertificate:
    """A certificate in the file, as DER, and by what a signer may name it."""

    der: bytes
    issuer: bytes
    serial: int
    key_id: bytes | None


@dataclass(frozen=True, kw_only=True)
class SignerPart:
    """One signature. It names its certificate by issuer (DER) and serial number, or by a key identifier.

    `signed` is what the signature is over, DER; None: the content itself. `digest` (of the content) and
    `content_type` are those among it. `pss_salt` is set with `rsassa_pss`, whose other digest is `pss_mask`.
    """

    issuer: bytes | None
    serial: int | None
    key_id: bytes | None
    digest_name: str
    algorithm: str
    hash_name: str
    pss_mask: str | None
    pss_salt: int | None
    signed: bytes | None
    digest: bytes | None
    content_type: str | None
    when: datetime.datetime | None
    signature: bytes

    def names(self, certificate: IncludedCertificate) -> bool:
        """Whether it is this signer's certificate."""
        if self.key_id is not None:
            return self.key_id == certificate.key_id
        return (self.issuer, self.serial) == (certificate.issuer, certificate.serial)


@dataclass(frozen=True)
class SignedParts:
    """`content` is None where the signature came without it."""

    content: bytes | None
    content_type: str
    certificates: tuple[IncludedCertificate, ...]
    signers: tuple[SignerPart, ...]


def kind_of(der: bytes) -> str:
    """What a CMS holds: `signed_data`, `enveloped_data`, … or a dotted number. Raises CmsError."""
    return str(_parsed(lambda: cms.ContentInfo.load(der)["content_type"].native))


def signed_parts(der: bytes) -> SignedParts:
    """Take SignedData apart; all lengths must be definite. Raises CmsError."""
    parts: SignedParts = _parsed(lambda: _signed_parts(cms.ContentInfo.load(der)["content"]))
    return parts


def _parsed(read: Any) -> Any:
    """What asn1crypto makes of it. It reads lazily, and raises many kinds of errors for what is malformed."""
    try:
        return read()
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError) as error:
        raise CmsError("is not well formed") from error


def _signed_parts(signed: Any) -> SignedParts:
    inner = signed["encap_content_info"]
    content = inner["content"]
    certificates = signed["certificates"] or ()
    signers = signed["signer_infos"]
    if len(certificates) > MOST_CERTIFICATES or len(signers) > MOST_SIGNERS:
        raise CmsError("has more certificates or signers than any profile needs")
    return SignedParts(
        content=content.contents if content.native is not None else None,
        content_type=inner["content_type"].dotted,
        certificates=tuple(_certificate(each.chosen) for each in certificates if each.name == "certificate"),
        signers=tuple(map(_signer, signers)),
    )


def _certificate(certificate: Any) -> IncludedCertificate:
    return IncludedCertificate(
        certificate.dump(),
        certificate.issuer.dump(),
        certificate.serial_number,
        certificate.key_identifier,
    )


def _signer(signer: Any) -> SignerPart:
    sid, attributes = signer["sid"], signer["signed_attrs"]
    by_serial = sid.name == "issuer_and_serial_number"
    has_attributes = len(attributes) > 0
    algorithm = signer["signature_algorithm"]
    digest_name = signer["digest_algorithm"]["algorithm"].native
    name, hash_name, mask, salt = _algorithm(algorithm, digest_name)
    return SignerPart(
        issuer=sid.chosen["issuer"].dump() if by_serial else None,
        serial=sid.chosen["serial_number"].native if by_serial else None,
        key_id=None if by_serial else sid.chosen.native,
        digest_name=digest_name,
        algorithm=name,
        hash_name=hash_name,
        pss_mask=mask,
        pss_salt=salt,
        # Signed as a SET OF, sent with an implicit tag (RFC 5652 section 5.4).
        signed=b"\x31" + attributes.dump()[1:] if has_attributes else None,
        digest=_attribute(attributes, "message_digest", "native"),
        content_type=_attribute(attributes, "content_type", "dotted"),
        when=_moment(_attribute(attributes, "signing_time", "native")),
        signature=signer["signature"].native,
    )


def _algorithm(algorithm: Any, digest_name: str) -> tuple[str, str, str | None, int | None]:
    """The signature algorithm, its digest, and for RSA-PSS the mask's digest and the length of the salt."""
    name = algorithm["algorithm"].native
    if name == _EC_PUBLIC_KEY:
        return "ecdsa", digest_name, None, None
    try:
        kind = algorithm.signature_algo
    except ValueError:
        return name, digest_name, None, None
    if kind == "rsassa_pss":
        parameters: algos.RSASSAPSSParams = algorithm["parameters"]
        mask = parameters["mask_gen_algorithm"]["parameters"]["algorithm"].native
        return kind, parameters["hash_algorithm"]["algorithm"].native, mask, parameters["salt_length"].native
    # With the bare kind of key the digest is the content's.
    plain = name in ("rsassa_pkcs1v15", "ed25519", "ed448")
    return kind, digest_name if plain else algorithm.hash_algo, None, None


def _attribute(attributes: Any, name: str, as_what: str) -> Any:
    """The one value of an attribute, None where it is not there. Several make it invalid (section 11)."""
    values = [value for each in attributes if each["type"].native == name for value in each["values"]]
    if len(values) > 1:
        raise CmsError("says the same thing of a signature twice")
    return getattr(values[0], as_what) if values else None


def _moment(claimed: Any) -> datetime.datetime | None:
    """A time that says its zone; others are no times to compare."""
    return claimed if isinstance(claimed, datetime.datetime) and claimed.tzinfo is not None else None

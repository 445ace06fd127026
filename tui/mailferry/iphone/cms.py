"""Opening what is signed: profiles in CMS of any maker, and what to think of their signatures."""

from __future__ import annotations

import datetime
from typing import Literal, get_args

import msgspec
from cryptography import x509

from mailferry.iphone.ber import BerError, with_definite_lengths
from mailferry.iphone.certificates import read_certificate
from mailferry.iphone.cms_parts import CmsError, SignedParts, SignerPart, kind_of, signed_parts
from mailferry.iphone.cms_signature import misfit
from mailferry.iphone.cms_text import from_text
from mailferry.iphone.signer import Signer
from mailferry.iphone.trust import describe

Fault = Literal[
    "not-cms",
    "damaged",
    "encrypted",
    "detached",
    "changed",
    "bad-signature",
    "signer-missing",
    "unknown-algorithm",
    "not-signed",
    "not-yet-valid",
    "expired",
    "unknown-issuer",
]
"""What is wrong, the worst first. The last three are of the signer; the signature itself fits."""

_ORDER: tuple[Fault, ...] = get_args(Fault)
_WORDS: dict[Fault, str] = {
    "not-cms": "It begins like a signed file, and is none.",
    "damaged": "It is a signed file, but a damaged one: it {detail}.",
    "encrypted": "It is encrypted for one device, which alone can open it.",
    "detached": "It is only a signature; the profile that was signed is not in it.",
    "changed": "It was changed after it was signed.",
    "bad-signature": "The signature is not that of “{signer}”; it was made with another key, or altered.",
    "signer-missing": "The certificate of who signed it is missing, so the signature proves nothing.",
    "unknown-algorithm": "It is signed in a way that cannot be looked at here ({detail}).",
    "not-signed": "It has the form of a signed file, but nobody has signed it.",
    "not-yet-valid": "The certificate of “{signer}” holds only from {begins} on.",
    "expired": "The certificate of “{signer}” ended on {ends}.",
    "unknown-issuer": "The certificate of “{signer}” leads to no authority that this computer trusts.",
}
_ENCRYPTED = frozenset(
    {"enveloped_data", "signed_and_enveloped_data", "encrypted_data", "authenticated_enveloped_data"}
)
_LONG_LENGTH = 0x80


class Unwrapped(msgspec.Struct, frozen=True, kw_only=True):
    """What was inside, and what to think of the signature.

    `content` is None where there is none to be had. `intact`: the content is what the signer signed, whoever
    that is and whatever the date. `fault` and `problem` say what is wrong, as a code and in a sentence; None
    for a signature in which nothing is. `signed_at` is what the signer claims. `as_text`: PEM
    or S/MIME, where an iPhone sees no profile.
    """

    content: bytes | None = None
    signer: Signer | None = None
    intact: bool = False
    fault: Fault | None = None
    problem: str | None = None
    signed_at: datetime.datetime | None = None
    as_text: bool = False


def unwrap(data: bytes, *, now: datetime.datetime) -> Unwrapped | None:
    """Open a signed file: DER, BER, PEM or S/MIME text. None for what is not wrapped in any way.

    `now` is in UTC. Nothing is raised, whatever the bytes are, and nobody is asked about the signer.
    """
    if _may_be_der(data):
        return _opened(data, now)
    binary = from_text(data)
    return msgspec.structs.replace(_opened(binary, now), as_text=True) if binary is not None else None


def _may_be_der(data: bytes) -> bool:
    """A sequence of some length: no text begins so."""
    return data[:1] == b"\x30" and len(data) > 2 and (data[1] >= _LONG_LENGTH or data[1] == len(data) - 2)


def _opened(data: bytes, now: datetime.datetime) -> Unwrapped:
    try:
        der = with_definite_lengths(data)
    except BerError as error:
        return _unwrapped("damaged", detail=str(error))
    try:
        kind = kind_of(der)
        if kind != "signed_data":
            return _unwrapped("encrypted" if kind in _ENCRYPTED else "not-cms")
    except CmsError:
        return _unwrapped("not-cms")
    try:
        parts = signed_parts(der)
    except CmsError as error:
        return _unwrapped("damaged", detail=str(error))
    if parts.content is None:
        return _unwrapped("detached" if parts.signers else "not-cms")
    if not parts.signers:
        return _unwrapped("not-signed", content=parts.content)
    # Where several have signed, what is wrong with one of them is wrong with the file.
    return min((_judged(parts, part, parts.content, now) for part in parts.signers), key=_rank)


def _judged(parts: SignedParts, part: SignerPart, content: bytes, now: datetime.datetime) -> Unwrapped:
    try:
        certificate = _certificate(parts, part)
        if certificate is None:
            return _unwrapped("signer-missing", content=content, signed_at=part.when)
        signer = describe(certificate, _along(parts), now=now)
        fault = misfit(part, content, parts.content_type, certificate)
    except ValueError:  # read only now: a name or a key inside a certificate
        return _unwrapped("damaged", detail="holds a certificate that cannot be read", content=content)
    return _unwrapped(
        fault or _doubt(signer, now),
        detail=part.algorithm,
        content=content,
        signer=signer,
        intact=fault is None,
        signed_at=part.when,
    )


def _certificate(parts: SignedParts, part: SignerPart) -> x509.Certificate | None:
    """The signer's certificate. Raises ValueError for one that cannot be read."""
    found = next((each for each in parts.certificates if part.names(each)), None)
    return read_certificate(found.der) if found is not None else None


def _along(parts: SignedParts) -> list[x509.Certificate]:
    along = []
    for each in parts.certificates:
        try:
            along.append(read_certificate(each.der))
        except ValueError:
            continue  # it leads nowhere; the signer's own is another matter
    return along


def _doubt(signer: Signer, now: datetime.datetime) -> Fault | None:
    if now < signer.not_before:
        return "not-yet-valid"
    if now > signer.not_after:
        return "expired"
    return None if signer.trusted else "unknown-issuer"


def _rank(opened: Unwrapped) -> int:
    return _ORDER.index(opened.fault) if opened.fault is not None else len(_ORDER)


def _unwrapped(
    fault: Fault | None,
    *,
    detail: str = "",
    content: bytes | None = None,
    signer: Signer | None = None,
    intact: bool = False,
    signed_at: datetime.datetime | None = None,
) -> Unwrapped:
    return Unwrapped(
        content=content,
        signer=signer,
        intact=intact,
        fault=fault,
        problem=_said(fault, detail, signer) if fault is not None else None,
        signed_at=signed_at,
    )


def _said(fault: Fault, detail: str, signer: Signer | None) -> str:
    if signer is None:
        return _WORDS[fault].format(detail=detail)
    return _WORDS[fault].format(
        detail=detail,
        signer=signer.name,
        begins=f"{signer.not_before:%-d %B %Y}",
        ends=f"{signer.not_after:%-d %B %Y}",
    )

"""What a server's certificate says."""

from __future__ import annotations

import datetime
import hashlib
import ssl
from typing import Any

from mailferry.model.check import Certificate, ChainLink

_DAY = datetime.timedelta(days=1)


def describe(secured: ssl.SSLSocket) -> Certificate:
    """The certificate of a connection, verified or not.

    Raises StageFailure (`tls-handshake-failed`) for one that cannot be read.
    """
    # The ssl module tells the fields of verified certificates only; reading them from it saves
    # importing cryptography, which costs more than a whole check.
    fields: dict[str, Any] | None = secured.getpeercert()
    if not fields:
        from mailferry.checks.presented import present

        return present(secured).certificate
    return certificate(
        subject=_words_of(fields, "subject"),
        issuer=_words_of(fields, "issuer"),
        names=tuple(text for kind, text in fields.get("subjectAltName", ()) if kind in ("DNS", "IP Address")),
        not_before=_date(fields["notBefore"]),
        not_after=_date(fields["notAfter"]),
        der=secured.getpeercert(binary_form=True) or b"",
        tls_version=secured.version(),
        chain=chain_above(secured, "get_verified_chain"),
    )


def certificate(
    *,
    subject: str,
    issuer: str,
    names: tuple[str, ...],
    not_before: datetime.datetime,
    not_after: datetime.datetime,
    der: bytes,
    tls_version: str | None,
    chain: tuple[ChainLink, ...] = (),
) -> Certificate:
    """A certificate of these fields, with what follows from them."""
    return Certificate(
        subject=subject or (names[0] if names else ""),
        names=names,
        issuer=issuer,
        not_before=not_before,
        not_after=not_after,
        days_left=(not_after - datetime.datetime.now(datetime.UTC)) // _DAY,
        fingerprint=fingerprint(der),
        tls_version=tls_version,
        chain=chain,
    )


def chain_above(secured: ssl.SSLSocket, which: str) -> tuple[ChainLink, ...]:
    """The certificates above the server's own, its issuer's first; none where they cannot be had.

    `which`: `get_verified_chain`, or `get_unverified_chain` for those that the server sent.
    """
    # SSLSocket's own methods exist from Python 3.13 on, and give bytes, which only cryptography reads.
    ask = getattr(getattr(secured, "_sslobj", None), which, None)
    if ask is None:
        return ()
    try:
        return tuple(_link(each.get_info()) for each in (ask() or ())[1:])
    except (ssl.SSLError, AttributeError, LookupError, ValueError):
        return ()


def fingerprint(der: bytes) -> str:
    """The SHA-256 of a certificate, as “sha256:” and lower-case hexadecimal digits."""
    return "sha256:" + hashlib.sha256(der).hexdigest()


def same_fingerprint(one: str, other: str) -> bool:
    """Whether two fingerprints are equal, however they are written (capitals, colons, blanks)."""
    return _digits(one) == _digits(other)


def name_in_words(common_name: str | None, organisation: str | None) -> str:
    """A subject or an issuer, for people."""
    return ", ".join(dict.fromkeys(text for text in (common_name, organisation) if text))


def _digits(text: str) -> str:
    return "".join(text.lower().removeprefix("sha256:").replace(":", "").split())


def _link(fields: dict[str, Any]) -> ChainLink:
    return ChainLink(
        subject=_words_of(fields, "subject"),
        issuer=_words_of(fields, "issuer"),
        not_after=_date(fields["notAfter"]),
    )


def _words_of(fields: dict[str, Any], which: str) -> str:
    name = {key: value for rdn in fields.get(which, ()) for key, value in rdn}
    return name_in_words(name.get("commonName"), name.get("organizationName"))


def _date(text: str) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(ssl.cert_time_to_seconds(text), datetime.UTC)

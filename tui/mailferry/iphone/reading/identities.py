"""Identifiers and UUIDs of a profile and its payloads: whether each is one, and all are different."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mailferry.iphone.reading.keys import Keys
from mailferry.iphone.reading.quoting import quoted
from mailferry.iphone.reading.warning import Notes

_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_PLACEHOLDER = re.compile(
    r"(.)\1{15,}.*"  # one digit again and again
    r"|(?:0?1234567|abcdef|deadbeef).*"
    r"|.*(?:uuid|replace|change|insert|your|generate|xxxx|[${%<]).*",
    re.IGNORECASE | re.DOTALL,
)
_IDENTITIES = frozenset({"com.apple.security.pkcs12", "com.apple.security.scep", "com.apple.security.acme"})
_REFERENCES = ("SMIMESigningCertificateUUID", "SMIMEEncryptionCertificateUUID", "PayloadCertificateUUID")


def is_uuid(text: str) -> bool:
    """Whether a text is a UUID that somebody made for this profile."""
    return bool(_UUID.fullmatch(text)) and not is_placeholder(text)


def is_placeholder(text: str) -> bool:
    """Whether a UUID is an example's, or was to be replaced."""
    return bool(_PLACEHOLDER.fullmatch(text.replace("-", "")))


def look_at_identities(profile: Keys, payloads: Sequence[Keys], notes: Notes) -> None:
    """Note UUIDs that are none, UUIDs and identifiers that occur twice, and identities that are missing."""
    every = (profile, *payloads)
    for part in every:
        uuid = part.text("PayloadUUID")
        if uuid is None:
            continue
        if is_placeholder(uuid):
            notes.say(
                "placeholder-uuid",
                f"PayloadUUID is {quoted(uuid)}, which looks like an example that was to be replaced. Another"
                " profile may well have the same one.",
                part.payload,
            )
        elif not _UUID.fullmatch(uuid):
            notes.say("bad-uuid", f"PayloadUUID is {quoted(uuid)}, which is no UUID.", part.payload)
    for part, uuid in _again(every, "PayloadUUID"):
        notes.say(
            "doubled-uuid",
            f"PayloadUUID {quoted(uuid)} is used more than once: an iPhone refuses the whole file.",
            part.payload,
        )
    for part, identifier in _again(every, "PayloadIdentifier"):
        notes.say(
            "doubled-identifier",
            f"PayloadIdentifier {quoted(identifier)} is used more than once: when the profile is replaced,"
            " the iPhone may take one part for the other.",
            part.payload,
        )
    _look_at_references(payloads, notes)


def _look_at_references(payloads: Sequence[Keys], notes: Notes) -> None:
    there = {(part.text("PayloadUUID") or "").upper() for part in payloads if part.type in _IDENTITIES}
    for part in payloads:
        for key in _REFERENCES:
            wanted = part.text(key)
            if wanted is not None and wanted.upper() not in there:
                notes.say(
                    "missing-identity",
                    f"{key} names a certificate that is not in the file: an iPhone refuses the whole file.",
                    part.payload,
                )


def _again(parts: Sequence[Keys], key: str) -> Iterator[tuple[Keys, str]]:
    """The second part with a value, and all after it."""
    seen: set[str] = set()
    for part in parts:
        value = part.text(key)
        if value is None:
            continue
        same = value.upper() if key == "PayloadUUID" else value
        if same in seen:
            yield part, value
        seen.add(same)

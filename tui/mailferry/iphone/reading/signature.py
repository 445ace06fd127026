"""What a profile is wrapped in, and what to think of who signed it."""

from __future__ import annotations

import datetime

from mailferry.iphone.reading.plist import what_else
from mailferry.iphone.reading.refused import RefusedProfileError
from mailferry.iphone.reading.report import Signature
from mailferry.iphone.reading.warning import Notes, WarningCode

_PLIST_STARTS = (b"<", b"bplist", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_CODES: dict[str, WarningCode] = {
    "expired": "signature-expired",
    "not-yet-valid": "signature-expired",
    "unknown-issuer": "signer-not-trusted",
}
_SHOWN_AS = {
    "signature-broken": "An iPhone refuses it, or shows it as not signed.",
    "signature-expired": "An iPhone that installs it now treats it as not signed.",
    "signer-not-trusted": "An iPhone shows it as not verified.",
}


def open_signature(data: bytes, notes: Notes, *, now: datetime.datetime) -> tuple[bytes, Signature | None]:
    """The profile itself, and its signature; None for a file that is not signed.

    Raises RefusedProfileError for a signed file without a profile that can be read.
    """
    if data.lstrip()[:6].startswith(_PLIST_STARTS):
        return data, None  # and reading needs nothing of what signatures need
    from mailferry.iphone.cms import unwrap

    opened = unwrap(data, now=now)
    if opened is None:
        return data, None
    if opened.fault == "not-cms":
        raise RefusedProfileError(what_else(data))
    if opened.content is None:
        raise RefusedProfileError(_in_a_row(opened.problem or what_else(data)))
    if opened.as_text:
        _look_at_text(data, notes)
    if opened.problem is not None:
        code = _CODES.get(opened.fault or "", "signature-broken")
        notes.say(code, f"{opened.problem} {_SHOWN_AS[code]}")
    return opened.content, Signature(signer=opened.signer, intact=opened.intact, problem=opened.problem)


def _look_at_text(data: bytes, notes: Notes) -> None:
    if not data.lstrip().startswith(b"-----"):
        raise RefusedProfileError(
            "it is a signed mail message (S/MIME), which an iPhone does not take for a profile; save the"
            " profile that is in it, and read that"
        )
    notes.say("signed-as-text", "It is signed in PEM form; an iPhone takes signed profiles in DER form only.")


def _in_a_row(sentence: str) -> str:
    """A sentence as the rest of one: after the name of the file."""
    return f"{sentence[0].lower()}{sentence[1:]}".removesuffix(".")

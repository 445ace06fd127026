"""By which name an iPhone knows an imported profile, and whether one of mailferry’s may take its place."""

from __future__ import annotations

import msgspec

from mailferry.iphone.reading.identities import is_uuid
from mailferry.iphone.reading.report import ProfileReport
from mailferry.model.profile_name import identifier_fault
from mailferry.profile_matching import replaced_by
from mailferry.workspace import Workspace

_OURS = "app.mailferry."
_OUR_ACCOUNTS = f"{_OURS}account."
_OURS_TOO = frozenset({"com.apple.security.pem", "com.apple.security.pkcs1", "com.apple.security.root"})
"""Payloads besides accounts that a profile of ours has as well: nothing is lost when it takes over."""
_REMOVE = "Where it is installed, remove it before installing a profile of mailferry’s."


class Pins(msgspec.Struct, frozen=True):
    """Values for the one account's file, by setting path, and what to know of them in whole sentences."""

    values: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()


def pins_of(workspace: Workspace, report: ProfileReport) -> Pins:
    """What makes mailferry's profile of the one account replace the one that was read, on an iPhone.

    Not where that would take away what only the other one has, and not where a profile of one's own has that
    identifier.
    """
    identifier = report.identifier
    if identifier is None or not report.accounts or _is_shared(identifier):
        return Pins()
    if replaced_by(workspace, report) is not None:
        return Pins()
    if len(report.accounts) > 1:
        return Pins(notes=(f"The profile holds several accounts, and mailferry’s hold one each. {_REMOVE}",))
    lost = [other.what for other in report.other_payloads if other.type not in _OURS_TOO]
    if lost:
        every = ", ".join(dict.fromkeys(lost))
        return Pins(notes=(f"The profile also holds {every}, which mailferry’s does not. {_REMOVE}",))
    if identifier_fault(identifier) is not None:
        return Pins(notes=(f"The profile’s identifier has odd characters and is not taken over. {_REMOVE}",))
    values = [("iphone.identifier", identifier)]
    if report.uuid is not None and is_uuid(report.uuid):
        values.append(("iphone.uuid", report.uuid))
    return Pins(tuple(values), _notes(report))


def _is_shared(identifier: str) -> bool:
    """Whether it is that of a profile of ours for a person or a group, which is no single account's."""
    return identifier.startswith(_OURS) and not identifier.startswith(_OUR_ACCOUNTS)


def _notes(report: ProfileReport) -> tuple[str, ...]:
    kept = (
        "The profile’s identifier is kept in the file: on an iPhone that has this profile, mailferry’s takes"
        " its place."
    )
    if report.signature is None:
        return (kept,)
    signed = (
        "This one is signed, though, and an iPhone takes a replacement only from the same signer: remove the"
        " profile there before installing mailferry’s."
    )
    return (kept, signed)

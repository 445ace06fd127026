"""What becomes otherwise on an iPhone when one profile takes the place of another."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import msgspec

from mailferry.exporting import Export
from mailferry.model.settings import SETTING_PATHS
from mailferry.store.given import Given, GivenAccount, GivenProfile, GivenSigner
from mailferry.workspace import Workspace

ChangeCode = Literal[
    "setting",
    "account-added",
    "account-removed",
    "name",
    "password",
    "removal-day",
    "signer",
    "consent",
    "organization",
]

_WORDS = {
    "tls": "TLS from the start",
    "starttls": "STARTTLS",
    "none": "none",
    "imap": "IMAP",
    "pop3": "POP",
    "oauth2": "OAuth 2",
    "cram-md5": "CRAM-MD5",
    "ntlm": "NTLM",
}
_NAMES = {"auth": "sign-in", "username": "user name", "name": "sender’s name"}
_WITHOUT_A_WORD = "–"


class PhoneChange(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that becomes otherwise. `account` is its label, `address` its address, `setting` a path such
    as `incoming.port`.

    None before or after: there was, or will be, nothing. `text` says it in a few words.
    """

    code: ChangeCode
    text: str
    account: str | None = None
    address: str | None = None
    setting: str | None = None
    before: str | int | None = None
    after: str | int | None = None


class Replacement(msgspec.Struct, frozen=True, kw_only=True):
    """What an export replaces on the iPhone. `texts` say it in sentences.

    `remove_first` tells that the iPhone refuses the new one while the old one is there: a profile is replaced
    only by one of the same signer (Apple: Configuration Profile Reference, PayloadIdentifier and signing).
    """

    given: Given
    changes: tuple[PhoneChange, ...]
    remove_first: bool
    texts: tuple[str, ...]


def replacement(workspace: Workspace, export: Export) -> Replacement | None:
    """What was handed over before for the same place on the iPhone, and what the export changes; or None."""
    if export.given is None or not (history := workspace.given.all().get(export.given.identifier)):
        return None
    given = history[-1]
    changes = differences(given.profile, export.given)
    refusing = signed_otherwise(history, export.given)
    return Replacement(
        given=given,
        changes=changes,
        remove_first=refusing is not None,
        texts=tuple(_sentences(given, export.given, changes, refusing)),
    )


def differences(before: GivenProfile, after: GivenProfile) -> tuple[PhoneChange, ...]:
    """What a profile changes that replaces another, account by account and setting by setting."""
    changes = list(account_changes(before.accounts, after.accounts))
    if before.person != after.person:
        text = f"called “{after.name}” instead of “{before.name}”"
        changes.append(PhoneChange(code="name", text=text, before=before.name, after=after.name))
    if before.with_password != after.with_password:
        text = "the password stands in it" if after.with_password else "the iPhone asks for the password"
        changes.append(PhoneChange(code="password", text=text))
    if before.remove_on != after.remove_on:
        changes.append(_removal_change(before.remove_on, after.remove_on))
    if _fingerprint(before) != _fingerprint(after):
        changes.append(_signer_change(before.signer, after.signer))
    if before.consent is not None and before.consent != after.consent:
        changes.append(PhoneChange(code="consent", text=_consent_words(before.consent, after.consent)))
    old, new = before.organization, after.organization
    if old is not None and old != new:
        changes.append(
            PhoneChange(code="organization", text=f"made by {new} instead of {old}", before=old, after=new)
        )
    return tuple(changes)


def signed_otherwise(history: Sequence[Given], after: GivenProfile) -> Given | None:
    """The newest version an iPhone may still have that refuses this one, because it was not signed alike.

    What was fetched by link has taken the place of all before it; of any other, nobody knows whether it has.
    """
    for given in reversed(history):
        if given.profile.signer is not None and _fingerprint(given.profile) != _fingerprint(after):
            return given
        if given.way == "link":
            break
    return None


def account_changes(before: Sequence[GivenAccount], after: Sequence[GivenAccount]) -> Iterator[PhoneChange]:
    """What differs between the accounts of two profiles; an account is known by its own identifier."""
    old = {each.identifier: each for each in before}
    new = {each.identifier: each for each in after}
    for identifier, account in old.items():
        if identifier not in new:
            name = _label(account)
            yield PhoneChange(
                code="account-removed",
                account=name,
                address=account.address,
                text=f"{name} is no longer in it",
            )
    for identifier, account in new.items():
        name = _label(account)
        if identifier not in old:
            yield PhoneChange(
                code="account-added", account=name, address=account.address, text=f"{name} is new in it"
            )
            continue
        named = f"{name}: " if len(old) > 1 or len(new) > 1 else ""
        for path, (old_value, new_value) in _differing(_stated(old[identifier]), _stated(account)):
            yield PhoneChange(
                code="setting",
                text=f"{named}{_spoken(path)} {_word(old_value)} → {_word(new_value)}",
                account=name,
                address=account.address,
                setting=path,
                before=old_value,
                after=new_value,
            )


def day_words(day: datetime.date) -> str:
    """A day as people write it: “31 January 2027”."""
    return f"{day:%-d %B %Y}"


def _removal_change(before: datetime.date | None, after: datetime.date | None) -> PhoneChange:
    if after is None:
        text = "no longer vanishes by itself"
    elif before is None:
        text = f"vanishes on {day_words(after)}"
    else:
        text = f"vanishes on {day_words(after)} instead of {day_words(before)}"
    old, new = (day.isoformat() if day is not None else None for day in (before, after))
    return PhoneChange(code="removal-day", text=text, before=old, after=new)


def _signer_change(before: GivenSigner | None, after: GivenSigner | None) -> PhoneChange:
    old, new = (signer.name if signer is not None else None for signer in (before, after))
    if new is None:
        text = "no longer signed"
    elif old is None:
        text = f"signed by {new}"
    elif old == new:
        text = f"signed with another certificate of {new}"
    else:
        text = f"signed by {new} instead of {old}"
    return PhoneChange(code="signer", text=text, before=old, after=new)


def _consent_words(before: Mapping[str, str], after: Mapping[str, str] | None) -> str:
    if not after:
        return "no text to agree to any longer"
    return "another text to agree to" if before else "with a text to agree to"


def _differing(
    old: Mapping[str, str | int], new: Mapping[str, str | int]
) -> Iterator[tuple[str, tuple[str | int | None, str | int | None]]]:
    every = {*old, *new}
    order = [path for path in ("address", "label", "name", "payload", *SETTING_PATHS) if path in every]
    for path in (*order, *sorted(every.difference(order))):
        if old.get(path) != new.get(path):
            yield path, (old.get(path), new.get(path))


def _stated(account: GivenAccount) -> dict[str, str | int]:
    return {"address": account.address, **account.settings}


def _label(account: GivenAccount) -> str:
    return str(account.settings.get("label") or account.address)


def _spoken(path: str) -> str:
    """A setting path as words: “incoming.port” is the incoming port."""
    return " ".join(_NAMES.get(part, part) for part in path.split("."))


def _word(value: str | int | None) -> str:
    return _WITHOUT_A_WORD if value is None else _WORDS.get(str(value), str(value))


def _fingerprint(profile: GivenProfile) -> str | None:
    return profile.signer.fingerprint if profile.signer is not None else None


def _sentences(
    given: Given, after: GivenProfile, changes: Sequence[PhoneChange], refusing: Given | None
) -> Iterator[str]:
    whose = f"{after.owner}’s iPhone" if after.owner else "the iPhone"
    what = "; ".join(change.text for change in changes)
    if not what:
        what = "nothing that shows" if given.profile.content != after.content else "nothing"
        what += " changes"
    yield f"Replaces version {given.version} on {whose}, if it is there: {what}."
    if refusing is not None:
        signer = refusing.profile.signer.name if refusing.profile.signer else ""
        yield (
            f"Version {refusing.version} was signed by {signer}, and an iPhone takes a replacement from the"
            " same signer only: remove the old profile first, then install this one. Mail that is only on the"
            " iPhone goes with it."
        )
    elif given.profile.signer is None and after.signer is not None:
        yield (
            f"Version {given.version} was not signed. Whether an iPhone replaces it by a signed one is not"
            " established: if it refuses, remove the old profile first."
        )

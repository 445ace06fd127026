"""Why an iPhone needs a new profile."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Sequence
from typing import Literal

import msgspec

from mailferry.iphone.preflight import removal_moment
from mailferry.phone_changes import PhoneChange, day_words, signed_otherwise
from mailferry.store.given import Given

ReasonCode = Literal[
    "settings-changed",
    "not-exportable",
    "account-added",
    "account-removed",
    "account-gone",
    "removal-changed",
    "removal-passed",
    "signature-lapses",
    "signature-lapsed",
    "signed-otherwise",
]
"""Why an iPhone needs a new profile."""

_SOON = datetime.timedelta(days=30)


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why a profile on an iPhone is to be replaced, in a sentence."""

    code: ReasonCode
    text: str


def reasons_for(
    history: Sequence[Given],
    changes: Sequence[PhoneChange],
    *,
    refusals: Sequence[str],
    addresses: Collection[str],
    day: datetime.date | None,
    now: datetime.datetime,
) -> Iterator[Reason]:
    """Why the last profile of a history is to be replaced.

    `changes` is what becomes otherwise with a new one, and `refusals` say why none can be made of these
    accounts as they are. `addresses` are those of all accounts there are; `day` is that on which the profile
    is to vanish.
    """
    last = history[-1]
    if has_vanished(last, now):
        yield _vanished(last)
        return
    yield from _of_accounts(changes, refusals, addresses)
    if day is not None and day != last.profile.remove_on:
        words = f"It is to vanish on {day_words(day)}, and does not know it."
        yield Reason(code="removal-changed", text=words)
    yield from _of_signature(history, now)


def has_vanished(given: Given, now: datetime.datetime) -> bool:
    """Whether the day has come on which it removes itself from the iPhone."""
    return given.profile.remove_on is not None and removal_moment(given.profile.remove_on) <= now


def _vanished(given: Given) -> Reason:
    assert given.profile.remove_on is not None, "it has vanished"
    return Reason(
        code="removal-passed",
        text=f"It vanished from the iPhone on {day_words(given.profile.remove_on)}, with its mail. Export it"
        " again if it is still wanted.",
    )


def _of_accounts(
    changes: Sequence[PhoneChange], refusals: Sequence[str], addresses: Collection[str]
) -> Iterator[Reason]:
    changed = "; ".join(change.text for change in changes if change.code == "setting")
    if changed:
        yield Reason(code="settings-changed", text=f"Settings have changed: {changed}.")
    for refusal in refusals if changes else ():
        yield Reason(code="not-exportable", text=f"No new profile can be made of it now. {refusal}")
    for change in changes:
        if change.code == "account-added":
            yield Reason(code="account-added", text=f"{change.account} is not in it yet.")
        elif change.code == "account-removed" and change.address in addresses:
            yield Reason(code="account-removed", text=f"{change.account} does not belong in it any longer.")
        elif change.code == "account-removed":
            yield Reason(
                code="account-gone",
                text=f"{change.account} is not among the accounts any longer, and still on the iPhone"
                " where the profile is.",
            )


def _of_signature(history: Sequence[Given], now: datetime.datetime) -> Iterator[Reason]:
    last = history[-1]
    signer = last.profile.signer
    if signer is not None and signer.lapses <= now:
        yield Reason(
            code="signature-lapsed",
            text=f"Its signature lapsed on {day_words(signer.lapses)}: the iPhone no longer shows it as"
            " verified.",
        )
    elif signer is not None and signer.lapses - now < _SOON:
        yield Reason(code="signature-lapses", text=f"Its signature lapses on {day_words(signer.lapses)}.")
    before = signed_otherwise(history, last.profile)
    if before is not None:
        yield Reason(
            code="signed-otherwise",
            text=f"Version {last.version} is not signed as version {before.version} was: an iPhone with the"
            " old one takes the new one only after that was removed.",
        )

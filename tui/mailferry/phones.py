"""What each iPhone has been given, what is otherwise now, and which one needs a new profile."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from mailferry.iphone.preflight import removal_moment
from mailferry.model.account import Account
from mailferry.model.config import Person
from mailferry.model.problem import MailferryError
from mailferry.model.visible import visible
from mailferry.phone_accounts import Gathered, gather, given_account
from mailferry.phone_changes import PhoneChange, account_changes, day_words, signed_otherwise
from mailferry.store.given import Given, GivenAccount, GivenProfile
from mailferry.workspace import Workspace

ReasonCode = Literal[
    "settings-changed",
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


class PhoneProfile(msgspec.Struct, frozen=True, kw_only=True):
    """A profile that an iPhone has, as far as is known here: `given` is its last version, `earlier` those
    before, oldest first. `changes` is what another export would change now.
    """

    given: Given
    earlier: tuple[Given, ...] = ()
    changes: tuple[PhoneChange, ...] = ()
    reasons: tuple[Reason, ...] = ()


class Phone(msgspec.Struct, frozen=True, kw_only=True):
    """One person's iPhone, or that of an account without a person, whose label then is the name.

    `twice` are the addresses that two of its profiles set up.
    """

    name: str
    person: str | None = None
    account: str | None = None
    ios: int | None = None
    language: str | None = None
    profiles: tuple[PhoneProfile, ...] = ()
    twice: tuple[str, ...] = ()

    @property
    def needs_profile(self) -> bool:
        """Whether it is to get a new profile."""
        return any(profile.reasons for profile in self.profiles)


def phones(workspace: Workspace, *, now: datetime.datetime | None = None) -> tuple[Phone, ...]:
    """Every person's iPhone, then those of accounts without a person; `now` is in UTC. Writes nothing."""
    now = now or datetime.datetime.now(datetime.UTC)
    accounts = _accounts(workspace)
    profiles: dict[_Owner, list[PhoneProfile]] = {}
    for history in workspace.given.all().values():
        owner = _owner(history[-1].profile, accounts)
        profiles.setdefault(owner, []).append(_profile(workspace, history, accounts, now))
    owners = {*profiles, *(_Owner(each.value.person, _alone(each)) for each in accounts)}
    return tuple(
        _phone(workspace, owner, profiles.get(owner, ()), now) for owner in sorted(owners, key=_in_order)
    )


def forget_profile(workspace: Workspace, identifier: str) -> None:
    """Note that no iPhone has a profile any longer. Raises MailferryError for one that was never given."""
    if not workspace.given.forget(identifier):
        raise MailferryError(f"no profile “{visible(identifier)}” was given to an iPhone from here")


class _Owner(msgspec.Struct, frozen=True):
    """Whose iPhone it is: a person's, or, without one, that of the account of this label."""

    person: str | None
    account: str | None


class _Account(msgspec.Struct, frozen=True):
    """An account as it is, and as a profile would have it now."""

    gathered: Gathered
    given: GivenAccount

    @property
    def value(self) -> Account:
        return self.gathered.value


def _accounts(workspace: Workspace) -> tuple[_Account, ...]:
    gathered = (gather(workspace, entry) for entry in workspace.accounts() if entry.value is not None)
    return tuple(_Account(each, given_account(workspace, each)) for each in gathered)


def _alone(account: _Account) -> str | None:
    return None if account.value.person else account.gathered.account.settings.label


def _in_order(owner: _Owner) -> tuple[bool, str]:
    return owner.person is None, (owner.person or owner.account or "").casefold()


def _owner(profile: GivenProfile, accounts: Sequence[_Account]) -> _Owner:
    """Whose iPhone has a profile: as the accounts have it now, else as it was when it was given."""
    if profile.person is not None:
        return _Owner(profile.person, None)
    identifiers = {each.identifier for each in profile.accounts}
    persons = {each.value.person for each in accounts if each.given.identifier in identifiers}
    person = persons.pop() if len(persons) == 1 else profile.owner
    return _Owner(person, None if person else str(profile.accounts[0].settings.get("label", profile.name)))


def _phone(
    workspace: Workspace, owner: _Owner, profiles: Sequence[PhoneProfile], now: datetime.datetime
) -> Phone:
    known = workspace.people.get(owner.person or "", Person())
    there = [profile.given.profile for profile in profiles if not _has_vanished(profile.given, now)]
    times = Counter(account.identifier for profile in there for account in profile.accounts)
    return Phone(
        name=owner.person or owner.account or "",
        person=owner.person,
        account=owner.account,
        ios=known.ios,
        language=known.language,
        profiles=tuple(profiles),
        twice=tuple(
            dict.fromkeys(
                account.address
                for profile in there
                for account in profile.accounts
                if times[account.identifier] > 1
            )
        ),
    )


def _profile(
    workspace: Workspace, history: Sequence[Given], accounts: Sequence[_Account], now: datetime.datetime
) -> PhoneProfile:
    last = history[-1]
    there = {each.identifier for each in last.profile.accounts}
    if (person := last.profile.person) is not None:
        again = [each for each in accounts if each.value.person == person and not each.gathered.refused]
    else:
        again = [each for each in accounts if each.given.identifier in there]
    changes = tuple(account_changes(last.profile.accounts, [each.given for each in again]))
    day = _removal_day(workspace, last.profile, again)
    reasons = (
        *_reasons_of_accounts(changes, {each.given.address for each in accounts}),
        *_reasons_of_removal(last.profile, day),
        *_reasons_of_signature(history, now),
    )
    if _has_vanished(last, now):
        reasons = (_vanished(last.profile),)
    return PhoneProfile(given=last, earlier=tuple(history[:-1]), changes=changes, reasons=reasons)


def _removal_day(
    workspace: Workspace, profile: GivenProfile, again: Sequence[_Account]
) -> datetime.date | None:
    """The day on which the profile is to vanish, as the files have it now."""
    if profile.person is not None:
        return workspace.people.get(profile.person, Person()).remove_on
    return again[0].value.iphone.remove_on if len(again) == 1 else None


def _has_vanished(given: Given, now: datetime.datetime) -> bool:
    return given.profile.remove_on is not None and removal_moment(given.profile.remove_on) <= now


def _vanished(profile: GivenProfile) -> Reason:
    assert profile.remove_on is not None, "it has vanished"
    return Reason(
        code="removal-passed",
        text=f"It vanished from the iPhone on {day_words(profile.remove_on)}, with its mail. Export it again"
        " if it is still wanted.",
    )


def _reasons_of_accounts(changes: Sequence[PhoneChange], addresses: set[str]) -> Iterator[Reason]:
    changed = "; ".join(change.text for change in changes if change.code == "setting")
    if changed:
        yield Reason(code="settings-changed", text=f"Settings have changed: {changed}.")
    for change in changes:
        if change.code == "account-added":
            yield Reason(code="account-added", text=f"{change.account} is not in it yet.")
        elif change.code == "account-removed" and change.address in addresses:
            yield Reason(code="account-removed", text=f"{change.account} does not belong in it any longer.")
        elif change.code == "account-removed":
            yield Reason(
                code="account-gone",
                text=f"{change.account} is not among the accounts any longer, and still on the iPhone.",
            )


def _reasons_of_removal(profile: GivenProfile, day: datetime.date | None) -> Iterator[Reason]:
    if day is not None and day != profile.remove_on:
        yield Reason(
            code="removal-changed", text=f"It is to vanish on {day_words(day)}, and does not know it."
        )


def _reasons_of_signature(history: Sequence[Given], now: datetime.datetime) -> Iterator[Reason]:
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
    if len(history) > 1 and signed_otherwise(history[-2].profile, last.profile):
        yield Reason(
            code="signed-otherwise",
            text=f"Version {last.version} is not signed as version {history[-2].version} was: an iPhone that has"
            " the old one takes the new one only after the old one was removed.",
        )

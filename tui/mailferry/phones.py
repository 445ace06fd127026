"""What was handed over for each iPhone, what is otherwise now, and which one needs a new profile."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from mailferry.model.account import Account
from mailferry.model.config import Person
from mailferry.model.problem import MailferryError
from mailferry.model.visible import visible
from mailferry.person_profiles import is_orphaned
from mailferry.phone_accounts import Gathered, gather, given_account
from mailferry.phone_changes import PhoneChange, account_changes
from mailferry.phone_reasons import Reason, has_vanished, reasons_for
from mailferry.precautions import profile_refusals
from mailferry.store.given import Given, GivenAccount, GivenProfile, Way
from mailferry.workspace import Workspace

_WAYS: Mapping[Way, str] = {
    "file": "written to",
    "link": "fetched by",
    "mail": "mailed to",
    "folder": "put into",
}
_NOWHERE: Mapping[Way, str] = {
    "file": "standard output",
    "link": "somebody",
    "mail": "somebody",
    "folder": "a folder",
}


class PhoneProfile(msgspec.Struct, frozen=True, kw_only=True):
    """A profile that was handed over for an iPhone, which has it if somebody installed it.

    `given` is its last version, `earlier` those before, oldest first. `changes` is what another export would
    change now.
    """

    given: Given
    earlier: tuple[Given, ...] = ()
    changes: tuple[PhoneChange, ...] = ()
    reasons: tuple[Reason, ...] = ()


class Phone(msgspec.Struct, frozen=True, kw_only=True):
    """One person's iPhone, or that of an account without a person, whose label then is the name.

    `twice` are the addresses that it has twice if all that was handed over for it is installed.
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
        profiles.setdefault(owner, []).append(_profile(workspace, history, owner, accounts, now))
    owners = {*profiles, *(_Owner(each.value.person, _alone(each)) for each in accounts)}
    return tuple(
        _phone(workspace, owner, profiles.get(owner, ()), now) for owner in sorted(owners, key=_in_order)
    )


def handed_over(given: Given) -> str:
    """How a profile was handed over, in a few words. Whether it was then installed, nobody tells."""
    words = f"{_WAYS[given.way]} {given.to or _NOWHERE[given.way]}"
    if given.way == "link" and given.to and not given.to.startswith("iPhone"):
        words += ", which does not call itself an iPhone"
    return words


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
    if profile.person is not None and not is_orphaned(profile, {each.value.person for each in accounts}):
        return _Owner(profile.person, None)
    identifiers = {each.identifier for each in profile.accounts}
    persons = {each.value.person for each in accounts if each.given.identifier in identifiers}
    person = persons.pop() if len(persons) == 1 else profile.person or profile.owner
    return _Owner(person, None if person else str(profile.accounts[0].settings.get("label", profile.name)))


def _phone(
    workspace: Workspace, owner: _Owner, profiles: Sequence[PhoneProfile], now: datetime.datetime
) -> Phone:
    known = workspace.people.get(owner.person or "", Person())
    there = [profile.given.profile for profile in profiles if not has_vanished(profile.given, now)]
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
    workspace: Workspace,
    history: Sequence[Given],
    owner: _Owner,
    accounts: Sequence[_Account],
    now: datetime.datetime,
) -> PhoneProfile:
    last = history[-1].profile
    there = {each.identifier for each in last.accounts}
    of_all = owner.person if last.person is not None else None
    again = [
        each
        for each in accounts
        if (each.given.identifier in there if of_all is None else each.value.person == of_all)
        and (each.given.identifier in there or not each.gathered.refused)
    ]
    changes = tuple(account_changes(last.accounts, [each.given for each in again]))
    reasons = reasons_for(
        history,
        changes,
        refusals=[
            f"{each.gathered.account.settings.label}: {words}"
            for each in again
            for words in profile_refusals(workspace, each.gathered)
        ],
        addresses={each.given.address for each in accounts},
        day=_removal_day(workspace, of_all, again),
        now=now,
    )
    return PhoneProfile(
        given=history[-1], earlier=tuple(history[:-1]), changes=changes, reasons=tuple(reasons)
    )


def _removal_day(workspace: Workspace, person: str | None, again: Sequence[_Account]) -> datetime.date | None:
    """The day on which the profile is to vanish, as the files have it now."""
    if person is not None:
        return workspace.people.get(person, Person()).remove_on
    return again[0].value.iphone.remove_on if len(again) == 1 else None

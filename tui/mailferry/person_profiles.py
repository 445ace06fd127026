"""By what name an iPhone knows the profile of all of a person's accounts, also once they are renamed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import chain, count

from mailferry.iphone.account import PhoneAccount
from mailferry.iphone.identity import (
    Identity,
    account_identity,
    identifier_beside,
    profile_identity,
    uuid_of,
)
from mailferry.store.given import GivenProfile
from mailferry.workspace import Workspace


def kept_identity(workspace: Workspace, accounts: Sequence[PhoneAccount], person: str | None) -> Identity:
    """The identity of the profile that holds these accounts: that of the one which it is to replace.

    A person's follows from the name, unless they were called otherwise when theirs was last handed over:
    else their iPhone would get every account once more. Raises AddressError.
    """
    usual = profile_identity(accounts, person)
    if person is None:
        return usual
    handed = {identifier: history[-1] for identifier, history in workspace.given.all().items()}
    living = {entry.value.person for entry in workspace.account_files.last_seen() if entry.value is not None}
    there = {account_identity(account).identifier for account in accounts}
    theirs = [given for given in handed.values() if given.profile.person == person] or [
        given
        for given in handed.values()
        if is_orphaned(given.profile, living) and _shares(given.profile, there)
    ]
    if theirs:
        identifier = max(theirs, key=lambda given: given.when).profile.identifier
    else:
        # Who was called so before, and is called otherwise now, still has that one.
        others = (identifier_beside(usual.identifier, str(number)) for number in count(2))
        identifier = next(each for each in chain([usual.identifier], others) if each not in handed)
    return Identity(identifier, uuid_of(identifier))


def is_orphaned(profile: GivenProfile, living: Collection[str | None]) -> bool:
    """Whether it holds all of a person's accounts, and nobody among `living`, who have some, is called so."""
    return profile.person is not None and profile.person not in living


def _shares(profile: GivenProfile, identifiers: Collection[str]) -> bool:
    return any(account.identifier in identifiers for account in profile.accounts)

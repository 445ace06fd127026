"""By which name an iPhone knows the profile of an account: no two accounts may have the same.

A file may pin another account's name, because it was copied. Then the profile of one would take the place of
the other's on the iPhone, so what it pins does not count.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, count

import msgspec

from mailferry.iphone.identity import identifier_beside, usual_identifier, uuid_of
from mailferry.model.account import Account, OwnIphone
from mailferry.pin_index import Named
from mailferry.workspace import Workspace


class PhoneName(msgspec.Struct, frozen=True):
    """`iphone` is what the account's file says of the iPhone, as far as it counts, with the name that is the
    account's own. `copied_from` is the account, by the stem of its file, whose name the file pins."""

    iphone: OwnIphone
    copied_from: str | None = None


def phone_name(workspace: Workspace, account_id: str, account: Account) -> PhoneName:
    """The name of one account's profile, told apart from those of all others."""
    pinned = account.iphone
    if pinned.identifier is not None:
        keeper = _keeper(workspace, pinned.identifier) or account_id
        if keeper != account_id:
            own = _own_identifier(workspace, account_id, account)
            return PhoneName(msgspec.structs.replace(pinned, identifier=own, uuid=None), keeper)
        identifier: str | None = pinned.identifier
    else:
        identifier = _own_identifier(workspace, account_id, account)
    named = msgspec.structs.replace(pinned, identifier=identifier)
    if pinned.uuid is not None:
        keeper = _keeper_of_uuid(workspace, pinned.uuid) or account_id
        if keeper != account_id:
            return PhoneName(msgspec.structs.replace(named, uuid=None), keeper)
    return PhoneName(named)


def _keeper(workspace: Workspace, identifier: str) -> str | None:
    """Whose an identifier is that files pin; None for one that none does.

    It is the account's that it was derived from; else that one's which was first handed over under it; else
    that of the first file.
    """
    pinning = workspace.pin_index.pinning("identifier", identifier)
    usual = [each for each in _usually(workspace, identifier) if each[1].iphone.identifier is None]
    if not pinning or (len(pinning) == 1 and not usual):
        return pinning[0][0] if pinning else None
    derived = [each for each in pinning if _is_derived(identifier, _usual_identifier(workspace, each))]
    claimants = derived or [*pinning, *usual]
    return _first_handed(workspace, identifier, claimants) or claimants[0][0]


def _keeper_of_uuid(workspace: Workspace, uuid: str) -> str | None:
    """Whose a UUID is: the account's that it goes with, else that of the first file whose name counts."""
    pinning = workspace.pin_index.pinning("uuid", uuid)
    if len(pinning) < 2:
        return pinning[0][0] if pinning else None
    named = [each for each in pinning if not _lost_its_name(workspace, each)]
    for each in named:
        if uuid_of(each[1].iphone.identifier or _usual_identifier(workspace, each)) == uuid.upper():
            return each[0]
    return named[0][0] if named else None


def _own_identifier(workspace: Workspace, account_id: str, account: Account) -> str | None:
    """An identifier for an account without one; None for the usual one, which the first to need it has."""
    usual = _usual_identifier(workspace, (account_id, account))
    keeper = _keeper(workspace, usual)
    if keeper == account_id:
        return None
    if keeper is None and account_id == min(chain(_in_need(workspace, usual), [account_id])):
        return None
    numbered = (f"{account_id} {number}" for number in count(2))
    others = (identifier_beside(usual, name) for name in chain([account_id], numbered))
    return next(each for each in others if _keeper(workspace, each) is None)


def _in_need(workspace: Workspace, usual: str) -> Iterator[str]:
    """The accounts that this identifier is the usual one of, and that have no other."""
    for each in _usually(workspace, usual):
        if each[1].iphone.identifier is None or _lost_its_name(workspace, each):
            yield each[0]


def _lost_its_name(workspace: Workspace, named: Named) -> bool:
    account_id, account = named
    identifier = account.iphone.identifier
    return identifier is not None and _keeper(workspace, identifier) != account_id


def _usually(workspace: Workspace, identifier: str) -> Iterator[Named]:
    """The accounts whose usual identifier it is."""
    for each in workspace.pin_index.sharing_address(identifier):
        if _usual_identifier(workspace, each) == identifier:
            yield each


def _usual_identifier(workspace: Workspace, named: Named) -> str:
    return usual_identifier(workspace.settings(*named))


def _is_derived(identifier: str, usual: str) -> bool:
    return identifier == usual or identifier.startswith(f"{usual}.")


def _first_handed(workspace: Workspace, identifier: str, claimants: Sequence[Named]) -> str | None:
    """Which of several accounts was first handed over under an identifier, known by its file or address."""
    ids = {account_id for account_id, _ in claimants}
    by_address = {account.address: account_id for account_id, account in reversed(claimants)}
    every = sorted(chain.from_iterable(workspace.given.all().values()), key=lambda given: given.when)
    for given in every:
        for account in given.profile.accounts:
            if account.identifier == identifier:
                found = account.id if account.id in ids else by_address.get(account.address)
                if found is not None:
                    return found
    return None

"""The accounts of a profile beside one's own: which are the same, what differs, which profile it replaces."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from mailferry.catalog.recognise import recognise
from mailferry.iphone.account import PhoneAccount
from mailferry.iphone.identity import account_identity
from mailferry.iphone.reading.report import ProfileReport, ReadAccount, ReadServer
from mailferry.model.account import Account, OwnIncoming, OwnOutgoing
from mailferry.model.address import AddressError, parse_address
from mailferry.model.finding import Comparison
from mailferry.model.host_name import canonical_host
from mailferry.model.settings import ROLES
from mailferry.person_profiles import kept_identity
from mailferry.phone_names import phone_name
from mailferry.workspace import AccountEntry, Workspace

_FIELDS = ("host", "port", "security", "username", "auth")


class Difference(msgspec.Struct, frozen=True):
    """A setting that one's own account and the profile give otherwise."""

    path: str
    profile: str | int | None
    yours: str | int | None


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """An account of a profile beside one's own one of that address, and beside what is recommended.

    `account` is the id of one's own; None where there is none. `comparison` judges what the profile states;
    None for Exchange and Google, which state no servers. `changes` is what would be other on the iPhone with
    one's own account's profile.
    """

    payload: int
    address: str
    account: str | None
    comparison: Comparison | None
    changes: tuple[Difference, ...]


class Replaced(msgspec.Struct, frozen=True):
    """Whose profile of one's own bears the identifier: an account's, by its id, or a person's."""

    account: str | None = None
    person: str | None = None


def compare_profile(workspace: Workspace, report: ProfileReport) -> tuple[Compared, ...]:
    """Every account of a profile that has an address, compared. Nobody is asked."""
    return tuple(_compared(workspace, report))


def replaced_by(workspace: Workspace, report: ProfileReport) -> Replaced | None:
    """The profile of one's own that has the same identifier, so that one replaces the other on an iPhone."""
    people: dict[str, list[PhoneAccount]] = {}
    for entry in workspace.accounts():
        if entry.value is None:
            continue
        account = _on_its_way(workspace, entry, entry.value)
        if account_identity(account).identifier == report.identifier:
            return Replaced(account=entry.id)
        if entry.value.person is not None:
            people.setdefault(entry.value.person, []).append(account)
    for person, accounts in people.items():
        if kept_identity(workspace, accounts, person).identifier == report.identifier:
            return Replaced(person=person)
    return None


def own_account(workspace: Workspace, read: ReadAccount) -> AccountEntry | None:
    """One's own account of the same address and, for a mail account, the same protocol."""
    try:
        address = parse_address(read.address or "")
    except AddressError:
        return None
    for entry in workspace.accounts():
        if entry.value is None or parse_address(entry.value.address) != address:
            continue
        if read.incoming is None or _protocol(workspace, entry, entry.value) == read.incoming.protocol:
            return entry
    return None


def stated_account(read: ReadAccount, provider: str | None = None) -> Account:
    """An account that states all that the profile states. Raises AddressError."""
    incoming, outgoing = read.incoming, read.outgoing
    return Account(
        address=str(parse_address(read.address or "")),
        name=read.name,
        label=read.label,
        provider=provider,
        incoming=OwnIncoming(
            protocol="pop3" if incoming.protocol == "pop3" else "imap",
            host=incoming.host,
            port=incoming.port,
            security=incoming.security,
            username=incoming.username,
            auth=incoming.auth,
        )
        if incoming is not None
        else OwnIncoming(),
        outgoing=OwnOutgoing(
            host=outgoing.host,
            port=outgoing.port,
            security=outgoing.security,
            username=outgoing.username,
            auth=outgoing.auth,
        )
        if outgoing is not None
        else OwnOutgoing(),
    )


def followed_provider(workspace: Workspace, read: ReadAccount) -> str | None:
    """The listed provider to name for an account whose address does not tell: whose servers the profile has.

    None where the address tells it, and where nobody listed has these servers. Raises AddressError.
    """
    if workspace.look_up(read.address or "").how != "none":
        return None
    if read.type == "google":
        hosts: tuple[str | None, ...] = ("imap.gmail.com",)
    elif read.type == "exchange":
        hosts = (read.host or ("outlook.office365.com" if read.oauth else None),)
    else:
        hosts = tuple(server.host for role in ROLES if (server := read.server(role)) is not None)
    known = [host for host in hosts if host]
    return recognise(known, workspace.catalogue) if len(known) == len(hosts) else None


def _compared(workspace: Workspace, report: ProfileReport) -> Iterator[Compared]:
    for read in report.accounts:
        ours = own_account(workspace, read)
        try:
            provider = ours.value.provider if ours and ours.value else followed_provider(workspace, read)
            stated = stated_account(read, provider)
        except AddressError:
            continue  # there is none, or what stands there is none: both are told of elsewhere
        yield Compared(
            payload=read.payload,
            address=stated.address,
            account=ours.id if ours is not None else None,
            comparison=workspace.compare(ours.id if ours is not None else stated.address, stated)
            if read.incoming is not None
            else None,
            changes=tuple(_changes(workspace, ours, read)) if ours is not None else (),
        )


def _changes(workspace: Workspace, entry: AccountEntry, read: ReadAccount) -> Iterator[Difference]:
    assert entry.value is not None, "an account that was found can be read"
    settings = workspace.settings(entry.id, entry.value)
    for role in ROLES:
        server = read.server(role)
        if server is None:
            continue
        ours = settings.server(role)
        for field in _FIELDS:
            theirs_is, ours_is = _value(server, field), getattr(ours, field)
            if ours_is is not None and _same_form(field, theirs_is) != _same_form(field, ours_is):
                yield Difference(f"{role}.{field}", theirs_is, ours_is)


def _value(server: ReadServer, field: str) -> str | int | None:
    value: str | int | None = getattr(server, field)
    return value


def _same_form(field: str, value: str | int | None) -> str | int | None:
    return canonical_host(value) if field == "host" and isinstance(value, str) else value


def _protocol(workspace: Workspace, entry: AccountEntry, account: Account) -> str:
    return workspace.settings(entry.id, account).incoming.protocol


def _on_its_way(workspace: Workspace, entry: AccountEntry, account: Account) -> PhoneAccount:
    return PhoneAccount(
        settings=workspace.settings(entry.id, account),
        recommendation=workspace.recommendation(account),
        pinned=phone_name(workspace, entry.id, account).iphone,
    )

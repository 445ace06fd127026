"""Accounts that meet at one mailbox: the same address twice, or one user name for two addresses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Literal

import msgspec

from mailferry.advice.words import listed
from mailferry.model.address import AddressError, parse_address
from mailferry.model.host_name import canonical_host
from mailferry.model.settings import Settings


class Twins(msgspec.Struct, frozen=True, kw_only=True):
    """Two or more accounts that meet, by their ids, and why that is worth a look, in a sentence."""

    kind: Literal["address", "sign-in"]
    accounts: tuple[str, ...]
    why: str


def find_twins(accounts: Sequence[Settings]) -> tuple[Twins, ...]:
    """Accounts of one address, at one server or at several, and accounts that sign in under one name.

    The same address once by IMAP and once by POP3 is somebody's intent and no twin. Different addresses
    with one user name at one host are either a slip or one mailbox with an alias.
    """
    by_address: dict[tuple[str, str], list[Settings]] = defaultdict(list)
    by_name: dict[tuple[str, str, str], list[Settings]] = defaultdict(list)
    for settings in accounts:
        server = settings.incoming
        place = (_host(settings), server.protocol)
        by_address[_canonical_address(settings.address), server.protocol].append(settings)
        if server.host and server.username:
            by_name[server.username, *place].append(settings)
    twins = [
        Twins(kind="address", accounts=_ids(group), why=_same_address(group))
        for group in by_address.values()
        if len(group) > 1
    ]
    for (username, host, _), group in by_name.items():
        if len({_canonical_address(each.address) for each in group}) > 1:
            twins.append(Twins(kind="sign-in", accounts=_ids(group), why=_same_name(username, host, group)))
    return tuple(twins)


def _ids(group: Sequence[Settings]) -> tuple[str, ...]:
    return tuple(settings.id for settings in group)


def _host(settings: Settings) -> str:
    return canonical_host(settings.incoming.host or "")


def _canonical_address(text: str) -> str:
    try:
        return str(parse_address(text))
    except AddressError:
        return text.strip()


def _same_address(group: Sequence[Settings]) -> str:
    names, address = listed(_ids(group)), group[0].address
    hosts = tuple(dict.fromkeys(_host(settings) for settings in group))
    if len(hosts) > 1:
        servers = listed([host or "none" for host in hosts])
        return f"{names} are for the same address, {address}, with different servers ({servers})."
    together = "both" if len(group) == 2 else "them all"
    return (
        f"{names} are the same mailbox, {address}; a phone with {together} shows every mail more than once."
    )


def _same_name(username: str, host: str, group: Sequence[Settings]) -> str:
    addresses = tuple(dict.fromkeys(settings.address for settings in group))
    return (
        f"{listed(addresses)} sign in at {host} as “{username}”: one mailbox with several addresses, or a"
        " user name that is wrong."
    )

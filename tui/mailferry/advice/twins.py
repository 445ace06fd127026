"""Accounts that meet at one mailbox: the same address twice, or one user name for two addresses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Literal

import msgspec

from mailferry.advice.names import canonical_host
from mailferry.model.address import AddressError, parse_address
from mailferry.model.settings import Settings


class Twins(msgspec.Struct, frozen=True, kw_only=True):
    """Two or more accounts that meet, by their ids, and why that is worth a look, in a sentence."""

    kind: Literal["address", "sign-in"]
    accounts: tuple[str, ...]
    why: str


def find_twins(accounts: Sequence[Settings]) -> tuple[Twins, ...]:
    """Accounts of one address that read the same server, and accounts that sign in there under one name.

    The same address once by IMAP and once by POP3, or at two servers, is somebody's intent and no twin.
    Different addresses with one user name at one host are either a slip or one mailbox with an alias.
    """
    by_address: dict[tuple[str, str, str], list[Settings]] = defaultdict(list)
    by_name: dict[tuple[str, str, str], list[Settings]] = defaultdict(list)
    for settings in accounts:
        server = settings.incoming
        place = (canonical_host(server.host or ""), server.protocol)
        by_address[_canonical_address(settings.address), *place].append(settings)
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


def _canonical_address(text: str) -> str:
    try:
        return str(parse_address(text))
    except AddressError:
        return text.strip()


def _same_address(group: Sequence[Settings]) -> str:
    which = f"{_all_of(_ids(group))} are the same mailbox, {group[0].address}"
    return (
        f"{which}; a phone with {'both' if len(group) == 2 else 'them all'} shows every mail more than once."
    )


def _same_name(username: str, host: str, group: Sequence[Settings]) -> str:
    addresses = tuple(dict.fromkeys(settings.address for settings in group))
    return (
        f"{_all_of(addresses)} sign in at {host} as “{username}”: one mailbox with several addresses, or a"
        " user name that is wrong."
    )


def _all_of(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"

"""What tests on this machine have proven: servers that an account signed in to."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from mailferry.model.address import Address, parse_address
from mailferry.model.check import AccountCheck, ServerCheck
from mailferry.model.recommendation import RecommendedServer, SourceAnswer, fill_username
from mailferry.model.settings import Settings
from mailferry.model.visible import visible


@dataclass(frozen=True)
class SignedInAccount:
    """An account's last test, of the settings that it still has."""

    settings: Settings
    check: AccountCheck
    when: datetime.datetime


def tested_answer(address: Address, tested: Iterable[SignedInAccount]) -> SourceAnswer | None:
    """What tests say about an address, as a source among others; None where no account signed in.

    Tests of the address itself count before those of its domain, and these before all others given (of
    accounts with the same provider); among equals the latest. Another account's user name is taken over in
    its form only: its owner's address becomes this one.
    """
    signed_in = [each for each in tested if any(map(_signed_in, each.check.servers))]
    nearest = min((_distance(address, each) for each in signed_in), default=None)
    if nearest is None:
        return None
    counted = [each for each in signed_in if _distance(address, each) == nearest]
    counted.sort(key=lambda each: each.when, reverse=True)
    servers: dict[tuple[str, str, int], RecommendedServer] = {}
    remarks = []
    for each in counted:
        for server in filter(_signed_in, each.check.servers):
            proven = _server(server, each.settings, address)
            place = (proven.protocol, proven.host, proven.port)
            if place not in servers:
                servers[place] = proven
                remarks.append(_remark(server, each))
    return SourceAnswer(
        source="tested",
        ok=True,
        incoming=tuple(server for server in servers.values() if server.protocol != "smtp"),
        outgoing=tuple(server for server in servers.values() if server.protocol == "smtp"),
        remarks=tuple(remarks),
        read=_day(counted[0]),
    )


def _signed_in(server: ServerCheck) -> bool:
    named = server.host is not None and server.port is not None and server.security is not None
    return named and any(stage.stage == "auth" and stage.ok for stage in server.stages)


def _distance(address: Address, tested: SignedInAccount) -> int:
    theirs = parse_address(tested.settings.address)
    if theirs == address:
        return 0
    return 1 if theirs.domain == address.domain else 2


def _server(server: ServerCheck, settings: Settings, address: Address) -> RecommendedServer:
    stated = settings.server(server.role)
    assert server.host is not None  # a server without one signs in nowhere
    assert server.port is not None
    assert server.security is not None
    return RecommendedServer(
        protocol=server.protocol,
        host=server.host,
        port=server.port,
        security=server.security,
        username=_username(stated.username, parse_address(settings.address), address),
        auth=(stated.auth,) if stated.auth is not None else (),
    )


def _username(used: str | None, theirs: Address, address: Address) -> str | None:
    """The name that was signed in with, or another account's put in the same form; None if it has none."""
    if used is None or theirs == address:
        return used
    forms = (form for form in ("address", "local-part") if fill_username(form, theirs) == used)
    form = next(forms, None)
    return fill_username(form, address) if form is not None else None


def _remark(server: ServerCheck, tested: SignedInAccount) -> str:
    name = tested.settings.server(server.role).username or tested.settings.address
    return (
        f"{server.protocol.upper()} at {visible(server.host or '')} port {server.port}: signed in here on"
        f" {_day(tested):%-d %B %Y} as {visible(name)}."
    )


def _day(tested: SignedInAccount) -> datetime.date:
    return tested.when.astimezone().date()

"""Which source a recommendation follows, and why. Asks nobody."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

import msgspec

from mailferry.catalog.catalogue import Catalogue
from mailferry.catalog.discovery.reasons import (
    choice,
    doubts,
    evidence,
    lasting,
    no_mail_warning,
    nothing_found,
    outside_warnings,
    server_warnings,
)
from mailferry.catalog.evidence import ASSUMING, RANK
from mailferry.catalog.lookalike import look_alike
from mailferry.catalog.recognise import adopt, recognise
from mailferry.catalog.server_domains import all_servers, stands_outside
from mailferry.model.account import Role
from mailferry.model.address import Address
from mailferry.model.recommendation import (
    How,
    Recommendation,
    RecommendedServer,
    SourceAnswer,
    SourceName,
    recommend,
    tag_warning,
)

_HOW: dict[SourceName, How] = {
    "srv": "srv",
    "autoconfig": "autoconfig",
    "pacc": "autoconfig",  # its successor; `choice` says which of the two it was
    "ispdb": "ispdb",
    "guess": "guess",
}
_FOLLOWED: tuple[SourceName, ...] = ("srv", "autoconfig", "pacc", "ispdb", "guess")
_ROLES: tuple[Role, Role] = ("incoming", "outgoing")


def choose(
    address: Address,
    listed: Recommendation,
    answers: Iterable[SourceAnswer],
    catalogue: Catalogue,
    *,
    today: datetime.date,
) -> Recommendation:
    """The recommendation that follows from what the catalogue (`listed`) and all other sources say.

    First the catalogue, then a listed provider known by the mail exchanger, then what the domain publishes,
    then the public database, then guesses. SRV records that lead out of the domain come after the database,
    unless others name the same hosts: DNS alone could lead a password to anybody. Servers for reading and
    for sending may come from two sources where one gives only half; what nobody names stays empty.
    """
    sources = tuple(sorted((*listed.sources, *answers), key=lambda answer: RANK.index(answer.source)))
    base = _known(address, listed, sources, catalogue)
    vouched = _vouched_hosts(listed, sources, catalogue)
    candidates = _candidates(sources, vouched)
    givers = {role: giver for role in _ROLES if (giver := _giver(base, role, candidates)) is not None}
    if base.how == "none" and not givers:
        return msgspec.structs.replace(
            base, sources=sources, warnings=(*base.warnings, *nothing_found(address, sources))
        )
    found = msgspec.structs.replace(_filled(base, givers, candidates), sources=sources)
    if base.how == "none":
        found = _completed(found, address, givers, catalogue, today)
    else:
        found = msgspec.structs.replace(found, doubts=(*lasting(found), *doubts(found, address)))
    return msgspec.structs.replace(
        found,
        choice=choice(found, address, givers),
        warnings=(
            *found.warnings,
            *no_mail_warning(found),
            *outside_warnings(found, address, vouched),
            *server_warnings(found, address, givers),
        ),
    )


def _known(
    address: Address, listed: Recommendation, sources: tuple[SourceAnswer, ...], catalogue: Catalogue
) -> Recommendation:
    """What the catalogue says of the address, by its domain or by the domain's mail exchanger."""
    if listed.how != "none":
        return listed
    warning = look_alike(address.domain, catalogue)
    warnings = (warning,) if warning else ()
    for answer in sources:
        if answer.source == "mx" and answer.ok and answer.provider is not None:
            found = recommend(address, answer.provider, catalogue.need(answer.provider), "mx")
            return msgspec.structs.replace(found, warnings=(*warnings, *found.warnings))
    return Recommendation(address=str(address), how="none", warnings=warnings)


def _vouched_hosts(
    listed: Recommendation, sources: tuple[SourceAnswer, ...], catalogue: Catalogue
) -> frozenset[str]:
    """Hosts outside the domain that DNS is not alone in naming.

    An own file vouches only for hosts in domains that it names: it may itself have been made of DNS alone.
    """
    own = catalogue.get(listed.provider) if listed.how == "own" and listed.provider else None
    unconfirmed = {each.host.lower() for each in all_servers(own) if stands_outside(each, own)} if own else ()
    others = {
        server.host.lower()
        for answer in sources
        if answer.ok and answer.source in ("own", "domain", "mx", "autoconfig", "pacc", "ispdb")
        for server in (*answer.incoming, *answer.outgoing)
        if answer.source != "own" or server.host.lower() not in unconfirmed
    }
    outside = {host.lower() for answer in sources for host in answer.outside}
    return frozenset(host for host in outside if host in others or recognise([host], catalogue.shipped_alone))


def _candidates(sources: tuple[SourceAnswer, ...], vouched: frozenset[str]) -> list[SourceAnswer]:
    def rank(answer: SourceAnswer) -> tuple[bool, bool, int]:
        alone = not vouched.issuperset(host.lower() for host in answer.outside)
        return answer.source == "guess", alone, _FOLLOWED.index(answer.source)

    return sorted((answer for answer in sources if answer.ok and answer.source in _FOLLOWED), key=rank)


def _giver(base: Recommendation, role: Role, candidates: list[SourceAnswer]) -> SourceAnswer | None:
    """The source that servers for one role are taken from; None where there is none or none is needed."""
    if base.servers(role) or base.status != "active":
        return None
    naming = [answer for answer in candidates if answer.servers(role)]
    encrypted = (answer for answer in naming if any(each.security != "none" for each in answer.servers(role)))
    return next(encrypted, naming[0] if naming else None)


def _filled(
    base: Recommendation, givers: dict[Role, SourceAnswer], candidates: list[SourceAnswer]
) -> Recommendation:
    if not givers:
        return base
    incoming = _given("incoming", givers["incoming"], candidates) if "incoming" in givers else base.incoming
    outgoing = _given("outgoing", givers["outgoing"], candidates) if "outgoing" in givers else base.outgoing
    if base.how != "none":
        return msgspec.structs.replace(base, incoming=incoming, outgoing=outgoing)
    first = min(givers.values(), key=candidates.index)
    return msgspec.structs.replace(
        base,
        how=_HOW[first.source],
        name=next((each.name for each in (first, *candidates) if each.name), base.address.rpartition("@")[2]),
        docs=first.docs,
        incoming=incoming,
        outgoing=outgoing,
    )


def _completed(
    found: Recommendation,
    address: Address,
    givers: dict[Role, SourceAnswer],
    catalogue: Catalogue,
    today: datetime.date,
) -> Recommendation:
    """Servers that no provider file led to, with their evidence, and what is known of whose they are."""
    tag = tag_warning(address)
    found = msgspec.structs.replace(
        found,
        evidence=evidence(found, address, givers, today),
        doubts=doubts(found, address),
        warnings=(*found.warnings, *((tag,) if tag else ())),
    )
    hosts = [servers[0].host for role in _ROLES if (servers := found.servers(role))]
    provider_id = recognise(hosts, catalogue)
    if provider_id is None:
        return found
    return adopt(found, address, provider_id, catalogue.need(provider_id))


def _given(role: Role, giver: SourceAnswer, candidates: list[SourceAnswer]) -> tuple[RecommendedServer, ...]:
    """A source's servers; how to sign in, where it only assumes that, is from who states it of that host."""
    servers = _encrypted_first(giver.servers(role))
    if giver.source not in ASSUMING:
        return servers
    stated = {
        (each.protocol, each.host.lower()): each
        for answer in reversed(candidates)
        if answer.source not in ASSUMING
        for each in reversed(answer.servers(role))
    }
    return tuple(_signed_in_as(each, stated.get((each.protocol, each.host.lower()))) for each in servers)


def _signed_in_as(server: RecommendedServer, stated: RecommendedServer | None) -> RecommendedServer:
    if stated is None:
        return server
    return msgspec.structs.replace(
        server,
        username=stated.username,
        username_also=stated.username_also,
        username_not=stated.username_not,
        auth=stated.auth,
    )


def _encrypted_first(servers: tuple[RecommendedServer, ...]) -> tuple[RecommendedServer, ...]:
    return tuple(sorted(servers, key=lambda server: server.security == "none"))

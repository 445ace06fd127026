"""How sure a recommendation is, by who names its servers."""

from __future__ import annotations

import re

from mailferry.advice.names import same_host
from mailferry.model.host_name import canonical_host
from mailferry.model.recommendation import How, Recommendation, RecommendedServer, SourceName

_LISTED: frozenset[How] = frozenset({"own", "domain", "mx"})


def is_listed(recommendation: Recommendation, server: RecommendedServer | None = None) -> bool:
    """Whether a provider's file speaks, so that what it does not list is not there.

    What a look-up found elsewhere says what there is, and not what there is not. With a server, whether the
    file speaks of this one: a look-up may have filled in a half that the file lacks.
    """
    if recommendation.how not in _LISTED:
        return False
    named_by = _named_by(recommendation, server) if server is not None else frozenset()
    return not named_by or bool(named_by & _LISTED)


def is_tentative(recommendation: Recommendation, server: RecommendedServer) -> bool:
    """Whether a server was only guessed, or is named by DNS alone: nobody vouches for it."""
    if not recommendation.sources:  # nobody was asked, which is the common case
        return recommendation.how == "guess"
    return is_guessed(recommendation, server) or is_named_by_dns_alone(recommendation, server)


def is_guessed(recommendation: Recommendation, server: RecommendedServer) -> bool:
    """Whether a server was found by trying usual names, and nobody names it."""
    named_by = _named_by(recommendation, server)
    return named_by == {"guess"} if named_by else recommendation.how == "guess"


def is_named_by_dns_alone(recommendation: Recommendation, server: RecommendedServer) -> bool:
    """Whether a server outside the address's domain is named by SRV records and nobody else.

    DNS can be forged on the way (RFC 6186 section 6), so such a server is to be confirmed by a person. One
    that belongs to a listed provider is vouched for by that.
    """
    outside = {
        host for each in recommendation.sources if each.ok and each.source == "srv" for host in each.outside
    }
    if recommendation.provider is not None or not any(same_host(server.host, host) for host in outside):
        return False
    return _named_by(recommendation, server) <= {"srv", "guess"}


def doubt_about(host: str, recommendation: Recommendation) -> str | None:
    """The doubt that names a host, where the recommendation has one."""
    name = re.compile(rf"(?<![\w.-]){re.escape(canonical_host(host))}(?![\w-]|\.\w)", re.IGNORECASE)
    return next((doubt for doubt in recommendation.doubts if name.search(doubt)), None)


def _named_by(recommendation: Recommendation, server: RecommendedServer) -> frozenset[SourceName]:
    """The sources that name a server's host; none where no sources were asked."""
    return frozenset(
        answer.source
        for answer in recommendation.sources
        if answer.ok
        and any(same_host(server.host, each.host) for each in (*answer.incoming, *answer.outgoing))
    )

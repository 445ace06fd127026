"""How sure a recommendation is, by the way it was found."""

from __future__ import annotations

from mailferry.advice.names import same_host
from mailferry.model.recommendation import How, Recommendation, RecommendedServer

LISTED: frozenset[How] = frozenset({"own", "domain", "mx"})
"""Ways of finding a recommendation that end at a provider's file.

Such a file lists all there is. What a look-up found elsewhere says what there is, and not what there is not.
"""


def is_tentative(recommendation: Recommendation, server: RecommendedServer) -> bool:
    """Whether nobody vouches for a recommended server, so that it proves no stated value wrong."""
    return recommendation.how == "guess" or is_named_by_dns_alone(recommendation, server)


def is_named_by_dns_alone(recommendation: Recommendation, server: RecommendedServer) -> bool:
    """Whether a server outside the address's domain is named by SRV records and nobody else.

    DNS can be forged on the way (RFC 6186 section 6), so such a server is to be confirmed by a person.
    """
    if recommendation.how != "srv":
        return False
    said = [answer for answer in recommendation.sources if answer.ok]
    outside = {host for answer in said if answer.source == "srv" for host in answer.outside}
    if not any(same_host(server.host, host) for host in outside):
        return False
    return not any(
        same_host(server.host, each.host)
        for answer in said
        if answer.source not in ("srv", "guess")
        for each in (*answer.incoming, *answer.outgoing)
    )

"""Host names that look like a typing slip of one of the provider's own."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_address

from mailferry.model.address import AddressError, domain_to_ascii
from mailferry.model.recommendation import Recommendation

_LONG_ENOUGH_FOR_TWO = 8
"""Characters a host needs before two changes still make it the same name, mistyped."""


def host_slip(host: str, recommendation: Recommendation) -> str | None:
    """The provider's host that `host` was probably meant to be, or None when it is no slip.

    One or two characters added, left out, changed or swapped make a slip. The slip can sit in the part that
    is registered (`imap.mail.me.co`): such a name can belong to a stranger, so no password may go there
    unasked. Only hosts of the account's own provider count; a host that it names itself is never a slip.
    """
    written = host.strip().casefold().removesuffix(".")
    canonical = canonical_host(host)
    known = tuple(dict.fromkeys(canonical_host(name) for name in _own_hosts(recommendation)))
    if canonical in known or is_address(written):
        return None
    best: tuple[int, str] | None = None
    for name in known:
        if is_address(name):
            continue
        allowed = 2 if len(name) >= _LONG_ENOUGH_FOR_TWO else 1
        # The name as typed is looked at too: one foreign letter changes the whole ASCII form of its label.
        changes = min(_changes(canonical, name, allowed), _changes(written, name, allowed))
        if 0 < changes <= allowed and (best is None or changes < best[0]):
            best = (changes, name)
    return best[1] if best else None


@lru_cache(maxsize=4096)
def canonical_host(host: str) -> str:
    """A host in the one form that equal hosts share; text that is no host name is only trimmed."""
    try:
        return domain_to_ascii(host)
    except AddressError:
        return host.strip().casefold().removesuffix(".")


@lru_cache(maxsize=4096)
def is_address(host: str) -> bool:
    """Whether a host is written as an IP address."""
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


@lru_cache(maxsize=4096)
def is_loopback(host: str) -> bool:
    """Whether a host is this very computer, by name (RFC 6761 section 6.3) or by address."""
    name = canonical_host(host)
    if name == "localhost" or name.endswith(".localhost"):
        return True
    return is_address(name) and ip_address(name.strip("[]")).is_loopback


def _own_hosts(recommendation: Recommendation) -> list[str]:
    servers = (*recommendation.incoming, *recommendation.outgoing)
    return [server.host for server in servers] + [old.host for old in recommendation.old_hosts]


def _changes(one: str, other: str, limit: int) -> int:
    """How many characters were added, left out, changed or swapped with their neighbour, as far as `limit`.

    The optimal string alignment distance, of Damerau's four kinds of slip; beyond the limit, limit + 1.
    """
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before_last: list[int] = []
    last = list(range(len(other) + 1))
    for row, left in enumerate(one, start=1):
        current = [row]
        for column, right in enumerate(other, start=1):
            cost = min(last[column] + 1, current[-1] + 1, last[column - 1] + (left != right))
            if row > 1 and column > 1 and left == other[column - 2] and right == one[row - 2]:
                cost = min(cost, before_last[column - 2] + 1)
            current.append(cost)
        if min(current) > limit:
            return limit + 1
        before_last, last = last, current
    return last[-1]

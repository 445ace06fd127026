"""Host names that look like a typing slip of one of the provider's own."""

from __future__ import annotations

from mailferry.advice.certainty import is_listed
from mailferry.advice.names import is_address, with_another_ending
from mailferry.model.host_name import canonical_host, registered_domain
from mailferry.model.recommendation import Recommendation
from mailferry.model.slip import allowed_changes, slip_distance


def host_slip(host: str, recommendation: Recommendation) -> str | None:
    """The provider's host that `host` was probably meant to be, or None when it is no slip.

    One or two characters added, left out, changed or swapped make a slip, and so does the right name with
    another ending. The slip can sit in the part that is registered (`imap.mail.me.co`): such a name can
    belong to a stranger, so no password may go there unasked. Only hosts of the account's own provider
    count; a host that it names itself is never a slip. Servers that no provider file lists may well have
    neighbours that nobody published, so beside those only another registered domain makes a slip.
    """
    written = host.strip().casefold().removesuffix(".")
    canonical = canonical_host(host)
    known = tuple(dict.fromkeys(canonical_host(name) for name in _own_hosts(recommendation)))
    if canonical in known or is_address(written):
        return None
    names = [name for name in known if not is_address(name) and not _for_the_other_purpose(canonical, name)]
    if not is_listed(recommendation):
        home = registered_domain(canonical)
        names = [name for name in names if registered_domain(name) != home]
    # The name as typed is looked at too: one foreign letter changes the whole ASCII form of its label.
    slips = [
        (changes, name)
        for name in names
        if (changes := min(slip_distance(canonical, name), slip_distance(written, name)))
    ]
    near = [(changes, name) for changes, name in slips if changes <= allowed_changes(name)]
    if near:
        return min(near, key=lambda each: each[0])[1]
    return next((name for name in names if with_another_ending(canonical, name)), None)


def _for_the_other_purpose(one: str, other: str) -> bool:
    """Whether two names are `imap.` and `smtp.` of one domain: two letters apart, yet two words."""
    (first, _, home), (other_first, _, other_home) = one.partition("."), other.partition(".")
    return home == other_home and {first, other_first} == {"imap", "smtp"}


def _own_hosts(recommendation: Recommendation) -> list[str]:
    servers = (*recommendation.incoming, *recommendation.outgoing)
    return [server.host for server in servers] + [old.host for old in recommendation.old_hosts]

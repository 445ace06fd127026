"""Host names held against each other: which are equal, and which differ only by their ending."""

from __future__ import annotations

from functools import lru_cache

from mailferry.model.host_name import canonical_host, is_ip_address, registered_domain


def same_host(one: str | None, other: str | None) -> bool:
    """Whether two host names mean one host: capitals, a final dot and the ASCII form do not matter."""
    return (
        one is not None
        and other is not None
        and (one == other or canonical_host(one) == canonical_host(other))
    )


@lru_cache(maxsize=4096)
def is_address(host: str) -> bool:
    """Whether a host is written as an IP address."""
    return is_ip_address(host.strip("[]"))


def with_another_ending(one: str, other: str) -> bool:
    """Whether two hosts bear one name under different endings: `imap.zoho.com` and `imap.zoho.eu`."""
    if is_address(one) or is_address(other):
        return False
    return _ending(one) != _ending(other) and _without_ending(one) == _without_ending(other)


def _ending(host: str) -> str:
    return registered_domain(host).partition(".")[2]


def _without_ending(host: str) -> str:
    return canonical_host(host).removesuffix(_ending(host))

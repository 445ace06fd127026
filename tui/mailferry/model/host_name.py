"""Host names: the form that equal ones share, which are addresses, and what somebody registered of them."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_address

from mailferry.model.address import AddressError, domain_to_ascii

_SHARED_ENDS = frozenset(
    {"ac", "ad", "co", "com", "ed", "edu", "gen", "go", "gov", "gr", "lg", "mil", "ne", "net", "or", "org"}
)
"""Labels under which country domains register names: the `co` of `co.uk`, the `ne` of `ne.jp`."""


@lru_cache(maxsize=4096)
def canonical_host(host: str) -> str:
    """A host in the one form that equal hosts share; text that is no host name is only trimmed."""
    try:
        return domain_to_ascii(host)
    except AddressError:
        return host.strip().casefold().removesuffix(".")


def is_ip_address(host: str) -> bool:
    """Whether a host is an IP address and no name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=4096)
def is_loopback(host: str) -> bool:
    """Whether a host is this very computer, by name (RFC 6761 section 6.3) or by address."""
    name = canonical_host(host)
    if name == "localhost" or name.endswith(".localhost"):
        return True
    return is_ip_address(name := name.strip("[]")) and ip_address(name).is_loopback


def registered_domain(host: str) -> str:
    """The part of a host's name that somebody registered: `zoho.com.au` of `imap.zoho.com.au`.

    Worked out without the Public Suffix List, from the ends that countries commonly share out.
    """
    labels = canonical_host(host).split(".")
    shared = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SHARED_ENDS
    return ".".join(labels[-3:] if shared else labels[-2:])

"""In whose domains a provider's servers stand."""

from __future__ import annotations

import ipaddress

from mailferry.model.address import AddressError, domain_to_ascii
from mailferry.model.provider import IncomingServer, OutgoingServer, Provider

Server = IncomingServer | OutgoingServer

_SHARED = frozenset({"ac", "ad", "co", "com", "ed", "edu", "go", "gov", "gr", "ne", "net", "or", "org"})
"""What stands below many countries and is nobody's own: co.uk, com.au, ne.jp."""


def all_servers(provider: Provider) -> tuple[Server, ...]:
    """The servers of a provider for reading and for sending."""
    return (*provider.incoming, *provider.outgoing)


def stands_outside(server: Server, provider: Provider) -> bool:
    """Whether a server is under none of the domains that its provider's file names.

    A host that is an address, or is named after the domain of the mail address, is never outside.
    """
    if is_ip_address(server.host) or "{domain}" in server.host:
        return False
    host = _ascii(server.host)
    return not any(host == domain or host.endswith("." + domain) for domain in domains_of(provider))


def domains_of(provider: Provider) -> tuple[str, ...]:
    """All domains that a provider's file names as its own, in ASCII."""
    return tuple(map(_ascii, (*provider.domains, *provider.suffixes, *provider.server_domains)))


def likely_registered(host: str) -> str:
    """What is probably the registered domain of a host; a proposal for a person to look at."""
    labels = _ascii(host).split(".")
    shared = len(labels[-1]) == 2 and labels[-2:-1] and labels[-2] in _SHARED
    return ".".join(labels[-3 if shared else -2 :])


def is_ip_address(host: str) -> bool:
    """Whether a host is an address and no name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _ascii(name: str) -> str:
    try:
        return domain_to_ascii(name)
    except AddressError:
        return name.lower()  # lint reports it where names are looked at

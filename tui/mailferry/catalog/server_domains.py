"""In whose domains a provider's servers stand."""

from __future__ import annotations

from mailferry.model.host_name import canonical_host, is_ip_address
from mailferry.model.provider import IncomingServer, OutgoingServer, Provider

Server = IncomingServer | OutgoingServer


def all_servers(provider: Provider) -> tuple[Server, ...]:
    """The servers of a provider for reading and for sending."""
    return (*provider.incoming, *provider.outgoing)


def stands_outside(server: Server, provider: Provider) -> bool:
    """Whether a server is under none of the domains that its provider's file names.

    A host that is an address, or is named after the domain of the mail address, is never outside.
    """
    if is_ip_address(server.host) or "{domain}" in server.host:
        return False
    host = canonical_host(server.host)
    return not any(host == domain or host.endswith("." + domain) for domain in domains_of(provider))


def domains_of(provider: Provider) -> tuple[str, ...]:
    """All domains that a provider's file names as its own, in ASCII."""
    return tuple(map(canonical_host, (*provider.domains, *provider.suffixes, *provider.server_domains)))

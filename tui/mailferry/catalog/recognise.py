"""Whose servers these are: a listed provider known by the hosts that another source named."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from mailferry.catalog.catalogue import Catalogue
from mailferry.model.address import Address
from mailferry.model.provider import Provider
from mailferry.model.recommendation import Recommendation, RecommendedServer, fill_username, serves_domain


def recognise(hosts: Iterable[str], catalogue: Catalogue) -> str | None:
    """The id of the listed provider to whom all these hosts belong; None for no hosts or nobody's.

    Where several providers share servers, as Gmail and Google Workspace do, the one that is active and
    takes mail under the most names of mail exchangers: such a one has customers with domains of their own.
    """
    wanted = {host.lower().removesuffix(".") for host in hosts}
    if not wanted:
        return None
    owners = [
        (provider.status != "active", -len(provider.mx), provider_id)
        for provider_id in catalogue.mentioning(min(wanted))
        if (provider := catalogue.get(provider_id)) is not None and wanted <= _hosts(provider)
    ]
    return min(owners)[2] if owners else None


def owner(host: str, catalogue: Catalogue) -> Provider | None:
    """The listed provider whose server a host is; None for nobody's.

    Where several share it, the one at home in its domain comes first: imap.gmail.com is Gmail's before it is
    Google Workspace's.
    """
    name = host.lower().removesuffix(".")
    above = name
    while "." in above:
        above = above.partition(".")[2]
        at_home = catalogue.find_domain(above)
        provider = catalogue.get(at_home) if at_home is not None else None
        if provider is not None and name in _hosts(provider):
            return provider
    provider_id = recognise((name,), catalogue)
    return catalogue.get(provider_id) if provider_id is not None else None


def adopt(found: Recommendation, address: Address, provider_id: str, provider: Provider) -> Recommendation:
    """What is known of a provider, taken along to servers of its that another source named."""
    own_form = None if serves_domain(provider, address.domain) else provider.own_domain_username
    hosts = _hosts(provider)

    def known(servers: tuple[RecommendedServer, ...]) -> tuple[RecommendedServer, ...]:
        return tuple(
            _signed_in_as(server, own_form, address) if own_form and server.host.lower() in hosts else server
            for server in servers
        )

    return msgspec.structs.replace(
        found,
        provider=provider_id,
        name=provider.name,
        status=provider.status,
        notice=provider.notice,
        docs=provider.docs or found.docs,
        incoming=known(found.incoming),
        outgoing=known(found.outgoing),
        sign_in=provider.sign_in,
        iphone=provider.iphone,
        evidence=(*found.evidence, *provider.evidence),
        doubts=(*found.doubts, *provider.doubts),
        old_hosts=provider.old_host,
        failures=provider.failure,
        warnings=(*found.warnings, *((provider.notice,) if provider.notice else ())),
    )


def _hosts(provider: Provider) -> set[str]:
    return {server.host.lower() for server in (*provider.incoming, *provider.outgoing)}


def _signed_in_as(server: RecommendedServer, form: str, address: Address) -> RecommendedServer:
    username = fill_username(form, address)
    return msgspec.structs.replace(
        server,
        username=username,
        username_also=(),
        username_not=(str(address), address.local) if username is None else (),
    )

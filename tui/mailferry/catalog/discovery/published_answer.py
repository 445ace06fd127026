"""A published file as a source's answer: written out for one address, with what is to be said about it."""

from __future__ import annotations

from mailferry.catalog.formats.published import Published
from mailferry.model.address import Address
from mailferry.model.recommendation import SourceAnswer, SourceName, recommend


def answer(
    source: SourceName, published: Published, url: str, address: Address, *remarks: str
) -> SourceAnswer:
    """The answer of `source`, from the file at `url`; `remarks` come before those about the file.

    The query of `url` is left out: it can hold the address, and evidence is kept in files that are shared.
    """
    found = recommend(address, "", published.provider(address.domain), "none")
    return SourceAnswer(
        source=source,
        ok=True,
        name=published.name,
        docs=published.docs,
        url=url.partition("?")[0],
        incoming=found.incoming,
        outgoing=found.outgoing,
        remarks=(*remarks, *(f"First: {step}" for step in published.before), *published.remarks),
    )


def outside(published: Published, domain: str) -> tuple[str, ...]:
    """The hosts of a file that neither are the domain nor lie below it, each once."""
    hosts = dict.fromkeys(server.host for server in (*published.incoming, *published.outgoing))
    return tuple(host for host in hosts if host != domain and not host.endswith(f".{domain}"))

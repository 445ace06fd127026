"""Whose servers a domain's mail goes to: the mail exchanger often gives the provider away."""

from __future__ import annotations

from mailferry.catalog.discovery.asking import SourceError
from mailferry.catalog.discovery.dns import NoRecordsError, NoSuchDomainError
from mailferry.catalog.discovery.question import Question
from mailferry.model.recommendation import SourceAnswer, recommend

_MOST_SHOWN = 5


class TakesNoMailError(SourceError):
    """The domain says in DNS that it takes no mail: a null MX record (RFC 7505)."""


async def ask_mx(question: Question) -> SourceAnswer:
    """The listed provider of the domain's best mail exchanger that belongs to one.

    Raises TakesNoMailError, and SourceError: the domain does not exist, has no exchanger, DNS is unavailable,
    or no provider file lists any of the exchangers.
    """
    domain = question.address.domain
    hosts = await _exchangers(question)
    owners = {host: question.catalogue.find_mx(host) for host in hosts}
    host, provider_id = next(((host, owner) for host, owner in owners.items() if owner), (hosts[0], None))
    if provider_id is None:
        raise SourceError(f"Mail for {domain} goes to {host}, which no provider file lists.")
    provider = question.catalogue.need(provider_id)
    found = recommend(question.address, provider_id, provider, "mx")
    remarks = [f"Mail for {domain} goes to {host}, a mail exchanger of {provider.name}."]
    if owners[hosts[0]] is None:
        remarks.append(f"It goes to {hosts[0]} first, which no provider file lists.")
    others = [_described(each, owners[each], question) for each in hosts if owners[each] != provider_id]
    if others:
        remarks.append(f"Exchangers that are not {provider.name}'s: {', '.join(others[:_MOST_SHOWN])}.")
    return SourceAnswer(
        source="mx",
        ok=True,
        provider=provider_id,
        name=found.name,
        docs=found.docs,
        incoming=found.incoming,
        outgoing=found.outgoing,
        remarks=tuple(remarks),
    )


def _described(host: str, owner: str | None, question: Question) -> str:
    return f"{host} ({question.catalogue.need(owner).name if owner else 'in no provider file'})"


async def _exchangers(question: Question) -> tuple[str, ...]:
    """The exchangers' names, in order of preference; at least one."""
    domain = question.address.domain
    try:
        records = await question.resolver.mx(domain)
    except NoSuchDomainError:
        raise NoSuchDomainError(f"The domain {domain} does not exist.") from None
    except NoRecordsError:
        raise NoRecordsError(f"DNS does not say where mail for {domain} goes: it has no MX record.") from None
    hosts = tuple(record.host for record in records if record.host)
    if not hosts:
        raise TakesNoMailError(f"{domain} takes no mail; it says so in DNS (null MX).")
    return hosts

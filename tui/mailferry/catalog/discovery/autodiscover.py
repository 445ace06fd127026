"""Microsoft's Autodiscover, recognised by its names in DNS and never asked: it answers only to a password."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable

from mailferry.catalog.discovery.asking import SourceError
from mailferry.catalog.discovery.dns import DnsUnavailableError, NoRecordsError, NoSuchDomainError
from mailferry.catalog.discovery.question import Question
from mailferry.model.recommendation import SourceAnswer
from mailferry.model.visible import visible

_MICROSOFT_365 = "microsoft365"  # the id of its provider file
_MICROSOFT_DOMAINS = ("outlook.com", "office365.com")


async def ask_autodiscover(question: Question) -> SourceAnswer:
    """Whether the domain points to an Autodiscover service, and what that means for the user; no servers.

    Raises SourceError when it does not, DnsUnavailableError when that could not be found out.
    """
    domain = question.address.domain
    found = await asyncio.gather(_or_error(_named_host(question)), _or_error(_service_host(question)))
    hosts = list(dict.fromkeys(each for each in found if isinstance(each, str)))
    if not hosts:
        errors = [each for each in found if isinstance(each, SourceError)]
        raise next((error for error in errors if isinstance(error, DnsUnavailableError)), errors[0])
    microsoft = next((host for host in hosts if _is_microsofts(host)), None)
    if microsoft is None:
        return SourceAnswer(
            source="autodiscover",
            ok=True,
            remarks=(
                f"{domain} has Microsoft's Autodiscover, at {hosts[0]}; it is not asked, because it wants the"
                " password. If the mail is on an Exchange server, the iPhone's button “Microsoft Exchange”"
                " finds the settings by itself; some hosting companies have Autodiscover without one.",
            ),
        )
    provider = question.catalogue.get(_MICROSOFT_365)
    return SourceAnswer(
        source="autodiscover",
        ok=True,
        provider=_MICROSOFT_365 if provider else None,
        name=provider.name if provider else None,
        docs=provider.docs if provider else None,
        remarks=(
            f"Autodiscover of {domain} leads to {microsoft}, which is Microsoft 365's. On the iPhone, add the"
            " account with the button “Microsoft Exchange”, which signs in on Microsoft's own page.",
        ),
    )


async def _named_host(question: Question) -> str:
    """Where `autodiscover.` under the domain leads, unless any other name would lead there too."""
    domain = question.address.domain
    name = f"autodiscover.{domain}"
    places = await _places(question, name)
    if not places:
        raise NoRecordsError(f"{domain} has no Autodiscover.")
    # A wildcard answers for every name, also for one that nobody can have thought of.
    if places & await _places(question, f"{secrets.token_hex(8)}.{domain}"):
        raise NoRecordsError(
            f"Every name under {domain} leads to the same place (a wildcard in DNS), so {name} says nothing"
            " about Autodiscover."
        )
    alias = await question.resolver.cname(name)
    return alias or name


async def _places(question: Question, name: str) -> frozenset[str]:
    """The name's alias, or else its addresses; nothing for a name that does not exist."""
    try:
        alias = await question.resolver.cname(name)
        return frozenset([alias] if alias else await question.resolver.addresses(name))
    except (NoSuchDomainError, NoRecordsError):
        return frozenset()


async def _service_host(question: Question) -> str:
    """The host of the domain's `_autodiscover` service (SRV)."""
    domain = question.address.domain
    for record in await question.resolver.srv(f"_autodiscover._tcp.{domain}"):
        if record.target:
            return visible(record.target[:80])
    raise NoRecordsError(f"{domain} says that it does not offer Autodiscover.")


async def _or_error(asking: Awaitable[str]) -> str | SourceError:
    try:
        return await asking
    except SourceError as error:
        return error


def _is_microsofts(host: str) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for domain in _MICROSOFT_DOMAINS)

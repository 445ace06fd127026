"""The look-up that asks others, with the means that `config.toml` gives it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping

from mailferry.catalog.catalogue import Catalogue
from mailferry.catalog.discovery.asking import Announce
from mailferry.catalog.discovery.discover import Answered, all_sources, discover
from mailferry.catalog.discovery.dns import Resolver
from mailferry.catalog.discovery.guess import ask_guess
from mailferry.catalog.discovery.question import Question
from mailferry.catalog.discovery.web import Web
from mailferry.model.address import Address
from mailferry.model.config import LookupConfig
from mailferry.model.recommendation import Recommendation, SourceAnswer


async def look_up_online(
    catalogue: Catalogue,
    address: Address,
    config: LookupConfig,
    connect_to: Mapping[str, str],
    *,
    listed: Recommendation,
    known: Iterable[SourceAnswer],
    guess: bool,
    announce: Announce,
    answered: Answered,
    stop: asyncio.Event | None,
) -> Recommendation:
    """The recommendation after asking everybody (see `discover`). Raises MailferryError: bad resolver."""
    resolver = Resolver(nameserver=config.resolver, announce=announce)
    question = Question(
        address=address,
        catalogue=catalogue,
        resolver=resolver,
        web=Web(resolver=resolver, announce=announce, connect_to=connect_to),
        ispdb=config.ispdb,
    )
    return await discover(
        question,
        listed=listed,
        sources=all_sources(),
        guess=ask_guess if guess else None,
        known=known,
        timeout=config.timeout,
        answered=answered,
        stop=stop,
    )

"""Sources that say what a test wants, and questions to ask them with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from mailferry.catalog.catalogue import Catalogue
from mailferry.catalog.discovery.asking import Announce, Asking, SourceError
from mailferry.catalog.discovery.dns import Resolver
from mailferry.catalog.discovery.question import Question
from mailferry.catalog.discovery.web import Web
from mailferry.model.account import AuthMethod, IncomingProtocol, Security
from mailferry.model.address import parse_address
from mailferry.model.recommendation import RecommendedServer, SourceAnswer, SourceName

SHIPPED = Path(__file__).parents[2] / "profiles" / "providers"
ADDRESS = parse_address("eva@firm.example")


def incoming(
    host: str = "imap.firm.example",
    port: int = 993,
    security: Security = "tls",
    *,
    protocol: IncomingProtocol = "imap",
    username: str | None = "eva@firm.example",
    auth: tuple[AuthMethod, ...] = ("password",),
) -> RecommendedServer:
    """A server for reading."""
    return RecommendedServer(
        protocol=protocol, host=host, port=port, security=security, username=username, auth=auth
    )


def outgoing(
    host: str = "smtp.firm.example",
    port: int = 465,
    security: Security = "tls",
    *,
    username: str | None = "eva@firm.example",
    auth: tuple[AuthMethod, ...] = ("password",),
) -> RecommendedServer:
    """A server for sending."""
    return RecommendedServer(
        protocol="smtp", host=host, port=port, security=security, username=username, auth=auth
    )


def said(
    source: SourceName,
    *servers: RecommendedServer,
    name: str | None = None,
    provider: str | None = None,
    outside: tuple[str, ...] = (),
    remarks: tuple[str, ...] = (),
    url: str | None = None,
) -> SourceAnswer:
    """An answer that names servers, by default the usual two."""
    servers = servers or (incoming(), outgoing())
    return SourceAnswer(
        source=source,
        ok=True,
        name=name,
        provider=provider,
        url=url,
        incoming=tuple(server for server in servers if server.protocol != "smtp"),
        outgoing=tuple(server for server in servers if server.protocol == "smtp"),
        outside=outside,
        remarks=remarks,
    )


def silent(source: SourceName, error: str = "It has no such file.") -> SourceAnswer:
    """An answer that names nothing."""
    return SourceAnswer(source=source, ok=False, error=error)


def says(answer: SourceAnswer, *hosts: str) -> Callable[[Question], Awaitable[SourceAnswer]]:
    """A source that announces these hosts and then answers."""

    async def ask(question: Question) -> SourceAnswer:
        for host in hosts:
            question.web.announce(Asking(host=host, about=question.address.domain))
        if answer.error is not None:
            raise SourceError(answer.error)
        return answer

    return ask


def question(
    address: str = str(ADDRESS), *, announce: Announce = lambda _: None, own: Path | None = None
) -> Question:
    """A question whose name server nobody runs."""
    resolver = Resolver(nameserver="127.0.0.1:1", announce=announce)
    return Question(
        address=parse_address(address),
        catalogue=Catalogue(SHIPPED, own),
        resolver=resolver,
        web=Web(resolver=resolver, announce=announce, connect_to={}),
        ispdb="",
    )

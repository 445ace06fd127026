"""Options that state an account's servers, for addresses of which nobody says any."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from typing import get_args

import click

from mailferry.model.account import AuthMethod, Role, Security
from mailferry.model.mail_port import usual_security

SECURITIES: tuple[str, ...] = get_args(Security)
AUTH_METHODS: tuple[str, ...] = get_args(AuthMethod)

Place = tuple[str, int | None]
"""A host, and a port where one was typed."""

_PLACE = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<host>[^\s:/\[\]]+))(?::(?P<port>[0-9]{1,5}))?")


def server_place(_context: click.Context, parameter: click.Parameter, typed: str | None) -> Place | None:
    """A host, or a host and a port: `mail.example.net:995`, `[2001:db8::1]:143`. Raises BadParameter."""
    if typed is None:
        return None
    place = _PLACE.fullmatch(typed.strip())
    port = int(place["port"]) if place is not None and place["port"] else None
    if place is None or (port is not None and not 1 <= port <= 65535):
        raise click.BadParameter(f"“{typed}” is no HOST and no HOST:PORT", param=parameter)
    return place["six"] or place["host"], port


def asked_security(place: Place | None, security: str | None) -> str | None:
    """How a server is encrypted: as stated; asked at a terminal where neither that nor the port tells it."""
    if security is not None or place is None or place[1] is None or usual_security(place[1]) is not None:
        return security
    if not sys.stdin.isatty():
        return None
    typed: str = click.prompt(
        f"How does {place[0]}:{place[1]} encrypt (tls: from the start)",
        type=click.Choice(SECURITIES),
        err=True,
    )
    return typed


def stated(
    protocol: str | None,
    incoming: Place | None,
    outgoing: Place | None,
    *,
    securities: Mapping[Role, str | None],
    username: str | None,
    auth: str | None,
) -> Iterator[tuple[str, str | int]]:
    """What was typed, as settings by their paths."""
    if protocol is not None:
        yield "incoming.protocol", protocol
    servers: tuple[tuple[Role, Place | None], ...] = (("incoming", incoming), ("outgoing", outgoing))
    for role, place in servers:
        if place is not None:
            yield f"{role}.host", place[0]
            if place[1] is not None:
                yield f"{role}.port", place[1]
        if (security := securities[role]) is not None:
            yield f"{role}.security", security
        if username is not None:
            yield f"{role}.username", username
        if auth is not None:
            yield f"{role}.auth", auth

"""Other ways to a server that the user or the recommendation names, to try when its settings fail."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from mailferry.model.account import Account, AuthMethod, Protocol, Role, Security
from mailferry.model.recommendation import Recommendation
from mailferry.model.settings import ServerSettings

_STANDARD: dict[Protocol, tuple[tuple[int, Security], ...]] = {
    "imap": ((993, "tls"), (143, "starttls")),
    "pop3": ((995, "tls"), (110, "starttls")),
    "smtp": ((465, "tls"), (587, "starttls")),
}
"""The ports of each protocol, TLS from the start before the upgrade (RFC 8314 section 3)."""

_RELAY_PORT = 25


def other_doors(
    settings: ServerSettings, account: Account, recommendation: Recommendation, role: Role
) -> tuple[ServerSettings, ...]:
    """Ways to try where `settings`, of one server of an account, do not work; the account's own host first.

    They are the standard ports of the protocol on the account's host, a recommended one before the others,
    and the servers that are recommended for the role, of whatever protocol. None leaves out encryption. A
    certificate that the account pins and a private CA it names hold for its own host alone.
    """
    recommended = tuple(_recommended(settings, account, recommendation, role))
    places = set(map(_place, recommended))
    own_host = sorted(_on_own_host(settings), key=lambda door: _place(door) not in places)
    doors: dict[tuple[object, ...], ServerSettings] = {}
    for door in (*own_host, *recommended):
        doors.setdefault(_place(door), door)
    doors.pop(_place(settings), None)
    return tuple(doors.values())


def other_auth(
    settings: ServerSettings, recommendation: Recommendation, role: Role
) -> tuple[AuthMethod, ...]:
    """Ways to sign in that may be offered where that of `settings` is not: recommended ones, a password."""
    recommended = (
        method
        for server in recommendation.servers(role)
        if server.protocol == settings.protocol
        for method in server.auth
    )
    ways: dict[AuthMethod, None] = dict.fromkeys((*recommended, "password"))
    return tuple(method for method in ways if method not in ("none", settings.auth or "password"))


def _on_own_host(settings: ServerSettings) -> Iterator[ServerSettings]:
    if not settings.host:
        return
    for port, security in _STANDARD[settings.protocol]:
        yield msgspec.structs.replace(settings, port=port, security=security)
    if settings.protocol == "smtp" and settings.port == _RELAY_PORT:
        yield msgspec.structs.replace(settings, port=_RELAY_PORT, security="starttls")


def _recommended(
    settings: ServerSettings, account: Account, recommendation: Recommendation, role: Role
) -> Iterator[ServerSettings]:
    own = account.server(role)
    for server in recommendation.servers(role):
        if server.security == "none":
            continue
        same_host = (settings.host or "").casefold() == server.host.casefold()
        yield ServerSettings(
            role=role,
            protocol=server.protocol,
            host=server.host,
            port=server.port,
            security=server.security,
            username=own.username or server.username,
            auth=own.auth or (server.auth[0] if server.auth else None),
            ca_file=settings.ca_file if same_host else None,
            fingerprint=settings.fingerprint if same_host else None,
            quirks=server.quirks if own.quirks is None else own.quirks,
        )


def _place(settings: ServerSettings) -> tuple[object, ...]:
    host = (settings.host or "").casefold().removesuffix(".")
    return settings.protocol, host, settings.port, settings.security

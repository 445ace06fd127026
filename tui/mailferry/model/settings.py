"""An account's effective values: what it states itself, and for all else the recommendation."""

from __future__ import annotations

import msgspec

from mailferry.model.account import (
    Account,
    AuthMethod,
    OwnIncoming,
    OwnServer,
    PasswordSource,
    Protocol,
    Quirk,
    Role,
    Security,
)
from mailferry.model.recommendation import Recommendation, RecommendedServer

ROLES: tuple[Role, Role] = ("incoming", "outgoing")

SERVER_FIELDS = ("protocol", "host", "port", "security", "username", "auth", "ca_file", "fingerprint")
"""Fields of a server that a setting path can name, in the order in which people read them."""

SETTING_PATHS = tuple(
    f"{role}.{field}"
    for role in ROLES
    for field in SERVER_FIELDS
    if (role, field) != ("outgoing", "protocol")
)
"""Every setting path, in the order in which it is compared and shown."""


class ServerSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The effective values of one server. None: neither the account nor a recommendation says it."""

    role: Role
    protocol: Protocol
    host: str | None = None
    port: int | None = None
    security: Security | None = None
    username: str | None = None
    auth: AuthMethod | None = None
    ca_file: str | None = None
    fingerprint: str | None = None
    quirks: tuple[Quirk, ...] = ()


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a check, a profile or a sheet needs to know about an account.

    `own` holds the paths of the settings that the account states itself; all others are inherited.
    """

    id: str
    address: str
    name: str | None
    label: str
    person: str | None
    incoming: ServerSettings
    outgoing: ServerSettings
    incoming_password: PasswordSource
    outgoing_password: PasswordSource
    own: frozenset[str]

    def server(self, role: Role) -> ServerSettings:
        """The effective values of one of the two servers."""
        return self.incoming if role == "incoming" else self.outgoing

    def value(self, path: str) -> str | int | None:
        """The effective value at a setting path such as `incoming.port`. Raises KeyError for no such path."""
        if path not in SETTING_PATHS:
            raise KeyError(path)
        role, field = path.split(".")
        value: str | int | None = getattr(self.incoming if role == "incoming" else self.outgoing, field)
        return value


def recommended_server(
    account: Account, recommendation: Recommendation, role: Role
) -> RecommendedServer | None:
    """The server an account is compared with: the provider's first, of the protocol it states."""
    servers = recommendation.servers(role)
    wanted = account.incoming.protocol if role == "incoming" else None
    return next((server for server in servers if wanted in (None, server.protocol)), None)


def effective_settings(account_id: str, account: Account, recommendation: Recommendation) -> Settings:
    """Join what an account states with what is recommended for it."""
    return Settings(
        id=account_id,
        address=account.address,
        name=account.name,
        label=account.label or account.address,
        person=account.person,
        incoming=_server(
            account.incoming, recommended_server(account, recommendation, "incoming"), "incoming"
        ),
        outgoing=_server(
            account.outgoing, recommended_server(account, recommendation, "outgoing"), "outgoing"
        ),
        incoming_password=account.password_source("incoming"),
        outgoing_password=account.password_source("outgoing"),
        own=frozenset(
            path
            for path in SETTING_PATHS
            if getattr(
                account.server("incoming" if path.startswith("in") else "outgoing"), path.split(".")[1]
            )
            is not None
        ),
    )


def _server(own: OwnServer, recommended: RecommendedServer | None, role: Role) -> ServerSettings:
    stated = own.protocol if isinstance(own, OwnIncoming) else None
    if recommended is None:
        default: Protocol = "imap" if role == "incoming" else "smtp"
        inherited = ServerSettings(role=role, protocol=default)
    else:
        inherited = ServerSettings(
            role=role,
            protocol=recommended.protocol,
            host=recommended.host,
            port=recommended.port,
            security=recommended.security,
            username=recommended.username,
            auth=recommended.auth[0] if recommended.auth else None,
            quirks=recommended.quirks,
        )
    return ServerSettings(
        role=role,
        protocol=stated or inherited.protocol,
        host=inherited.host if own.host is None else own.host,
        port=inherited.port if own.port is None else own.port,
        security=inherited.security if own.security is None else own.security,
        username=inherited.username if own.username is None else own.username,
        auth=inherited.auth if own.auth is None else own.auth,
        ca_file=own.ca_file,
        fingerprint=own.fingerprint,
        quirks=inherited.quirks if own.quirks is None else own.quirks,
    )

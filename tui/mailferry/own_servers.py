"""What goes without saying of a server that somebody states and nobody recommends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mailferry.model.account import Account, Role
from mailferry.model.mail_port import port_owner, usual_security
from mailferry.model.recommendation import Recommendation
from mailferry.model.settings import ROLES, recommended_server
from mailferry.store.decode import decode_account
from mailferry.store.edit import set_value
from mailferry.workspace import Workspace

Stated = tuple[str, str | int]
"""A setting path and its value."""


def with_stated(
    workspace: Workspace, text: str, stated: Iterable[Stated], found: Recommendation | None
) -> str:
    """An account's text with settings stated and with what they imply, beside what a look-up found."""
    for path, value in stated:
        text = set_value(text, path, value)
    account = decode_account(text, "the new account")
    for path, value in implied(account, found or workspace.recommendation(account)):
        text = set_value(text, path, value)
    return text


def implied(account: Account, recommendation: Recommendation) -> Iterator[Stated]:
    """What an account leaves out of its own servers and their ports tell; a password if it says nothing.

    Of ports that are not assigned to mail nothing is known.
    """
    for role in unknown_servers(account, recommendation):
        server = account.server(role)
        owner = port_owner(server.port) if server.port is not None else None
        if role == "incoming" and account.incoming.protocol is None and owner == "pop3":
            yield "incoming.protocol", "pop3"
        security = usual_security(server.port) if server.port is not None else None
        if server.security is None and security is not None:
            yield f"{role}.security", security
        if server.auth is None:
            yield f"{role}.auth", "password"


def missing(account: Account, recommendation: Recommendation) -> tuple[str, ...]:
    """The paths of what neither the account nor anybody else says of its own servers."""
    return tuple(
        f"{role}.{field}"
        for role in unknown_servers(account, recommendation)
        for field in ("port", "security", "username")
        if getattr(account.server(role), field) is None
    )


def unknown_servers(account: Account, recommendation: Recommendation) -> tuple[Role, ...]:
    """Which of its two servers only the account itself names."""
    return tuple(
        role
        for role in ROLES
        if account.server(role).host is not None and recommended_server(account, recommendation, role) is None
    )

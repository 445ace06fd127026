"""The text of an account file for an account of a profile: only what differs from the recommendation."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from mailferry.iphone.plain import plain
from mailferry.iphone.reading.report import ReadAccount, ReadServer
from mailferry.iphone.refusals import TLS_PORT
from mailferry.model.account import Account, OwnIncoming, Security
from mailferry.model.host_name import canonical_host, is_loopback
from mailferry.model.recommendation import Recommendation, RecommendedServer
from mailferry.model.settings import ROLES, recommended_server
from mailferry.store.edit import new_account, set_value
from mailferry.workspace import Workspace

Stated = tuple[str, str | int]
_NAMES = {"tls": "TLS from the start", "starttls": "STARTTLS"}


class AccountText(msgspec.Struct, frozen=True):
    """The text of a file, what to know of it in whole sentences, and the servers that nobody listed has."""

    text: str
    notes: tuple[str, ...]
    unlisted: tuple[str, ...]


def account_text(
    workspace: Workspace,
    read: ReadAccount,
    address: str,
    *,
    label: str | None,
    person: str | None,
    provider: str | None,
) -> AccountText:
    """An account file's text. Passwords are not in it. Raises AddressError."""
    protocol = read.incoming.protocol if read.incoming is not None else None
    account = Account(
        address=address,
        provider=provider,
        incoming=OwnIncoming(protocol=None if protocol is None else "pop3" if protocol == "pop3" else "imap"),
    )
    recommendation = workspace.recommendation(account)
    text = new_account(
        address, name=plain(read.name or "") or None, label=label, person=person, provider=provider
    )
    for path, value in _stated(account, read, recommendation):
        text = set_value(text, path, value)
    return AccountText(text, tuple(_notes(account, read, recommendation)), _unlisted(read, recommendation))


def _stated(account: Account, read: ReadAccount, recommendation: Recommendation) -> Iterator[Stated]:
    first = next((server.protocol for server in recommendation.incoming), "imap")
    if account.incoming.protocol is not None and account.incoming.protocol != first:
        yield "incoming.protocol", account.incoming.protocol
    for role in ROLES:
        recommended = recommended_server(account, recommendation, role)
        server = read.server(role)
        if server is not None:
            for field, value in _values(server):
                if value is not None and not _is_recommended(field, value, recommended):
                    yield f"{role}.{field}", value
        elif recommended is not None and read.username not in (None, recommended.username):
            assert read.username is not None, "looked at in the line before"
            if "\\" not in read.username:  # DOMAIN\name is Exchange's own, and no other server knows it
                yield f"{role}.username", read.username


def _values(server: ReadServer) -> Iterator[tuple[str, str | int | None]]:
    yield "host", server.host
    yield "port", server.port
    yield "security", safe_security(server)
    yield "username", server.username
    yield "auth", server.auth


def safe_security(server: ReadServer) -> Security | None:
    """The encryption to use where a profile has it.

    One that leaves TLS out often means STARTTLS, and is never a reason to send a password readable: only
    where none is sent, or this very computer is meant, it is taken at its word.
    """
    if server.use_ssl or server.auth == "none" or is_loopback(server.host or ""):
        return server.security
    if server.port is None:
        return None
    return "tls" if server.port == TLS_PORT[server.protocol] else "starttls"


def _is_recommended(field: str, value: str | int, recommended: RecommendedServer | None) -> bool:
    if recommended is None:
        return False
    if field == "auth":
        return recommended.auth[:1] == (value,)
    if field == "host":
        return canonical_host(str(value)) == canonical_host(recommended.host)
    given: str | int | None = getattr(recommended, field)
    return value == given


def _notes(account: Account, read: ReadAccount, recommendation: Recommendation) -> Iterator[str]:
    for role in ROLES:
        server = read.server(role)
        if server is None:
            continue
        meant = safe_security(server)
        if server.security == "none" and meant != "none":
            kind = f"{_NAMES[meant]} is expected there" if meant else "encryption is expected there"
            yield (
                f"The profile leaves TLS off for the {role} server; {kind} all the same, so that no password"
                f" travels readable ({role}.security)."
            )
        recommended = recommended_server(account, recommendation, role)
        nobody_knows = recommended is None or recommended.username is None
        if server.username is None and server.auth != "none" and nobody_knows:
            yield f"Nobody says the user name: write {role}.username into the file, usually the address."
    if read.incoming is None and not recommendation.incoming:
        yield (
            "Of an Exchange account no IMAP or SMTP server is known; write them into the file if there are"
            " any."
        )


def _unlisted(read: ReadAccount, recommendation: Recommendation) -> tuple[str, ...]:
    """Roles of servers with encryption that no provider lists, and that may have a private certificate."""
    return tuple(
        role
        for role in ROLES
        if (server := read.server(role)) is not None
        and server.host is not None
        and canonical_host(server.host)
        not in {canonical_host(each.host) for each in recommendation.servers(role)}
    )

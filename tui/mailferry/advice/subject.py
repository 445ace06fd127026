"""What is judged: one server of an account beside what its provider lists."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from functools import cached_property

import msgspec

from mailferry.advice.acceptance import stands
from mailferry.advice.certainty import is_listed, is_tentative
from mailferry.advice.names import same_host
from mailferry.advice.words import source_says
from mailferry.model.account import Account, OwnIncoming, OwnOutgoing, Protocol, Role, Security
from mailferry.model.finding import Verdict
from mailferry.model.host_name import is_loopback
from mailferry.model.recommendation import Recommendation, RecommendedServer
from mailferry.model.settings import recommended_server


class Judgement(msgspec.Struct, frozen=True):
    """A verdict on one setting, with its reason. `fix`: writing the recommended value mends it."""

    verdict: Verdict
    why: str
    fix: bool = False


OwnerOf = Callable[[str], str | None]
"""Tells the name of the listed provider whose server a host is; None for nobody's."""


def nobodys(_host: str) -> None:
    """Know no server's owner."""


class Subject(msgspec.Struct, frozen=True, dict=True):
    """One server of an account: what the account states, what is recommended, and what would be used.

    `recommended` is the server it is compared with, if there is any, and `listed` are all of the provider's
    servers of the same protocol. `host`, `port` and `security` are the effective values. `owner_of` names the
    listed provider whose server a host is.
    """

    role: Role
    account: Account
    recommendation: Recommendation
    own: OwnIncoming | OwnOutgoing
    recommended: RecommendedServer | None
    listed: tuple[RecommendedServer, ...]
    protocol: Protocol
    host: str | None
    port: int | None
    security: Security | None
    today: datetime.date
    owner_of: OwnerOf = nobodys

    @cached_property
    def tentative(self) -> bool:
        """Whether nobody vouches for the recommended server, so that it proves no stated value wrong."""
        return self.recommended is not None and is_tentative(self.recommendation, self.recommended)

    @property
    def listed_in_full(self) -> bool:
        """Whether a provider's file speaks, so that what it does not list is not there."""
        return is_listed(self.recommendation, self.recommended)

    @cached_property
    def on_this_computer(self) -> bool:
        """Whether the server is a program on the same computer (a bridge, a tunnel)."""
        return self.host is not None and is_loopback(self.host)

    @property
    def in_clear(self) -> bool:
        """Whether passwords and mail would cross a network unencrypted."""
        return self.security == "none" and not self.on_this_computer

    @cached_property
    def as_listed(self) -> bool:
        """Whether host, port and security together are one of the provider's servers.

        An unencrypted one counts only where the provider recommends nothing better.
        """
        if self.in_clear and self.recommended is not None and self.recommended.security != "none":
            return False
        return any(
            server.port == self.port
            and server.security == self.security
            and same_host(self.host, server.host)
            for server in self.listed
        )

    def recommended_value(self, field: str) -> str | int | None:
        """The recommended value of one setting; None when there is none."""
        server = self.recommended
        if server is None:
            return None
        if field == "auth":
            return server.auth[0] if server.auth else None
        value: str | int | None = getattr(server, field, None)
        return value

    def says(self, field: str) -> str:
        """The sentence that names the recommended value of a setting and its source; empty without one."""
        value = self.recommended_value(field)
        return "" if value is None else source_says(self.recommendation, f"{self.role}.{field}", value)

    def not_stated(self, field: str) -> Judgement:
        """The judgement on a setting that the account leaves out."""
        says = self.says(field)
        if says:
            return Judgement("inherited", f"Not set here, so the recommendation holds. {says}")
        return Judgement("unknown", "Not set, and nobody recommends a value; write your own.")


def subject_of(
    account: Account,
    recommendation: Recommendation,
    role: Role,
    today: datetime.date,
    owner_of: OwnerOf = nobodys,
) -> Subject:
    """Put one server of an account beside its recommendation.

    When the provider does not have the protocol that the account states, the rest is compared with the server
    that the account should move to, so that mending all of it at once ends well; not so when the user
    stands by the protocol, and not where the protocol may be there unlisted.
    """
    own = account.server(role)
    recommended = recommended_server(account, recommendation, role)
    movable = is_listed(recommendation) and not stands(account, "incoming.protocol", today)
    if recommended is None and movable:
        recommended = next(iter(recommendation.servers(role)), None)
    if recommended is not None:
        protocol = recommended.protocol
    else:
        protocol = "smtp" if role == "outgoing" else account.incoming.protocol or "imap"
    return Subject(
        role=role,
        account=account,
        recommendation=recommendation,
        own=own,
        recommended=recommended,
        listed=tuple(server for server in recommendation.servers(role) if server.protocol == protocol),
        protocol=protocol,
        host=own.host if own.host is not None or recommended is None else recommended.host,
        port=own.port if own.port is not None or recommended is None else recommended.port,
        security=own.security if own.security is not None or recommended is None else recommended.security,
        today=today,
        owner_of=owner_of,
    )


def nothing_to_compare(what: str) -> Judgement:
    """The judgement on a stated value that nobody recommends anything about."""
    return Judgement("unknown", f"Nobody recommends {what} here.")

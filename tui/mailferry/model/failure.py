"""The failure book: what servers' words mean, and what to tell the user about each cause."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec

from mailferry.model.account import Protocol
from mailferry.model.cause import Cause, Stage
from mailferry.model.described import says


class FailureRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a server's words mean. In a provider's file it holds for this provider only."""

    matches: Annotated[str, says("Regular expression, found anywhere in the words, capitals ignored")]
    cause: Cause
    stage: Stage | None = None
    advice: Annotated[str, says("What to do, instead of the cause's general advice")] | None = None
    url: str | None = None


Situation = Literal[
    "own-server",
    "no-username",
    "unsendable",
    "own-sender",
    "password-asked",
    "other-auth",
    "other-protocol",
    "swapped",
]
"""What may be known beyond a cause: no provider is known; no user name is set; name or password hold a
character that cannot be sent; the address sent under is the one signed in with; the password is asked for
at each run; a listed way to sign in is another than the account's; what answers reads mail by the other
protocol; what answers is for the other use, reading or sending."""


class AdviceVariant(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """Other texts of a cause for some cases. What is left out is the cause's; an empty text is none."""

    stages: Annotated[tuple[Stage, ...], says("Only where one of these stages failed")] = ()
    when: Annotated[Situation, says("Only in this situation")] | None = None
    what: str | None = None
    why: str | None = None
    do: str | None = None
    as_recommended: str | None = None
    who: Annotated[Literal["you", "provider", "administrator", "nobody"], says("Who must act")] | None = None
    url: str | None = None


class CauseAdvice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What to tell the user about one cause: what failed, why probably, what to do, who must do it.

    The first of `instead` that fits the case goes before it. Which placeholders texts may hold is in
    `advice.book.PLACEHOLDERS`.
    """

    what: str
    why: str | None = None
    do: str
    as_recommended: (
        Annotated[
            str, says("Said instead of `why` and `do` where host, port and security are the recommended ones")
        ]
        | None
    ) = None
    who: Annotated[Literal["you", "provider", "administrator", "nobody"], says("Who must act")] = "you"
    url: str | None = None
    instead: Annotated[
        tuple[AdviceVariant, ...], says("Other texts, for some cases; the first that fits")
    ] = ()


class BookRule(FailureRule, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A rule of the general book: it may also be limited to protocols."""

    protocols: tuple[Protocol, ...] = ()


class FailureBook(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`failures.toml`: rules tried in order, and the advice for every cause."""

    schema: Literal[1] = 1
    rule: tuple[BookRule, ...] = ()
    cause: Mapping[Cause, CauseAdvice] = msgspec.field(default_factory=dict)

"""A second, short connection to look at what the first could not show. Nothing is ever sent inside it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailferry.checks import tls
from mailferry.checks.deadline import Deadline
from mailferry.checks.dial import dial
from mailferry.checks.failure import StageFailure
from mailferry.checks.resolve import Endpoint
from mailferry.checks.session import open_session
from mailferry.checks.wire import Wire
from mailferry.model.account import Protocol
from mailferry.model.cause import Cause

if TYPE_CHECKING:
    from mailferry.checks.presented import Presented

_TLS_BUT_NO_AGREEMENT: tuple[Cause, ...] = ("tls-too-old", "tls-no-shared-cipher", "client-cert-required")
_GREETING = 1.0
"""Seconds that a greeting has which is only wanted for the server's time."""


@dataclass(frozen=True)
class Look:
    """What a server shows to who does not verify it; the greeting where it was asked for and came."""

    presented: Presented
    greeting: str | None


def speaks_tls(endpoint: Endpoint, deadline: Deadline) -> bool:
    """Whether the port expects TLS from the start. Raises StageFailure (`cancelled`) only."""
    try:
        wire = Wire(dial(endpoint.addresses, deadline), deadline)
        try:
            wire.start_tls(tls.unverifying_context(), endpoint.name)
        finally:
            wire.close()
    except StageFailure as failure:
        if failure.cause == "cancelled":
            raise
        return failure.cause in _TLS_BUT_NO_AGREEMENT
    return True


def look_at_certificate(
    endpoint: Endpoint, protocol: Protocol, deadline: Deadline, *, starttls: bool, greeting: bool
) -> Look | None:
    """The certificate that failed verification, which OpenSSL does not hand out; None if it cannot be had.

    `greeting`: wait a moment for that as well. Raises StageFailure (`cancelled`) only.
    """
    # cryptography is not cheap, and only who fails comes here.
    from mailferry.checks.presented import present

    try:
        wire = Wire(dial(endpoint.addresses, deadline), deadline)
        try:
            session = open_session(protocol, wire)
            if starttls:
                session.greet()
                session.ask_capabilities()
                session.request_tls()
            presented = present(wire.start_tls(tls.unverifying_context(), endpoint.name))
            if greeting and not starttls:
                wire.begin(deadline.sooner(_GREETING), "greeting")
                with suppress(StageFailure):
                    session.greet()
            return Look(presented, session.greeting)
        finally:
            wire.close()
    except StageFailure as failure:
        if failure.cause == "cancelled":
            raise
        return None

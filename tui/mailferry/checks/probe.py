"""A second, short connection to look at what the first could not show. Nothing is ever sent inside it."""

from __future__ import annotations

from mailferry.checks import tls
from mailferry.checks.certificate import describe
from mailferry.checks.deadline import Deadline
from mailferry.checks.dial import dial
from mailferry.checks.failure import StageFailure
from mailferry.checks.resolve import Endpoint
from mailferry.checks.session import open_session
from mailferry.checks.wire import Wire
from mailferry.model.account import Protocol
from mailferry.model.cause import Cause
from mailferry.model.check import Certificate

_TLS_BUT_NO_AGREEMENT: tuple[Cause, ...] = ("tls-too-old", "tls-no-shared-cipher", "client-cert-required")


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
    endpoint: Endpoint, protocol: Protocol, *, starttls: bool, deadline: Deadline
) -> Certificate | None:
    """The certificate that failed verification, which OpenSSL does not hand out; None if it cannot be had.

    Raises StageFailure (`cancelled`) only.
    """
    try:
        wire = Wire(dial(endpoint.addresses, deadline), deadline)
        try:
            if starttls:
                session = open_session(protocol, wire)
                session.greet()
                session.ask_capabilities()
                session.request_tls()
            return describe(wire.start_tls(tls.unverifying_context(), endpoint.name))
        finally:
            wire.close()
    except StageFailure as failure:
        if failure.cause == "cancelled":
            raise
        return None

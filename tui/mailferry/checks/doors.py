"""Whether another way to a server works: looked at up to the point where a password would be sent."""

from __future__ import annotations

import ssl
from dataclasses import dataclass

import msgspec

from mailferry.checks.deadline import Deadline
from mailferry.checks.dial import dial
from mailferry.checks.failure import StageFailure
from mailferry.checks.options import CheckOptions
from mailferry.checks.resolve import Endpoint, resolve
from mailferry.checks.securing import context_for
from mailferry.checks.session import Session, open_session
from mailferry.checks.wire import Wire
from mailferry.model.cause import Cause
from mailferry.model.settings import ServerSettings


@dataclass(frozen=True)
class Knock:
    """What came of trying one way: `connected` at least, and `cause` where it is no good after all."""

    door: ServerSettings
    connected: bool
    cause: Cause | None

    @property
    def answers(self) -> bool:
        """Whether it works as far as can be seen without signing in."""
        return self.cause is None


def knock(
    door: ServerSettings, options: CheckOptions, deadline: Deadline, *, at: ServerSettings | None = None
) -> Knock:
    """Try one way to a server, TLS and its certificate included; nothing about the account is sent.

    `at`: dial this server and expect the certificate of `door` there. Raises nothing: a wish to stop is a
    failure as well.
    """
    connected = False
    try:
        place = at or door
        endpoint = resolve(place.host or "", place.port or 0, options, deadline)
        if at is not None:
            endpoint = Endpoint(door.host or "", endpoint.port, endpoint.addresses, endpoint.detail)
        wire = Wire(dial(endpoint.addresses, deadline), deadline)
        connected = True
        try:
            _look_in(wire, endpoint.name, door, context_for(door, options))
        finally:
            wire.close()
    except StageFailure as failure:
        return Knock(door, connected, failure.cause)
    except ssl.SSLCertVerificationError:
        return Knock(door, connected, "cert-unknown-issuer")
    return Knock(door, connected, None)


def _look_in(wire: Wire, name: str, door: ServerSettings, context: ssl.SSLContext) -> None:
    if door.security == "tls":
        wire.start_tls(context, name)
    session = open_session(door.protocol, wire, door.quirks)
    session.greet()
    session.ask_capabilities()
    if door.security == "starttls":
        session.request_tls()
        wire.expect_silence()
        wire.start_tls(context, name)
        session.ask_capabilities()
    _see_that_one_may_sign_in(session, door)
    session.leave()


def _see_that_one_may_sign_in(session: Session, door: ServerSettings) -> None:
    if not session.signed_in and door.auth != "none":
        session.mechanisms(door.auth or "password")


def like(settings: ServerSettings, **changes: str | int | None) -> ServerSettings:
    """The settings with these values instead."""
    return msgspec.structs.replace(settings, **changes)

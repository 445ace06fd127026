"""What would work instead: other ways to a server, tried when its test failed.

Only what the user or the recommendation names is tried, the very port that failed, and the names that its
certificate is made out to. No password and no user name is ever sent.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from mailferry.checks.deadline import Deadline
from mailferry.checks.defaults import complete
from mailferry.checks.doors import Knock, knock, like
from mailferry.checks.options import CheckOptions
from mailferry.checks.other_names import known_names, written_names
from mailferry.model.account import Protocol
from mailferry.model.cause import Cause, Stage
from mailferry.model.check import Repair, ServerCheck
from mailferry.model.settings import ServerSettings

_BUDGET = 5.0
"""Seconds for all tries together."""

_RELAY_PORT = 25
_MOST_DOORS = 12

_WRONG_DOOR: frozenset[tuple[Stage, Cause]] = frozenset(
    {
        ("connect", "connection-refused"),
        ("connect", "timeout"),
        ("connect", "server-closed"),
        ("connect", "network-unreachable"),
        ("tls", "port-speaks-plaintext"),
        ("tls", "tls-handshake-failed"),
        ("tls", "tls-too-old"),
        ("tls", "tls-no-shared-cipher"),
        ("tls", "timeout"),
        ("greeting", "port-speaks-tls"),
        ("greeting", "wrong-protocol"),
        ("greeting", "protocol-error"),
        ("greeting", "server-closed"),
        ("greeting", "timeout"),
        ("greeting", "unknown"),
        ("starttls", "starttls-not-offered"),
        ("starttls", "starttls-refused"),
        ("auth", "auth-not-offered"),
        ("auth", "login-disabled-without-tls"),
    }
)
"""Failures that another port, or another kind of TLS, may be spared."""

_NOT_THERE: tuple[Cause, ...] = ("connection-refused", "timeout", "network-unreachable", "server-closed")


@dataclass(frozen=True)
class Surroundings:
    """What stands around a server that failed: `repairs`, the best first, and what to add to what the stage
    `connect` found."""

    repairs: tuple[Repair, ...] = ()
    remark: str | None = None


def look_around(
    settings: ServerSettings,
    doors: Sequence[ServerSettings],
    check: ServerCheck,
    options: CheckOptions,
    cancel: threading.Event,
) -> Surroundings:
    """Try what may work instead of settings that failed: all at once, for at most five seconds.

    `doors` are other servers that the user or the recommendation names. Raises nothing.
    """
    if cancel.is_set() or not _may_be_spared(settings, check):
        return Surroundings()
    deadline = Deadline(min(_BUDGET, options.timeout), cancel)
    ways = list(_ways(settings, doors, check))
    knocks = _all_at_once(ways, options, deadline)
    repairs: dict[tuple[object, ...], Repair] = {}
    for way, each in zip(ways, knocks, strict=True):
        if each.answers:
            repair = Repair(changes=_changes(settings, way.door), seen=way.seen)
            repairs.setdefault(_place(way.door), repair)
    return Surroundings(tuple(repairs.values()), None if repairs else _remark(settings, check, knocks))


def _may_be_spared(settings: ServerSettings, check: ServerCheck) -> bool:
    """Whether another way to the server, or another server, may be spared this failure.

    Port 25 is for mail between servers: who is turned away there, or may not sign in, is often let in on 587.
    """
    if check.failed_stage is None or check.cause is None or check.cause == "cancelled":
        return False
    if check.failed_stage == "dns" or _is_certificates(check):
        return True
    if (check.failed_stage, check.cause) not in _WRONG_DOOR:
        return False
    if check.cause == "unknown":
        return settings.port == _RELAY_PORT
    return check.failed_stage != "auth" or settings.port == _RELAY_PORT or settings.security == "none"


def _is_certificates(check: ServerCheck) -> bool:
    """Whether it was the certificate that failed, and not the encryption or the port."""
    return check.cause is not None and check.cause.startswith("cert-")


@dataclass(frozen=True)
class _Way:
    """What is tried, and what is told if it works. `at`: dial this server before the door's own host."""

    door: ServerSettings
    seen: str
    at: ServerSettings | None = None


def _ways(settings: ServerSettings, doors: Sequence[ServerSettings], check: ServerCheck) -> Iterator[_Way]:
    """What is to be tried, the best first: this host's before others', otherwise as they are given."""
    doors = [complete(door) for door in doors[:_MOST_DOORS]]
    known: tuple[str, ...] = ()
    if check.cause == "cert-hostname-mismatch":
        known = known_names(check.certificate, [_host(door) for door in doors])
        yield from _by_names(settings, known, known=True)
    listed = [
        door for door in doors if door.protocol == settings.protocol and door.host and door.security != "none"
    ]
    other = _other_security(settings, check)
    if other is not None and _place(other) not in map(_place, listed):
        listed.insert(0, other)
    spared = _spared(check)
    for door in sorted(listed, key=lambda door: not _same_host(door, settings)):
        if _place(door)[:spared] != _place(settings)[:spared]:
            yield _Way(door, _seen(settings, door, check))
    if (other := _other_protocol(settings, check)) is not None:
        yield _Way(other, _seen(settings, other, check))
    if check.cause == "cert-hostname-mismatch":
        written = [name for name in written_names(check.certificate) if name not in known]
        yield from _by_names(settings, written, known=False)


def _spared(check: ServerCheck) -> int:
    """How much of a place (host, port, security) must be another so that the failure may be spared."""
    if check.failed_stage == "dns":
        return 1
    return 2 if check.failed_stage == "connect" or _is_certificates(check) else 3


def _by_names(settings: ServerSettings, names: Sequence[str], *, known: bool) -> Iterator[_Way]:
    """Names in the certificate, to be seen good at the very same address and port, and then by themselves."""
    for name in names:
        seen = f"the server at {settings.host} has a good certificate for {name}, which answers too"
        if not known:
            seen += "; take this name only if you know that it is your provider’s"
        if name != _host(settings):
            yield _Way(like(settings, host=name), seen, at=settings)


def _other_security(settings: ServerSettings, check: ServerCheck) -> ServerSettings | None:
    """The very port with the other kind of TLS, where what was seen leaves that open."""
    if check.cause == "port-speaks-tls":
        return like(settings, security="tls")
    if check.cause == "port-speaks-plaintext":
        return like(settings, security="starttls")
    if check.failed_stage == "auth" and settings.security == "none":
        return like(settings, security="starttls")
    return None


_OTHER_PROTOCOL: dict[Protocol, Protocol] = {"imap": "pop3", "pop3": "imap"}


def _other_protocol(settings: ServerSettings, check: ServerCheck) -> ServerSettings | None:
    """The very port in the other protocol for reading, where it speaks another than it should."""
    other = _OTHER_PROTOCOL.get(settings.protocol)
    if check.cause != "wrong-protocol" or other is None:
        return None
    security = "starttls" if settings.security == "none" else settings.security
    return like(settings, protocol=other, security=security)


def _place(door: ServerSettings) -> tuple[object, ...]:
    return _host(door), door.port, door.security, door.protocol


def _host(door: ServerSettings) -> str:
    return (door.host or "").casefold().removesuffix(".")


def _same_host(one: ServerSettings, other: ServerSettings) -> bool:
    return _host(one) == _host(other)


def _all_at_once(ways: Sequence[_Way], options: CheckOptions, deadline: Deadline) -> list[Knock]:
    """What came of each, in their order. Each keeps to the deadline."""
    if not ways:
        return []
    with ThreadPoolExecutor(len(ways), thread_name_prefix="repair") as pool:
        tries = [pool.submit(_try, way, options, deadline) for way in ways]
        return [each.result() for each in tries]


def _try(way: _Way, options: CheckOptions, deadline: Deadline) -> Knock:
    """What came of one way. A name is looked up only after a good certificate has vouched for it."""
    seen = knock(way.door, options, deadline, at=way.at)
    return knock(way.door, options, deadline) if way.at is not None and seen.answers else seen


_KIND = {"tls": "TLS from the start", "starttls": "STARTTLS"}


def _seen(settings: ServerSettings, door: ServerSettings, check: ServerCheck) -> str:
    does = "answers"
    if door.protocol != settings.protocol:
        does = f"speaks {door.protocol.upper()}"
    trust = "the pinned certificate" if door.fingerprint else "a good certificate"
    seen = f"{door.host} {does} on {door.port} with {_KIND[door.security or 'tls']} and {trust}"
    if settings.port == _RELAY_PORT and check.failed_stage == "connect" and _same_host(settings, door):
        seen += "; only port 25 is closed, as many networks keep it for mail programs"
    return seen


def _changes(settings: ServerSettings, door: ServerSettings) -> dict[str, str | int]:
    changes: dict[str, str | int] = {}
    if door.protocol != settings.protocol:
        changes[f"{settings.role}.protocol"] = door.protocol
    if door.host and not _same_host(settings, door):
        changes[f"{settings.role}.host"] = door.host
    if door.port and door.port != settings.port:
        changes[f"{settings.role}.port"] = door.port
    if door.security and door.security != settings.security:
        changes[f"{settings.role}.security"] = door.security
    return changes


def _remark(settings: ServerSettings, check: ServerCheck, knocks: Sequence[Knock]) -> str | None:
    """What it means for a server's port that its other ports are as silent."""
    others = [each for each in knocks if _same_host(each.door, settings)]
    if check.failed_stage != "connect" or not others:
        return None
    if any(each.connected or each.cause not in _NOT_THERE for each in others):
        return None
    return "no other mail port answers either: the server is down, or this network keeps you from it"

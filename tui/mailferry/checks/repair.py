"""What would work instead: other ways to a server, tried when its test failed.

Only what the user or the recommendation names is tried, and the very port that failed. No password and no
user name is ever sent.
"""

from __future__ import annotations

import ipaddress
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from mailferry.checks.deadline import Deadline
from mailferry.checks.defaults import complete
from mailferry.checks.doors import Knock, knock, like
from mailferry.checks.options import CheckOptions
from mailferry.model.cause import Cause, Stage
from mailferry.model.check import Repair, ServerCheck
from mailferry.model.settings import ServerSettings

_BUDGET = 5.0
"""Seconds for all tries together."""

_RELAY_PORT = 25
_MOST_DOORS = 12
_MOST_NAMES = 6

_WRONG_DOOR: frozenset[tuple[Stage, Cause]] = frozenset(
    {
        ("connect", "connection-refused"),
        ("connect", "timeout"),
        ("connect", "server-closed"),
        ("connect", "network-unreachable"),
        ("tls", "port-speaks-plaintext"),
        ("tls", "tls-handshake-failed"),
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
    if check.failed_stage is None or check.cause is None or cancel.is_set():
        return Surroundings()
    deadline = Deadline(min(_BUDGET, options.timeout), cancel)
    if check.cause == "cert-hostname-mismatch":
        return Surroundings(_by_other_names(settings, doors, check, options, deadline))
    if (check.failed_stage, check.cause) not in _WRONG_DOOR or not _is_fit(settings, check):
        return Surroundings()
    ways = _ways(settings, doors, check)
    knocks = _all_at_once([partial(knock, way, options, deadline) for way in ways])
    repairs = tuple(_repair(settings, each.door, check) for each in knocks if each.answers)
    return Surroundings(repairs, None if repairs else _remark(settings, check, knocks))


def _is_fit(settings: ServerSettings, check: ServerCheck) -> bool:
    """Whether the port may be to blame, or the missing TLS, where that needs more than the cause to tell.

    Port 25 is for mail between servers: who is turned away there, or may not sign in, is often let in on 587.
    """
    if check.cause == "unknown":
        return settings.port == _RELAY_PORT
    return check.failed_stage != "auth" or settings.port == _RELAY_PORT or settings.security == "none"


def _ways(
    settings: ServerSettings, doors: Sequence[ServerSettings], check: ServerCheck
) -> list[ServerSettings]:
    """What is to be tried, the best first: this host's before others', otherwise as they are given."""
    listed = [
        door
        for door in map(complete, doors[:_MOST_DOORS])
        if door.protocol == settings.protocol and door.host and door.security != "none"
    ]
    other = _other_security(settings, check)
    if other is not None and _place(other) not in map(_place, listed):
        listed.insert(0, other)
    ordered = sorted(listed, key=lambda door: not _same_host(door, settings))
    if check.failed_stage == "connect":
        return [door for door in ordered if _place(door)[:2] != _place(settings)[:2]]
    return [door for door in ordered if _place(door) != _place(settings)]


def _other_security(settings: ServerSettings, check: ServerCheck) -> ServerSettings | None:
    """The very port with the other kind of TLS, where what was seen leaves that open."""
    if check.cause == "port-speaks-tls":
        return like(settings, security="tls")
    if check.cause == "port-speaks-plaintext":
        return like(settings, security="starttls")
    if check.failed_stage == "auth" and settings.security == "none":
        return like(settings, security="starttls")
    return None


def _place(door: ServerSettings) -> tuple[str, int | None, str | None]:
    return _host(door), door.port, door.security


def _host(door: ServerSettings) -> str:
    return (door.host or "").casefold().removesuffix(".")


def _same_host(one: ServerSettings, other: ServerSettings) -> bool:
    return _host(one) == _host(other)


def _all_at_once(tries: Sequence[Callable[[], Knock]]) -> list[Knock]:
    """What came of each, in their order. Each keeps to the deadline it was given."""
    if not tries:
        return []
    with ThreadPoolExecutor(len(tries), thread_name_prefix="repair") as pool:
        return [future.result() for future in [pool.submit(each) for each in tries]]


_KIND = {"tls": "TLS from the start", "starttls": "STARTTLS"}


def _repair(settings: ServerSettings, door: ServerSettings, check: ServerCheck) -> Repair:
    trust = "the pinned certificate" if door.fingerprint else "a good certificate"
    seen = f"{door.host} answers on {door.port} with {_KIND[door.security or 'tls']} and {trust}"
    if settings.port == _RELAY_PORT and check.failed_stage == "connect" and _same_host(settings, door):
        seen += "; only port 25 is closed, as many networks keep it for mail programs"
    return Repair(changes=_changes(settings, door), seen=seen)


def _changes(settings: ServerSettings, door: ServerSettings) -> dict[str, str | int]:
    changes: dict[str, str | int] = {}
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


def _by_other_names(
    settings: ServerSettings,
    doors: Sequence[ServerSettings],
    check: ServerCheck,
    options: CheckOptions,
    deadline: Deadline,
) -> tuple[Repair, ...]:
    """Names in the certificate that are good at the very same address and port."""
    named = check.certificate.names if check.certificate is not None else ()
    known = [_host(door) for door in doors[:_MOST_DOORS] if _is_named(_host(door), named)]
    written = [name.casefold() for name in named if "*" not in name and "." in name and not _is_address(name)]
    names = [name for name in dict.fromkeys((*known, *written)) if name != _host(settings)][:_MOST_NAMES]
    knocks = _all_at_once(
        [partial(knock, like(settings, host=name), options, deadline, at=settings) for name in names]
    )
    return tuple(
        Repair(
            changes={f"{settings.role}.host": name},
            seen=_named_words(name, settings, known=name in known),
        )
        for name, each in zip(names, knocks, strict=True)
        if each.answers
    )


def _named_words(name: str, settings: ServerSettings, *, known: bool) -> str:
    seen = f"the server at {settings.host} has a good certificate for {name}"
    if known:
        return seen
    return f"{seen}; take this name only if you know that it is your provider’s"


def _is_named(host: str, names: Sequence[str]) -> bool:
    """Whether a certificate for `names` holds for a host (RFC 9525 section 6.3)."""
    parent = host.partition(".")[2]
    return any(name.casefold() in (host, f"*.{parent}") for name in names) and "." in parent


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True

"""The result of a live test: a ladder of stages for each server of an account."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Literal

import msgspec

from mailferry.model.account import Protocol, Role, Security
from mailferry.model.cause import Cause, Stage
from mailferry.model.finding import Verdict


class ChainLink(msgspec.Struct, frozen=True, kw_only=True):
    """One certificate above the server's own. `not_after` is UTC."""

    subject: str
    issuer: str
    not_after: datetime.datetime


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """What a server's certificate says. Dates are UTC; `days_left` is negative once it has expired.

    `chain` holds what it was verified with, its issuer first; empty where it was not verified.
    """

    subject: str
    names: tuple[str, ...]
    issuer: str
    not_before: datetime.datetime
    not_after: datetime.datetime
    days_left: int
    fingerprint: str
    tls_version: str | None = None
    chain: tuple[ChainLink, ...] = ()


class StageResult(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One rung of the ladder. `seconds` is how long it took, `detail` what it found, for people.

    `earlier` (UTC) is when that was found, where a resumed test took it over; else it is left out.
    """

    stage: Stage
    ok: bool
    seconds: float
    detail: str
    earlier: datetime.datetime | None = None


class AddressCheck(msgspec.Struct, frozen=True, kw_only=True):
    """A connection to one address of the server, timed by itself: one of IPv4 and one of IPv6.

    `seconds` is how long it took to connect or to fail, `detail` says for people what came of it.
    """

    family: Literal["ipv4", "ipv6"]
    address: str
    ok: bool
    seconds: float
    detail: str


class Repair(msgspec.Struct, frozen=True, kw_only=True):
    """Settings that were seen to work where the account's own do not.

    `changes` are values by setting path (`incoming.port`), `seen` says for people what answered there, and
    `verdict` is the hardest that comparing would give any setting of the server then; None before it was
    compared. `compared` says for people which setting is not as it should be, where one is not.
    """

    changes: Mapping[str, str | int]
    seen: str
    verdict: Verdict | None = None
    compared: str | None = None


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What a server shows otherwise than when all was last well; both values are for people."""

    what: Literal["certificate", "address", "greeting", "capabilities"]
    before: str
    now: str


class ServerCheck(msgspec.Struct, frozen=True, kw_only=True):
    """The ladder of one server.

    `server_said` holds the server's own words, unaltered and so not fit for a terminal; whoever shows
    it makes control characters visible first; the same holds for `greeting` and `capabilities`.
    `attempts` counts passwords sent, `mechanism` is the one they were sent by. `addresses`, `repairs` and
    `changed` are empty where there is nothing to say.
    """

    role: Role
    protocol: Protocol
    host: str | None
    port: int | None
    security: Security | None
    ok: bool
    stages: tuple[StageResult, ...] = ()
    failed_stage: Stage | None = None
    cause: Cause | None = None
    server_said: str | None = None
    advice: str | None = None
    attempts: int = 0
    certificate: Certificate | None = None
    capabilities: tuple[str, ...] = ()
    mechanism: str | None = None
    greeting: str | None = None
    addresses: tuple[AddressCheck, ...] = ()
    repairs: tuple[Repair, ...] = ()
    changed: tuple[Change, ...] = ()


class AccountCheck(msgspec.Struct, frozen=True, kw_only=True):
    """The ladders of one account's servers. `seconds` is the wall-clock time of them all."""

    account: str
    address: str
    ok: bool
    seconds: float
    servers: tuple[ServerCheck, ...]

"""The result of a live test: a ladder of stages for each server of an account."""

from __future__ import annotations

import datetime

import msgspec

from mailferry.model.account import Protocol, Role, Security
from mailferry.model.cause import Cause, Stage


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """What a server's certificate says. Dates are UTC; `days_left` is negative once it has expired."""

    subject: str
    names: tuple[str, ...]
    issuer: str
    not_before: datetime.datetime
    not_after: datetime.datetime
    days_left: int
    fingerprint: str
    tls_version: str | None = None


class StageResult(msgspec.Struct, frozen=True, kw_only=True):
    """One rung of the ladder. `seconds` is how long it took, `detail` what it found, for people."""

    stage: Stage
    ok: bool
    seconds: float
    detail: str


class ServerCheck(msgspec.Struct, frozen=True, kw_only=True):
    """The ladder of one server.

    `server_said` holds the server's own words, unaltered and so not fit for a terminal; whoever shows
    it makes control characters visible first. `attempts` counts passwords sent.
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


class AccountCheck(msgspec.Struct, frozen=True, kw_only=True):
    """The ladders of one account's servers. `seconds` is the wall-clock time of them all."""

    account: str
    address: str
    ok: bool
    seconds: float
    servers: tuple[ServerCheck, ...]

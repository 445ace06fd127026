"""One behaviour of a server, and the stage and cause that a test must find."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from mailferry.model.account import Protocol, Security
from mailferry.model.cause import Cause, Stage
from mailferry.model.check import ServerCheck

Kind = Literal["recording", "script", "real"]
"""A recorded conversation that is played again; a server of the tests' own; a program from Debian."""


@dataclass(frozen=True)
class Behaviour:
    """`does` says in one sentence what the server does; `run` tests it and has the failure explained."""

    name: str
    does: str
    protocol: Protocol
    security: Security
    stage: Stage | None
    cause: Cause
    kind: Kind
    run: Callable[[], ServerCheck]

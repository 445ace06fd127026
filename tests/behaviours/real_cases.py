"""What programs from Debian do when made to, and what mailferry must say of it; tests/real proves it.

These are data, so that docs/diagnoses.md is the same where none of the programs is installed.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec

from mailferry.model.account import Protocol, Security
from mailferry.model.cause import Cause, Stage


class RealCase(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One behaviour of a program. `said` is how the words begin that it is diagnosed by."""

    name: str
    protocol: Protocol
    security: Security
    stage: Stage
    cause: Cause
    does: str
    said: str = ""


REAL_CASES: dict[str, tuple[RealCase, ...]] = msgspec.convert(
    tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8")), dict[str, tuple[RealCase, ...]]
)
"""The cases of each program, by its name."""

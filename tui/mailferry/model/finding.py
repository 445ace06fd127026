"""The result of comparing an account with its recommendation."""

from __future__ import annotations

from typing import Literal

import msgspec

Verdict = Literal[
    "same",  # stated, and as recommended
    "inherited",  # not stated, so the recommendation holds
    "alternative",  # the provider lists it too
    "differs",  # works perhaps; not what is recommended
    "insecure",
    "outdated",
    "wrong",  # cannot work as written
    "blocked",  # servers right, this way of signing in cannot work
    "unknown",  # nothing to compare with
    "accepted",  # a deviation the user stands by
]

NOT_WELL: frozenset[Verdict] = frozenset({"insecure", "outdated", "wrong", "blocked"})
"""Verdicts that make a comparison not well."""

DEVIATIONS: frozenset[Verdict] = NOT_WELL | {"differs"}
"""Verdicts of a setting that is not as recommended, and that the user can stand by."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One compared setting. `fix` tells whether writing `recommended` to `path` mends it."""

    path: str
    verdict: Verdict
    yours: str | int | None
    recommended: str | int | None
    why: str
    fix: bool


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """All findings of one account, in the order of the setting paths."""

    account: str
    address: str
    provider: str | None
    ok: bool
    findings: tuple[Finding, ...]

"""Servers that turned somebody away, for coming too often or from this address, are spared from then on."""

from __future__ import annotations

from mailferry.model.cause import Cause, Stage
from mailferry.model.check import ServerCheck
from mailferry.model.spared import LEFT_ALONE

_TELLING: frozenset[Cause | None] = frozenset({"rate-limited", "ip-blocked"})
_OF_MESSAGES: frozenset[Stage | None] = frozenset({"send", "deliver"})
"""Stages whose limits are those of one account."""


class TurnedAway:
    """Those of one run. Used from many threads: each only ever adds."""

    def __init__(self) -> None:
        self._causes: dict[tuple[str, int], Cause] = {}

    def note(self, check: ServerCheck) -> None:
        """A test is over."""
        if check.cause in _TELLING and check.failed_stage not in _OF_MESSAGES and check.host and check.port:
            assert check.cause is not None
            self._causes[check.host.lower(), check.port] = check.cause

    def reason(self, host: str | None, port: int | None) -> str | None:
        """Why a server is not to be connected to any more in this run; None for one that may be."""
        cause = self._causes.get(((host or "").lower(), port or 0))
        return f"another account was turned away here ({cause}); {LEFT_ALONE}" if cause else None

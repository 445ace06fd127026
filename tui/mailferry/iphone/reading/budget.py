"""How much a stranger's file may make us do."""

from __future__ import annotations

from mailferry.iphone.reading.refused import RefusedProfileError

MOST_BYTES = 8 << 20
"""Profiles are a few KiB; one with a picture and a chain of certificates is far below this."""

_MOST_VALUES = 200_000
_DEEPEST = 64
"""Apple's payloads nest six or seven levels."""


class Budget:
    """Values and bytes that are left for one file. Every value counts each time it is met.

    So a few bytes that refer to each other a million times, or in a circle, are met with a refusal.
    """

    def __init__(self) -> None:
        self._values = _MOST_VALUES
        self._octets = 2 * MOST_BYTES

    def value(self, depth: int, octets: int = 0) -> None:
        """Count one value of a size, so many levels deep. Raises RefusedProfileError."""
        if depth > _DEEPEST:
            raise RefusedProfileError(
                f"it nests more than {_DEEPEST} levels deep, or refers to itself; no profile does"
            )
        self._values -= 1
        self._octets -= octets
        if self._values < 0 or self._octets < 0:
            raise RefusedProfileError("it holds, or claims to hold, far more than any profile does")

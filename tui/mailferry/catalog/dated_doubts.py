"""Doubts that a look-up found: in a saved file each carries its day, until a newer look-up says more."""

from __future__ import annotations

import datetime
import re

_FOUND = re.compile(r"Found on \d{1,2} [A-Z][a-z]+ \d{4}: ")


def dated(doubt: str, day: datetime.date) -> str:
    """The doubt with the day on which it was found."""
    return doubt if _FOUND.match(doubt) else f"Found on {day:%-d %B %Y}: {doubt}"


def is_dated(doubt: str) -> bool:
    """Whether a look-up of some day found this doubt."""
    return _FOUND.match(doubt) is not None

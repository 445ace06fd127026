"""A fault found in a file's values, before it is known on which line they stand."""

from __future__ import annotations

from typing import NamedTuple


class Fault(NamedTuple):
    """One thing that is wrong: the keys that lead to it, and what would be right."""

    path: tuple[str | int, ...]
    message: str

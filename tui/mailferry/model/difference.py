"""What changed between two texts."""

from __future__ import annotations

import difflib


def unified_diff(before: str, after: str, name: str) -> str:
    """A unified diff of two versions of a file; empty when they are equal."""
    return "\n".join(
        line.rstrip("\r\n")
        for line in difflib.unified_diff(
            before.splitlines(keepends=True),
            after.splitlines(keepends=True),
            f"{name} (before)",
            f"{name} (after)",
            n=2,
        )
    )

"""Which lines hold what was typed."""

from __future__ import annotations


def holds(wanted: str, *texts: str) -> bool:
    """Whether every word of `wanted` stands somewhere in the texts, in any order, whatever its case."""
    heap = "\n".join(texts).casefold()
    return all(word in heap for word in wanted.casefold().split())

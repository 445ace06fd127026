"""Which lines hold what was typed."""

from __future__ import annotations

from collections.abc import Sequence


def holds(wanted: str, *texts: str) -> bool:
    """Whether every word of `wanted` stands somewhere in the texts, in any order, whatever its case."""
    heap = "\n".join(texts).casefold()
    return all(word in heap for word in wanted.casefold().split())


def best_first(wanted: str, options: Sequence[tuple[str, str, str]]) -> Sequence[tuple[str, str, str]]:
    """The options (id, label, hint) that hold all words: those first whose name is or begins with them.

    A label's name ends at its first colon or tab; what follows only explains it.
    """
    held = [option for option in options if holds(wanted, *option[1:])]
    return sorted(held, key=lambda option: _distance(wanted.casefold().split(), option[1].casefold()))


def _distance(words: list[str], label: str) -> int:
    name = label.partition("\t")[0].partition(": ")[0]
    if name.split() == words:
        return 0
    if set(words) <= set(name.split()):
        return 1
    if all(any(part.startswith(word) for part in name.split()) for word in words):
        return 2
    return 3 if holds(" ".join(words), name) else 4

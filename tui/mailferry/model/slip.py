"""Texts that differ by so few characters that one was probably meant to be the other."""

from __future__ import annotations

_LONG_ENOUGH_FOR_TWO = 8
"""Characters a text needs before two changes still make it the same one, mistyped."""


def is_slip(text: str, meant: str) -> bool:
    """Whether a text differs from another by so few characters that it was probably meant to be that one."""
    return 0 < slip_distance(text, meant) <= allowed_changes(meant)


def allowed_changes(meant: str) -> int:
    """How many characters of a text may be mistyped before it is another one."""
    return 2 if len(meant) >= _LONG_ENOUGH_FOR_TWO else 1


def slip_distance(one: str, other: str) -> int:
    """How many characters were added, left out, changed or swapped with their neighbour; more than two is 3.

    The optimal string alignment distance, of Damerau's four kinds of slip.
    """
    limit = 2
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before_last: list[int] = []
    last = list(range(len(other) + 1))
    for row, left in enumerate(one, start=1):
        current = [row]
        for column, right in enumerate(other, start=1):
            cost = min(last[column] + 1, current[-1] + 1, last[column - 1] + (left != right))
            if row > 1 and column > 1 and left == other[column - 2] and right == one[row - 2]:
                cost = min(cost, before_last[column - 2] + 1)
            current.append(cost)
        if min(current) > limit:
            return limit + 1
        before_last, last = last, current
    return min(last[-1], limit + 1)

"""What a measurement gives: figures, each with its budget, and how they are worked out of many runs."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


class UnmeasurableError(Exception):
    """What is measured did not do what it should, so there is no figure; the message says what happened."""


@dataclass(frozen=True)
class Figure:
    """One line of the report.

    `measured` is None where it could not be measured; `note` then says why. Without `budget` the figure is
    for information.
    """

    name: str
    measured: float | None
    budget: float | None = None
    unit: str = "×"
    note: str = ""

    @property
    def within(self) -> bool | None:
        """Whether the figure keeps its budget; None when there is nothing to judge."""
        if self.measured is None or self.budget is None:
            return None
        return self.measured <= self.budget

    def __str__(self) -> str:
        measured = "–" if self.measured is None else f"{self.measured:.2f} {self.unit}"
        budget = "" if self.budget is None else f"≤ {self.budget:g} {self.unit}"
        verdict = {True: "within", False: "OVER", None: ""}[self.within]
        return f"{self.name:<44} {measured:>12}  {budget:<10} {verdict:<6}  {self.note}".rstrip()


def alternate(
    subjects: Mapping[str, Callable[[], float]], rounds: int, *, warm_up: int = 1
) -> dict[str, list[float]]:
    """Run all subjects by turns, so that whatever else the machine does hits them alike.

    The first `warm_up` rounds do not count.
    """
    runs: dict[str, list[float]] = {name: [] for name in subjects}
    for turn in range(warm_up + rounds):
        for name, subject in subjects.items():
            value = subject()
            if turn >= warm_up:
                runs[name].append(value)
    return runs


def ratio(values: Sequence[float], yardstick: Sequence[float]) -> float:
    """The median of the ratios of runs that stood next to each other."""
    return statistics.median(value / other for value, other in zip(values, yardstick, strict=True))


def p95(values: Sequence[float]) -> float:
    """The value that 19 of 20 do not exceed."""
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.95))]


def milliseconds(seconds: Sequence[float]) -> str:
    """The median, for a note."""
    return f"{statistics.median(seconds) * 1000:.0f} ms"

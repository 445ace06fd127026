"""The accounts as rows of a list: grouped by person, filtered, written out only where they are looked at."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import overload

from mailferry.ui.glyphs import STATES
from mailferry.ui.spans import Line, Span, fit, said, spread
from mailferry.workspace import AccountEntry, State

NOBODY = "Without a person"

Row = AccountEntry | str
"""An account, or the name of the person whose accounts follow."""


def label_of(entry: AccountEntry) -> str:
    """What an account is called in lists."""
    if entry.value is None:
        return entry.path.name
    return entry.value.label or entry.value.address


def grouped(entries: Iterable[AccountEntry], query: str = "") -> list[Row]:
    """The accounts that hold every word of the query, under their persons, if any is named."""
    words = query.casefold().split()
    by_person: dict[str, list[AccountEntry]] = {}
    for entry in entries:
        if words and not _holds(entry, words):
            continue
        person = entry.value.person if entry.value is not None and entry.value.person else ""
        by_person.setdefault(person, []).append(entry)
    rows: list[Row] = []
    for person in sorted(by_person, key=lambda name: (name == "", _natural(name))):
        if person or len(by_person) > 1:
            rows.append(person or NOBODY)
        mine = sorted(by_person[person], key=lambda entry: _natural(label_of(entry)))
        rows.extend(mine)
    return rows


def _natural(text: str) -> list[tuple[int, str]]:
    """A key by which names sort as people count: 2 before 10."""
    parts = re.split(r"(\d{1,18})", text.casefold())
    return [(int(part) if part.isdecimal() else 0, part) for part in parts]


def _holds(entry: AccountEntry, words: Sequence[str]) -> bool:
    account = entry.value
    parts = [entry.id]
    if account is not None:
        parts += [
            account.address,
            account.label or "",
            account.person or "",
            account.provider or "",
            *account.tags,
        ]
    text = "\n".join(parts).casefold()
    return all(word in text for word in words)


class AccountLines(Sequence[Line]):
    """The rows as lines; each is written out when it is first asked for, and kept."""

    def __init__(
        self,
        rows: Sequence[Row],
        width: int,
        state_of: Callable[[AccountEntry], State],
        marks: Callable[[AccountEntry], str],
        needs: Callable[[str], str],
    ) -> None:
        """`marks` gives what stands before the state word: unsaved edits, a running test. `needs` gives what
        stands beside a person's name.
        """
        self._rows = rows
        self._width = width
        self._state_of = state_of
        self._marks = marks
        self._needs = needs
        self._written: dict[int, Line] = {}

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> Line: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Line]: ...
    def __getitem__(self, index: int | slice) -> Line | Sequence[Line]:
        if isinstance(index, slice):
            return [self[each] for each in range(*index.indices(len(self)))]
        if index not in self._written:
            self._written[index] = self._write(self._rows[index])
        return self._written[index]

    def _write(self, row: Row) -> Line:
        if isinstance(row, str):
            needs = self._needs(row)
            name = (said(row, "bold"),)
            return spread(name, (Span(needs, "warn"),), self._width) if needs else fit(name, self._width)
        glyph, tone = STATES[state := self._state_of(row)]
        marks = self._marks(row)
        left = (Span(f" {glyph} ", tone), said(label_of(row)))
        right = (*((Span(f"{marks} ", "warn"),) if marks else ()), Span(state, tone))
        return spread(left, right, self._width)

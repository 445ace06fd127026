"""The statements of a TOML text and where they stand.

TOML's parsers tell values, not places. But a TOML text is a row of statements, each on lines of its own:
`[table]`, `[[array]]` or `key = value`. So the text is cut at lines, and a statement ends with the first line
at which it parses.
"""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Iterator, Sequence
from typing import Literal, cast

import msgspec

_PART = r"""(?:[A-Za-z0-9_-]+|"(?:\\.|[^"\\])*"|'[^']*')"""
_KEY = re.compile(rf"\s*{_PART}(?:[ \t]*\.[ \t]*{_PART})*")
_PARTS = re.compile(_PART)
_LINE = re.compile(r"[^\n]*\n|[^\n]+")

KeyPath = tuple[str, ...]
"""The keys that lead to a value; an element of an array of tables is named by its number, from "0"."""

Value = str | int | float | bool | datetime.date | Sequence[str]
"""What a key can be set to."""


class Statement(msgspec.Struct, frozen=True):
    """One statement: `text[start:end]`, whole lines with their line ends. `line` counts from 1.

    `path` leads to what it sets, from the top of the file; `table` to the table that it stands in.
    """

    kind: Literal["table", "element", "value"]
    path: KeyPath
    table: KeyPath
    start: int
    end: int
    line: int


def statements(text: str) -> tuple[Statement, ...]:
    """All statements of a valid TOML text, in order. Of an invalid text, some."""
    return tuple(_statements(text))


def line_in(among: Sequence[Statement], path: tuple[str | int, ...]) -> int | None:
    """The line at which a value or table begins; of one that is not there, the line of what it belongs to."""
    wanted = tuple(str(part) for part in path)
    for depth in range(len(wanted), 0, -1):
        for statement in among:
            if statement.path[:depth] == wanted[:depth]:
                return statement.line
    return None


def _statements(text: str) -> Iterator[Statement]:
    elements: dict[KeyPath, int] = {}  # how many elements each array of tables has so far
    table: KeyPath = ()
    pending = ""
    start = line = 0
    for number, match in enumerate(_LINE.finditer(text), 1):
        if not pending:
            if match[0].lstrip()[:1] in ("", "#"):
                continue
            start, line = match.start(), number
        pending += match[0]
        try:
            content = tomllib.loads(pending)
        except (ValueError, RecursionError):
            continue
        if pending.lstrip().startswith("["):
            is_element = pending.lstrip().startswith("[[")
            table = _resolved(_only_path(content), elements)
            if is_element:
                array = _without_element(table, elements)
                table = (*array, str(elements.get(array, 0)))
                elements[array] = elements.get(array, 0) + 1
            yield Statement("element" if is_element else "table", table, table, start, match.end(), line)
        else:
            path = table + _only_path(content)[: _depth(pending)]
            yield Statement("value", path, table, start, match.end(), line)
        pending = ""


def _depth(statement: str) -> int:
    """How many parts the key of `a.b = …` has."""
    key = _KEY.match(statement)
    return len(_PARTS.findall(key[0])) if key else 0


def _only_path(content: dict[str, object]) -> KeyPath:
    """The keys of nested tables of one key each."""
    path: KeyPath = ()
    place: object = content
    while True:
        if isinstance(place, list) and len(place) == 1:  # [[array]]
            place = place[0]
        if not isinstance(place, dict) or len(place) != 1:
            return path
        key, place = next(iter(cast(dict[str, object], place).items()))
        path = (*path, key)


def _resolved(path: KeyPath, elements: dict[KeyPath, int]) -> KeyPath:
    """A header's path with the number of the latest element after the name of each array."""
    resolved: KeyPath = ()
    for part in path:
        resolved = (*resolved, part)
        if resolved in elements:
            resolved = (*resolved, str(elements[resolved] - 1))
    return resolved


def _without_element(path: KeyPath, elements: dict[KeyPath, int]) -> KeyPath:
    return path[:-1] if path[:-1] in elements else path

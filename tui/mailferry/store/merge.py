"""Two edits of the same file joined: what you changed is put into what another program left there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from itertools import pairwise
from typing import cast

import msgspec

from mailferry.model.problem import InvalidFileError, Problem
from mailferry.store.decode import parse
from mailferry.store.edit import set_value
from mailferry.store.statements import KeyPath, Value


class Merge(msgspec.Struct, frozen=True):
    """The joined text, and the dotted keys that both sides changed differently: there, theirs stands."""

    text: str
    conflicts: tuple[str, ...]


def merge(base: str, yours: str, theirs: str) -> Merge:
    """Join two texts that both come from `base`, key by key; comments too, where the lines allow it.

    Raises InvalidFileError when one of the three is not TOML.
    """
    before, mine, other = (dict(_leaves(parse(text))) for text in (base, yours, theirs))
    joined = dict(other)
    changed, conflicts = [], []
    for path in dict.fromkeys((*before, *mine)):
        wanted = mine.get(path)
        if wanted in (before.get(path), other.get(path)):
            continue
        if other.get(path) != before.get(path):
            conflicts.append(path)
            continue
        changed.append(path)
        if wanted is None:
            joined.pop(path, None)
        else:
            joined[path] = wanted
    if not conflicts:
        text = _joined_lines(base, yours, theirs)
        if text is not None and _says(text, joined):
            return Merge(text, ())
    text = theirs
    for path in changed:
        try:
            text = set_value(text, path, _value(mine.get(path)))
        except InvalidFileError:  # a table here and a plain value there, or an array of tables
            conflicts.append(path)
    return Merge(text, tuple(".".join(path) for path in conflicts))


def _leaves(table: Mapping[str, object], above: KeyPath = ()) -> Iterator[tuple[KeyPath, object]]:
    """Every value with the keys that lead to it. An array of tables is one value."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _leaves(value, (*above, key))
        else:
            yield (*above, key), value


def _value(wanted: object) -> Value | None:
    if isinstance(wanted, list) and not all(isinstance(item, str) for item in wanted):
        raise InvalidFileError([Problem(message="an array of tables is not joined key by key")])
    return cast(Value | None, wanted)


def _says(text: str, values: Mapping[KeyPath, object]) -> bool:
    try:
        return dict(_leaves(parse(text))) == values
    except InvalidFileError:
        return False


def _joined_lines(base: str, yours: str, theirs: str) -> str | None:
    """The text with the changed lines of both sides; None when these meet."""
    lines = base.splitlines(keepends=True)
    edits = []
    for text in (yours, theirs):
        new = text.splitlines(keepends=True)
        matcher = SequenceMatcher(None, lines, new, autojunk=False)
        edits += [
            (start, end, new[new_start:new_end])
            for what, start, end, new_start, new_end in matcher.get_opcodes()
            if what != "equal"
        ]
    edits.sort(key=lambda edit: edit[:2])
    if any(following[0] <= edit[1] for edit, following in pairwise(edits)):
        return None
    for start, end, new_lines in reversed(edits):
        lines[start:end] = new_lines
    return "".join(lines)

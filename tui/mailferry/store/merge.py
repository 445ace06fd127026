"""Two edits of the same file joined: what you changed is put into what another program left there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import cast

import msgspec

from mailferry.model.problem import InvalidFileError
from mailferry.store.decode import parse
from mailferry.store.edit import Value, set_value
from mailferry.store.statements import KeyPath


class Merge(msgspec.Struct, frozen=True):
    """The joined text, and the dotted keys that both sides changed differently: there, theirs stands."""

    text: str
    conflicts: tuple[str, ...]


def merge(base: str, yours: str, theirs: str) -> Merge:
    """Join two texts that both come from `base`, key by key; comments too, where the lines allow it.

    Raises InvalidFileError when one of the three is not TOML.
    """
    before, mine, other = (dict(_leaves(parse(text))) for text in (base, yours, theirs))
    text = theirs
    conflicts = []
    for path in dict.fromkeys((*before, *mine)):
        wanted = mine.get(path)
        if wanted in (before.get(path), other.get(path)):
            continue
        if other.get(path) != before.get(path) or _is_tables(wanted):
            conflicts.append(path)
            continue
        try:
            text = set_value(text, path, cast(Value | None, wanted))
        except InvalidFileError:  # theirs has a plain value where ours has a table, or the other way round
            conflicts.append(path)
    if not conflicts:
        by_lines = _joined_lines(base, yours, theirs)
        if by_lines is not None and _means_the_same(by_lines, text):
            text = by_lines
    return Merge(text, tuple(".".join(path) for path in conflicts))

"""One `key = value` statement written anew, with its comment, spacing and quoting kept."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any

import tomlkit
from tomlkit.items import Array

from mailferry.model.problem import InvalidFileError, Problem
from mailferry.store.statements import KeyPath, Value


def assignment(keys: KeyPath, value: Value) -> str:
    """A new statement `key = value`, without line end."""
    return f"{dotted(keys)} = {tomlkit.item(_plain(value)).as_string()}"


def dotted(keys: KeyPath) -> str:
    """Keys as TOML writes them."""
    return ".".join(tomlkit.key(key).as_string() for key in keys)


def rewritten(statement: str, keys: KeyPath, value: Value | None) -> str:
    """The statement with one value set or, with None, removed: empty when nothing is left of it.

    `keys` begin with the statement's own key and may lead on into its inline table or array.
    Raises InvalidFileError when they lead into a plain value.
    """
    before = tomllib.loads(statement)
    old = _inside(before, keys)
    if value is None:
        return statement if old is None else _removed(statement, keys)
    new = _plain(value)
    if type(old) is type(new) and old == new:
        return statement
    if isinstance(old, list) and isinstance(new, list):
        document = tomlkit.parse(statement)
        array = _inside(document, keys)
        if isinstance(array, Array):
            _change_list(array, old, new)
            kept = document.as_string()
            if _says(kept, keys, new):
                return kept
    return _replaced(statement, keys, new)


def _replaced(statement: str, keys: KeyPath, new: object) -> str:
    document = tomlkit.parse(statement)
    place: Any = document
    for depth, key in enumerate(keys[:-1]):
        inner = _inside(place, (key,))
        if inner is None:  # an inline table that lacks the rest of the way
            for missing in reversed(keys[depth + 1 :]):
                new = {missing: new}
            place[key] = _inline(new)
            return document.as_string()
        if not isinstance(inner, dict | list):
            raise InvalidFileError(
                [Problem(key=dotted(keys[: depth + 1]), message="is a value, not a table")]
            )
        place = inner
    place[_position(place, keys[-1])] = new
    return document.as_string()


def _removed(statement: str, keys: KeyPath) -> str:
    document = tomlkit.parse(statement)
    place: Any = document
    for key in keys[:-1]:
        place = _inside(place, (key,))
    del place[_position(place, keys[-1])]
    left = document.as_string()
    return left if _has_values(tomllib.loads(left)) else ""


def _change_list(array: Array, old: list[object], new: list[object]) -> None:
    """Turn the array's items into others, so that the lines of those that stay keep their comments."""
    for what, start, end, new_start, new_end in reversed(SequenceMatcher(None, old, new).get_opcodes()):
        if what == "equal":
            continue
        for index in reversed(range(start, end)):
            del array[index]
        for index in range(new_start, new_end):
            array.insert(start + index - new_start, new[index])


def _inside(place: Any, keys: KeyPath) -> Any:
    """The value at the end of the keys; None where there is none."""
    for key in keys:
        if isinstance(place, dict):
            place = place.get(key)
        elif isinstance(place, list) and key.isdecimal() and int(key) < len(place):
            place = place[int(key)]
        else:
            return None
    return place


def _position(place: object, key: str) -> str | int:
    return int(key) if isinstance(place, list) else key


def _plain(value: Value) -> object:
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else value


def _inline(value: object) -> object:
    if not isinstance(value, dict):
        return value
    table = tomlkit.inline_table()
    for key, inner in value.items():
        table[key] = _inline(inner)
    return table


def _says(statement: str, keys: KeyPath, value: object) -> bool:
    try:
        return bool(_inside(tomllib.loads(statement), keys) == value)
    except ValueError:
        return False


def _has_values(table: dict[str, Any]) -> bool:
    return any(_has_values(value) if isinstance(value, dict) else True for value in table.values())

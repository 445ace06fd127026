"""What a property list can hold, and what stands in one where a value should be."""

from __future__ import annotations

import datetime
from typing import TypeAlias

import msgspec


class Malformed(msgspec.Struct, frozen=True):
    """A value that is none, such as `<integer></integer>`: the kind it claims to be, and its text."""

    kind: str
    text: str


Value: TypeAlias = (
    str | int | float | bool | bytes | datetime.datetime | Malformed | list["Value"] | dict[str, "Value"]
)
"""Dates are in UTC."""


class Plist(msgspec.Struct, frozen=True):
    """A property list: its value, and the keys that one of its dictionaries has twice."""

    value: Value
    doubled: tuple[str, ...] = ()


def kind_of(value: Value) -> str:
    """What a value is, in plain words."""
    match value:
        case bool():
            return "yes or no"
        case str():
            return "text"
        case int() | float():
            return "a number"
        case bytes():
            return "data"
        case datetime.datetime():
            return "a date"
        case list():
            return "a list"
        case dict():
            return "a dictionary"
        case Malformed():
            return f"no {value.kind} at all"

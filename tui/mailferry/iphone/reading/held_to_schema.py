"""A dictionary of a profile beside what Apple says of its keys."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from mailferry.iphone.reading.keys import Keys
from mailferry.iphone.reading.plist_value import Malformed, Value, kind_of
from mailferry.iphone.reading.quoting import quoted, shown
from mailferry.iphone.reading.warning import Notes
from mailferry.iphone.schema import SchemaKey, apple_schema

_TYPES: Mapping[str, tuple[str, tuple[type, ...]]] = {
    "string": ("text", (str,)),
    "integer": ("a number", (int, float)),
    "real": ("a number", (int, float)),
    "boolean": ("yes or no", (bool,)),
    "data": ("data", (bytes,)),
    "date": ("a date", (datetime.datetime,)),
    "array": ("a list", (list,)),
    "dictionary": ("a dictionary", (dict,)),
}
_WRITTEN = {str: "string", bool: "true or false", int: "integer", float: "real", bytes: "data"}

_UNSAID = frozenset({"PayloadEnabled", "SMIMEEnabled", "PayloadCertificateFileName", "PayloadUUID"})
"""Keys that say nothing, that many generators write all the same, or that are looked at elsewhere."""
_FREE_VALUES = frozenset(
    {"PayloadType", "PayloadVersion", "TargetDeviceType", "PayloadScope", "MailNumberOfPastDaysToSync"}
)
"""Keys whose values are judged where the profile as a whole is, or that nobody was seen to be refused for."""


def hold_to_schema(keys: Keys, schema_names: tuple[str, ...], notes: Notes) -> None:
    """Note every key that is missing, of another type or unknown, and every value that Apple does not name.

    `schema_names` are the parts of Apple's schema that describe the dictionary. One that Apple does not
    describe there has only the keys of every payload looked at.
    """
    schema = apple_schema()
    described: dict[str, SchemaKey] = {}
    for name in schema_names:
        described |= schema.get(name, {})
    whole = all(name in schema for name in schema_names)
    for name, key in described.items():
        value = keys.values.get(name)
        if value is None or value == "":
            if key.required:
                state = "is missing" if value is None else "is empty"
                notes.say("missing-key", f"{name} {state}: an iPhone refuses the whole file.", keys.payload)
        else:
            _look_at(name, key, value, keys.payload, notes)
    for name, value in keys.values.items():
        if name in described:
            continue
        if isinstance(value, Malformed):
            _say_malformed(name, value, keys.payload, notes)
        elif whole and name not in _UNSAID and not notes.full:
            notes.say("unknown-key", _unknown(name, described), keys.payload)


def _look_at(name: str, key: SchemaKey, value: Value, payload: int | None, notes: Notes) -> None:
    wanted, types = _TYPES[key.type]
    if isinstance(value, Malformed):
        _say_malformed(name, value, payload, notes)
    elif not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
        tag = _WRITTEN.get(type(value))
        written = f" (<{tag}>)" if tag and not isinstance(value, bool) else ""
        notes.say(
            "wrong-type",
            f"{name} must be {wanted} and is {kind_of(value)}{written}: an iPhone refuses the whole file.",
            payload,
        )
    elif key.values and value not in key.values and name not in _FREE_VALUES:
        said = quoted(value) if isinstance(value, str) else str(value)
        allowed = ", ".join(str(each) for each in key.values)
        notes.say(
            "unknown-value",
            f"{name} is {said}, which it cannot be ({allowed}): an iPhone refuses the whole file.",
            payload,
        )


def _say_malformed(name: str, value: Malformed, payload: int | None, notes: Notes) -> None:
    # What stands there is not repeated: it may be a password.
    state = "is empty" if not value.text.strip() else "is not one"
    notes.say(
        "malformed-value",
        f"{shown(name)} is written as <{value.kind}> and {state}: an iPhone refuses the whole file.",
        payload,
    )


def _unknown(name: str, described: Mapping[str, SchemaKey]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name[:100], described, n=1)
    hint = f" Perhaps {near[0]} is meant." if near else ""
    return f"{quoted(name)} is no key that Apple describes; iPhones ignore it.{hint}"

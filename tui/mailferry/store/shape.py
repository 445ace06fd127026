"""Whether TOML tables have the keys and types that the model wants; every fault found, in a person's words.

msgspec stops at the first fault and speaks of types. Its own description of the model says enough to find
them all, so the model stays the only place where keys, types and choices are written.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from msgspec import inspect

from mailferry.model.visible import visible
from mailferry.store.fault import Fault

_SECRET_WORDS = frozenset(
    {"password", "passwd", "pass", "pwd", "passphrase", "secret", "token", "app_password", "pin"}
)
_NO_SECRETS = (
    'passwords are never kept in files; remove it, write [password] with from = "keyring", "command"'
    ' or "ask", and give the password to “mailferry password set”'
)
_OTHER_WORDS = {"ssl": "tls", "ssl/tls": "tls", "tls/ssl": "tls", "implicit": "tls", "plain": "password"}
"""What other programs call one of our choices."""
_MANY = 10  # choices that are not all listed when one of them is meant
_USUAL_PORTS = {
    "incoming": "IMAP over TLS is 993",
    "outgoing": "SMTP is 587 with STARTTLS, 465 with TLS",
}


def shape_faults(raw: Mapping[str, object], model: Any) -> Iterator[Fault]:
    """Everything in which `raw` differs from the keys and types of `model`, a Struct or a mapping of them."""
    root = inspect.type_info(model)
    yield from _faults(raw, root, (), root)


def _faults(
    value: object, expected: inspect.Type, path: tuple[str | int, ...], root: inspect.Type
) -> Iterator[Fault]:
    match expected:
        case inspect.Metadata(type=inner):
            yield from _faults(value, inner, path, root)
        case inspect.UnionType(types=types):
            for inner in types:
                if not isinstance(inner, inspect.NoneType):
                    yield from _faults(value, inner, path, root)
        case inspect.StructType():
            if isinstance(value, dict):
                yield from _table_faults(value, expected, path, root)
            elif _is_secret(path, value):
                yield Fault(path, _NO_SECRETS)
            else:
                yield Fault(path, f"must be a table, not {_kind(value)}")
        case inspect.DictType(key_type=key_type, value_type=value_type):
            if not isinstance(value, dict):
                yield Fault(path, f"must be a table, not {_kind(value)}")
                return
            for key, inner_value in value.items():
                yield from _faults(key, key_type, (*path, key), root)
                yield from _faults(inner_value, value_type, (*path, key), root)
        case inspect.VarTupleType(item_type=item_type):
            if not isinstance(value, list):
                yield Fault(path, f"must be a list, {_list_example(item_type)}, not {_kind(value)}")
                return
            for index, item in enumerate(value):
                yield from _faults(item, item_type, (*path, index), root)
        case _:
            message = _value_fault(value, expected, path)
            if message:
                yield Fault(path, message)


def _table_faults(
    table: dict[str, object], struct: inspect.StructType, path: tuple[str | int, ...], root: inspect.Type
) -> Iterator[Fault]:
    fields = {field.encode_name: field for field in struct.fields}
    for key, value in table.items():
        if key in fields:
            yield from _faults(value, fields[key].type, (*path, key), root)
        elif _is_secret((key,), value):
            yield Fault((*path, key), _NO_SECRETS)
        else:
            yield Fault((*path, key), f"unknown key; {_where_instead(key, fields, path, root)}")
    for key, field in fields.items():
        if field.required and key not in table:
            yield Fault((*path, key), "is missing")


def _where_instead(
    key: str, fields: Mapping[str, object], path: tuple[str | int, ...], root: inspect.Type
) -> str:
    if isinstance(root, inspect.StructType):
        if path and any(field.encode_name == key for field in root.fields):
            return "it belongs at the top of the file, before the first [table]"
        tables = [field.encode_name for field in root.fields if key in _keys_of(field.type)]
        if not path and tables:
            return "it belongs in " + " or ".join(f"[{table}]" for table in tables)
    near = get_close_matches(key.casefold(), fields, n=1)
    return f"did you mean “{near[0]}”?" if near else f"known here: {', '.join(fields)}"


def _keys_of(expected: inspect.Type) -> frozenset[str]:
    match expected:
        case inspect.Metadata(type=inner):
            return _keys_of(inner)
        case inspect.StructType(fields=fields):
            return frozenset(field.encode_name for field in fields)
        case inspect.UnionType(types=types):
            return frozenset().union(*map(_keys_of, types))
        case _:
            return frozenset()


def _value_fault(value: object, expected: inspect.Type, path: tuple[str | int, ...]) -> str | None:
    match expected:
        case inspect.LiteralType(values=choices):
            return _choice_fault(value, choices, path)
        case inspect.StrType(pattern=pattern):
            if not isinstance(value, str):
                return f"must be text in quotes, not {_kind(value)}"
            if pattern is not None and not re.search(pattern, value):
                return (
                    f"{_shown(value)} is not a colour; write #rrggbb, or a terminal's own such as ansi_blue"
                )
        case inspect.IntType() | inspect.FloatType():
            return _number_fault(value, expected, path)
        case inspect.BoolType():
            if not isinstance(value, bool):
                return f"must be true or false, without quotes, not {_kind(value)}"
        case inspect.DateType():
            if type(value) is not datetime.date and not _is_iso_date(value):
                return f"must be a date like 2027-01-31, without quotes, not {_kind(value)}"
    return None


def _choice_fault(value: object, choices: tuple[object, ...], path: tuple[str | int, ...]) -> str | None:
    if value in choices and not isinstance(value, bool):
        return None
    listed = ", ".join(str(choice) for choice in choices)
    if not isinstance(value, str) or "password" in path:  # what stands there might be a password
        return f"must be {'one of ' if len(choices) > 1 else ''}{listed}"
    meant = _OTHER_WORDS.get(value.casefold())
    near = [meant] if meant in choices else get_close_matches(value.casefold(), map(str, choices), n=1)
    hint = f"did you mean “{near[0]}”?" if near else ""
    if len(choices) > _MANY and hint:
        return f"{_shown(value)} is not known; {hint}"
    return f"{_shown(value)} is not known; choose {listed}" + (f"; {hint}" if hint else "")


def _number_fault(
    value: object, expected: inspect.IntType | inspect.FloatType, path: tuple[str | int, ...]
) -> str | None:
    whole = isinstance(expected, inspect.IntType)
    if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
        return f"must be a {'whole ' if whole else ''}number, without quotes, not {_kind(value)}"
    low, above, high = expected.ge, expected.gt, expected.le
    if (low is None or value >= low) and (above is None or value > above) and (high is None or value <= high):
        return None
    if path and path[-1] == "port":
        usual = _USUAL_PORTS.get(str(path[0]), "IMAP over TLS is 993, SMTP with STARTTLS 587")
        return f"{value} is not a port; ports go from 1 to 65535 ({usual})"
    if low is not None and high is not None:
        return f"{value} is out of range; from {low} to {high}"
    return f"{value} is too small; " + (f"at least {low}" if low is not None else f"more than {above}")


def _is_secret(path: tuple[str | int, ...], value: object) -> bool:
    return bool(path) and isinstance(value, str) and str(path[-1]).casefold() in _SECRET_WORDS


def _is_iso_date(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        datetime.date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _list_example(item: inspect.Type) -> str:
    return "each as a [[table]]" if _keys_of(item) else 'like ["one", "two"]'


def _kind(value: object) -> str:
    match value:
        case bool():
            return "true or false"
        case str():
            return "text in quotes"
        case int():
            return "a whole number"
        case float():
            return "a number with a point"
        case list():
            return "a list"
        case dict():
            return "a table"
        case datetime.datetime():
            return "a date with a time"
        case datetime.date():
            return "a date"
        case _:
            return "a time"


def _shown(value: str) -> str:
    """A value in a message: short, and harmless for a terminal."""
    return f"“{visible(value if len(value) <= 40 else value[:39] + '…')}”"

"""Apple's own description of profiles, and what a profile does against it.

`apple_schema.json` is made from the files of Apple's repository `device-management` (see its LICENSE beside
it) by `make apple-schema`.
"""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "real": (float, int),
    "boolean": (bool,),
    "data": (bytes,),
    "date": (datetime.datetime,),
    "array": (list,),
    "dictionary": (dict,),
}


class SchemaKey(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What Apple says of one key: its type, whether it must be there, which values and forms it may have."""

    type: str
    required: bool = False
    values: tuple[str | int, ...] = ()
    form: str | None = None


def violations(profile: Mapping[str, Any]) -> list[str]:
    """What in a profile, as a property list is read or written, Apple does not allow; mostly nothing.

    Empty strings are among it: iOS takes them for absent. So are identifiers and UUIDs that occur twice,
    for which iOS rejects the whole profile.
    """
    schema = apple_schema()
    found = list(_against(profile, schema["TopLevel"], "profile"))
    content = profile.get("PayloadContent")
    listed = list(enumerate(content if isinstance(content, list) else (), 1))
    payloads = [payload for _, payload in listed if isinstance(payload, dict)]
    for number, payload in listed:
        if not isinstance(payload, dict):
            found.append(f"payload {number} is not a dictionary")
            continue
        kind = payload.get("PayloadType")
        where = f"payload {number} ({kind})"
        known = schema.get(kind) if isinstance(kind, str) else None
        if known is None:
            found.append(f"{where}: its type is not described")
        else:
            found += _against(payload, schema["CommonPayloadKeys"] | known, where)
    found += _doubled([profile, *payloads])
    return found


def _doubled(parts: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Names that must be there once. A UUID is the same in capitals, an identifier is another one."""
    identifiers = Counter(str(part.get("PayloadIdentifier")) for part in parts if "PayloadIdentifier" in part)
    uuids = Counter(str(part.get("PayloadUUID")).upper() for part in parts if "PayloadUUID" in part)
    for key, counted in (("PayloadIdentifier", identifiers), ("PayloadUUID", uuids)):
        for value, count in counted.items():
            if count > 1:
                yield f"{key} {value} occurs {count} times"


@cache
def apple_schema() -> dict[str, dict[str, SchemaKey]]:
    """The keys that Apple describes, by type of payload; those of every payload under CommonPayloadKeys."""
    data = files("mailferry.iphone").joinpath("apple_schema.json").read_bytes()
    return msgspec.json.decode(data, type=dict[str, dict[str, SchemaKey]])


def _against(given: Mapping[str, Any], allowed: Mapping[str, SchemaKey], where: str) -> Iterator[str]:
    for name, key in allowed.items():
        if key.required and name not in given:
            yield f"{where}: {name} is missing"
    for name, value in given.items():
        described = allowed.get(name)
        if described is None:
            yield f"{where}: {name} is not a key of Apple’s"
        elif type(value) not in _TYPES[described.type]:
            yield f"{where}: {name} is not of the type {described.type}"
        elif value == "":
            yield f"{where}: {name} is empty"
        elif described.values and value not in described.values:
            yield f"{where}: {name} has a value that Apple does not name"
        elif described.form and not re.match(described.form, value):
            yield f"{where}: {name} does not have its form"

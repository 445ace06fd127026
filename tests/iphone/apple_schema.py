"""Apple's own description of profiles, from its repository `device-management` (MIT licence)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_FOLDER = Path(__file__).parent / "apple-schema"
_TYPES: dict[str, type] = {
    "<string>": str,
    "<integer>": int,
    "<boolean>": bool,
    "<array>": list,
    "<dictionary>": dict,
}


def violations(profile: dict[str, Any]) -> list[str]:
    """What in a profile Apple's schema does not allow."""
    found = list(_check(profile, _keys("TopLevel"), "profile"))
    for number, payload in enumerate(profile.get("PayloadContent", ())):
        allowed = _keys("CommonPayloadKeys") | _keys("com.apple.mail.managed")
        found += _check(payload, allowed, f"payload {number}")
    return found


@cache
def _keys(schema: str) -> dict[str, dict[str, Any]]:
    described = yaml.safe_load((_FOLDER / f"{schema}.yaml").read_text())
    return {key["key"]: key for key in described["payloadkeys"]}


def _check(given: dict[str, Any], allowed: dict[str, dict[str, Any]], where: str) -> Iterator[str]:
    for name, key in allowed.items():
        if key["presence"] == "required" and name not in given:
            yield f"{where}: {name} is missing"
    for name, value in given.items():
        if name not in allowed:
            yield f"{where}: {name} is not a key of Apple's"
            continue
        key = allowed[name]
        if type(value) is not _TYPES[key["type"]]:
            yield f"{where}: {name} is not a {key['type']}"
        if "rangelist" in key and value not in key["rangelist"]:
            yield f"{where}: {name} cannot be {value!r}"
        if value == "":
            yield f"{where}: {name} is an empty string"

"""Apple's own description of profiles, from its repository `device-management` (MIT licence).

    python -m tests.iphone.apple_schema > tui/mailferry/iphone/apple_schema.json

prints what of it the program needs: of each key the type, whether it is required, and its values and form.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "apple-schema"


@cache
def described() -> dict[str, list[dict[str, Any]]]:
    """The keys of every kind of payload as Apple describes them."""
    read = [yaml.safe_load(file.read_text()) for file in sorted(FOLDER.glob("*.yaml"))]
    return {each["payload"]["payloadtype"]: each["payloadkeys"] for each in read}


def compacted() -> str:
    """The JSON that ships with the program, one key to a line."""
    kinds = [
        f"{json.dumps(kind)}: {{\n"
        + ",\n".join(f"  {json.dumps(key['key'])}: {json.dumps(_compact(key))}" for key in keys)
        + "\n}"
        for kind, keys in described().items()
    ]
    return "{\n" + ",\n".join(kinds) + "\n}\n"


def _compact(key: dict[str, Any]) -> dict[str, Any]:
    compact: dict[str, Any] = {"type": key["type"].strip("<>")}
    if key["presence"] == "required":
        compact["required"] = True
    if "rangelist" in key:
        compact["values"] = key["rangelist"]
    if "format" in key:
        compact["form"] = key["format"]
    return compact


if __name__ == "__main__":
    print(compacted(), end="")

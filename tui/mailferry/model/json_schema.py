"""JSON Schemas of the files people write, so that their editors complete and check them.

`python -m mailferry.model.json_schema NAME` prints one; `make schemas` writes them all, and a test holds the
written ones to the models.
"""

from __future__ import annotations

import inspect
import json
import sys
from typing import Any

import msgspec

from mailferry.model.account import Account
from mailferry.model.config import Config, Person
from mailferry.model.failure import FailureBook
from mailferry.model.provider import Provider
from mailferry.model.theme import Theme

FILES: dict[str, Any] = {
    "account": Account,
    "provider": Provider,
    "theme": Theme,
    "config": Config,
    "people": dict[str, Person],
    "failures": FailureBook,
}


def json_schema(name: str) -> str:
    """The JSON Schema (2020-12) of one kind of file, as text that ends with a newline."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"mailferry {name} file",
        **msgspec.json.schema(FILES[name]),
    }
    return json.dumps(_clean(schema), indent=2, ensure_ascii=False) + "\n"


def _clean(node: Any) -> Any:
    """Descriptions come from docstrings, which Python keeps indented before 3.13 and not since."""
    if isinstance(node, list):
        return [_clean(each) for each in node]
    if not isinstance(node, dict):
        return node
    return {
        key: inspect.cleandoc(each) if key == "description" and isinstance(each, str) else _clean(each)
        for key, each in node.items()
    }


if __name__ == "__main__":
    sys.stdout.write(json_schema(sys.argv[1]))

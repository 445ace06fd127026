"""The published JSON Schemas are those of the models."""

from __future__ import annotations

import datetime
import json
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from mailferry.model.json_schema import FILES, json_schema

PROFILES = Path(__file__).parents[2] / "profiles"


@pytest.mark.parametrize("name", FILES)
def test_the_published_schema_is_the_models(name: str) -> None:
    published = (PROFILES / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")
    assert published == json_schema(name), "the models have changed: run `make schemas`"
    jsonschema.Draft202012Validator.check_schema(json.loads(published))


SHIPPED = [
    *((file, "provider") for file in sorted((PROFILES / "providers").glob("*.toml"))),
    *((file, "account") for file in sorted((PROFILES / "examples").glob("*.toml"))),
    *((file, "theme") for file in sorted((PROFILES.parent / "themes").glob("*.toml"))),
    (PROFILES / "failures.toml", "failures"),
]


@pytest.mark.parametrize(("file", "name"), SHIPPED, ids=[file.name for file, _ in SHIPPED])
def test_shipped_files_are_what_their_schema_says(file: Path, name: str) -> None:
    document = _as_json(tomllib.loads(file.read_text(encoding="utf-8")))
    jsonschema.validate(document, json.loads(json_schema(name)), jsonschema.Draft202012Validator)


def test_a_wrong_file_is_refused_by_the_schema() -> None:
    schema = json.loads(json_schema("account"))
    for wrong in (
        {},
        {"address": "a@b.example", "colour": "red"},
        {"address": "a@b.example", "incoming": {"port": 0}},
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, schema)


def _as_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_json(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_as_json(each) for each in value]
    return value.isoformat() if isinstance(value, datetime.date) else value

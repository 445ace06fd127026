"""The words of sheets and preflight in one language, from languages/CODE/*.toml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

LANGUAGES = ("en", "de", "fr", "es")


class Label(msgspec.Struct, frozen=True):
    """What stands on the iPhone's screen. `sure` is False where no source confirms the translation."""

    text: str
    sure: bool = True


class Language(msgspec.Struct, frozen=True):
    """`messages` are Jinja texts by dotted name (“preflight.tls-port.why”: file, table, key).

    `labels` are the words on the screens by their English ones; what is not in it is English everywhere.
    """

    code: str
    messages: Mapping[str, str]
    labels: Mapping[str, Label]

    def label(self, english: str) -> Label:
        """What stands on the screen; the English itself, and unsure of it, where no translation is known."""
        return self.labels.get(english) or Label(english, sure=self.code == "en")


@cache
def language(code: str) -> Language:
    """One of LANGUAGES."""
    folder = files("mailferry.iphone").joinpath("languages", code)
    messages: dict[str, str] = {}
    labels: dict[str, Label] = {}
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        stem, _, ending = file.name.rpartition(".")
        if ending != "toml":
            continue
        if stem == "labels":
            labels = msgspec.toml.decode(file.read_bytes(), type=dict[str, Label])
        else:
            messages.update(_flat(stem, msgspec.toml.decode(file.read_bytes())))
    return Language(code, messages, labels)


def _flat(name: str, table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(f"{name}.{key}", value)
        else:
            yield f"{name}.{key}", value

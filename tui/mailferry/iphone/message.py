"""Messages as plain text: templates of what no form of a sheet shapes."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from mailferry.iphone.language import language

if TYPE_CHECKING:
    from jinja2 import Environment, Template


@cache
def message(name: str, lang: str) -> Template | None:
    """A message by its dotted name; what no one has translated is English, and None where there is no such.

    Values go in as they are: whoever renders it makes them `plain`.
    """
    text = language(lang).messages.get(name)
    if text is None:
        return None if lang == "en" else message(name, "en")
    return _environment().from_string(text)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, StrictUndefined

    return Environment(undefined=StrictUndefined, autoescape=False)  # noqa: S701  plain text, not HTML

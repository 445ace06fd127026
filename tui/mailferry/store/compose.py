"""The text of a new TOML file, laid out as people write one: keys first, then tables and arrays of them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

import tomlkit

from mailferry.store.rewrite import assignment, dotted

_WIDTH = 100


def compose(values: Mapping[str, Any], *, comment: str = "") -> str:
    """A TOML text that says these values, in their order, below a comment.

    A list of tables is written as an array of tables, a list that is too long for one line on several. The
    comment's paragraphs are its lines, wrapped.
    """
    plain = {key: value for key, value in values.items() if not _is_tables(value)}
    lines = [*_comment(comment), *(_statement(key, value) for key, value in plain.items())]
    for key, value in values.items():
        if isinstance(value, Mapping):
            lines += ["", f"[{dotted((key,))}]", *(_statement(name, each) for name, each in value.items())]
        elif _is_tables(value):
            for table in value:
                lines += ["", f"[[{dotted((key,))}]]"]
                lines += [_statement(name, each) for name, each in table.items()]
    return "\n".join(lines) + "\n"


def _is_tables(value: object) -> bool:
    if isinstance(value, Mapping):
        return True
    return (
        isinstance(value, list | tuple) and bool(value) and all(isinstance(each, Mapping) for each in value)
    )


def _comment(text: str) -> Iterator[str]:
    if not text:
        return
    for paragraph in text.split("\n"):
        yield from textwrap.wrap(
            paragraph,
            _WIDTH,
            initial_indent="# ",
            subsequent_indent="# ",
            break_long_words=False,
            break_on_hyphens=False,
        ) or ["#"]
    yield ""


def _statement(key: str, value: Any) -> str:
    line = assignment((key,), value)
    if not isinstance(value, list | tuple) or len(line) <= _WIDTH:
        return line
    items = "".join(f"  {tomlkit.item(each).as_string()},\n" for each in value)
    return f"{dotted((key,))} = [\n{items}]"

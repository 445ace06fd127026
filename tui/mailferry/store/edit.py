"""Edits of a TOML text that leave every other line as it is, byte for byte.

Only the one statement that holds the value is written anew; all else is copied. What is new goes where a
person would look for it: keys before tables, both in their usual order.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence

from mailferry.model.problem import InvalidFileError, Problem
from mailferry.store.decode import parse
from mailferry.store.statements import KeyPath, Statement, Value, statements

# The order in which people find keys and tables in our files; what is not named here comes last.
_KEYS = (
    *("schema", "address", "name", "label", "person", "provider", "tags"),
    *("status", "successor", "notice"),
    *("domains", "suffixes", "mx", "server_domains", "own_domain_username", "docs"),
    *("protocol", "host", "port", "security", "username", "username_also", "auth", "ca_file", "fingerprint"),
    *("from", "command", "reason", "until"),
)
_TABLES = (
    *("incoming", "outgoing", "password", "accepted"),
    *("sign_in", "iphone", "evidence", "old_host", "failure"),
)
_BLANK_LINES_BEFORE = re.compile(r"(?:^|(?<=\n))(?:[ \t]*\r?\n)+\Z")
_COMMENTS_AFTER = re.compile(r"(?:[ \t]*#[^\n]*(?:\n|\Z))+(?=[ \t]*\r?\n|[ \t]*\Z)")
_COMMENTS_BEFORE = re.compile(r"(?:^|(?<=\n))(?:[ \t]*#[^\n]*\n)+\Z")


def set_value(text: str, path: str | KeyPath, value: Value | None) -> str:
    """The text with one value set or, with None, removed; a table left empty goes with it.

    `path` is a dotted TOML key (`incoming.port`, `accepted."incoming.port".reason`) or its parts; an element
    of an array of tables is named by its number, from "0". None at the path of a table removes the table.

    Raises InvalidFileError when the text is not TOML, or when the path leads into a plain value or stops at a
    table.
    """
    parse(text)
    keys = _keys(path) if isinstance(path, str) else path
    stated = statements(text)
    for statement in stated:
        if statement.kind == "value" and keys[: len(statement.path)] == statement.path:
            return _rewritten(text, stated, statement, keys, value)
    if value is None:
        return _without_table(text, stated, keys)
    if any(statement.path[: len(keys)] == keys for statement in stated):
        raise InvalidFileError([Problem(key=".".join(keys), message="is a table; set the values inside it")])
    return _inserted(text, stated, keys, value)


def new_account(
    address: str,
    *,
    name: str | None = None,
    label: str | None = None,
    person: str | None = None,
    provider: str | None = None,
    tags: Sequence[str] = (),
) -> str:
    """The text of a fresh account file."""
    text = set_value("schema = 1\n", "address", address)
    for key, value in (("name", name), ("label", label), ("person", person), ("provider", provider)):
        text = set_value(text, key, value)
    return set_value(text, "tags", tags) if tags else text


def _keys(path: str) -> KeyPath:
    try:
        place: object = tomllib.loads(f"{path} = 0")
    except ValueError:
        raise InvalidFileError([Problem(key=path, message="is not a key as TOML writes it")]) from None
    keys: KeyPath = ()
    while isinstance(place, dict):
        key, place = next(iter(place.items()))
        keys = (*keys, key)
    return keys


# Changing and removing what is there


def _rewritten(
    text: str, stated: Sequence[Statement], statement: Statement, keys: KeyPath, value: Value | None
) -> str:
    if value is None and keys == statement.path:
        return _without(text, stated, statement)
    from mailferry.store.rewrite import rewritten

    source = text[statement.start : statement.end]
    body = source.rstrip("\r\n")
    new = rewritten(body, keys[len(statement.table) :], value)
    if not new:
        return _without(text, stated, statement)
    return text[: statement.start] + new + source[len(body) :] + text[statement.end :]


def _without(text: str, stated: Sequence[Statement], statement: Statement) -> str:
    """The text without one value, and without its table's header when that holds nothing else."""
    section = _section(stated, statement.table)
    header = section[0] if section and section[0].kind == "table" else None
    if header is not None and section[1:] == [statement]:
        body = text[header.end : statement.start] + text[statement.end : _end_of(text, stated, header)]
        if not body.strip() and "#" not in text[header.start : header.end]:
            return _cut(text, header.start, statement.end)
    return text[: statement.start] + text[statement.end :]


def _without_table(text: str, stated: Sequence[Statement], keys: KeyPath) -> str:
    for statement in reversed(stated):
        if statement.path[: len(keys)] != keys:
            continue
        if statement.kind != "value":
            text = _cut(text, statement.start, _section(stated, statement.path)[-1].end)
        elif statement.table[: len(keys)] != keys:  # `table.key = value`, above the table's own level
            text = text[: statement.start] + text[statement.end :]
    return text


def _cut(text: str, start: int, end: int) -> str:
    """The text without a table, and without the blank lines that set it apart."""
    before = _BLANK_LINES_BEFORE.sub("", text[:start])
    after = text[end:]
    return before + after if before else after.lstrip("\r\n")


# Adding what is new


def _inserted(text: str, stated: Sequence[Statement], keys: KeyPath, value: Value) -> str:
    from mailferry.store.rewrite import assignment, dotted

    for depth in range(len(keys) - 1, -1, -1):
        inside = keys[:depth]
        # `table.key = value` stands above the level of the table that it belongs to
        siblings = [each for each in stated if len(each.table) < depth and each.path[:depth] == inside]
        siblings = [each for each in siblings if each.kind == "value"]
        if siblings:
            last = siblings[-1]
            line = _indent(text, last) + assignment(keys[len(last.table) :], value)
            return _with_lines(text, last.end, [line])
        section = _section(stated, inside)
        if not section and depth:
            continue
        if depth == len(keys) - 1:
            at, like = _place_in(text, section, keys[-1], stated)
            return _with_lines(text, at, [_indent(text, like) + assignment(keys[-1:], value)])
        break
    lines = [f"[{dotted(keys[:-1])}]", assignment(keys[-1:], value)]
    return _with_block(text, _place_for_table(text, stated, keys[:-1]), lines)


def _section(stated: Sequence[Statement], table: KeyPath) -> list[Statement]:
    """A table's header and its values; at the top of the file there is no header."""
    return [each for each in stated if each.table == table]


def _place_in(
    text: str, section: Sequence[Statement], key: str, stated: Sequence[Statement]
) -> tuple[int, Statement | None]:
    """Where a new key goes in a table, and a neighbour whose indentation it takes."""
    rank = _rank(key, _KEYS)
    values = [each for each in section if each.kind == "value"]
    before = [each for each in values if _rank(each.path[len(each.table)], _KEYS) <= rank]
    if before:
        highest = max(_rank(each.path[len(each.table)], _KEYS) for each in before)
        neighbour = [each for each in before if _rank(each.path[len(each.table)], _KEYS) == highest][-1]
        return neighbour.end, neighbour
    if section and section[0].kind != "value":
        return section[0].end, values[0] if values else section[0]
    if values:
        return values[-1].end, values[-1]
    return (_start_of(text, stated[0]) if stated else len(text)), None


def _place_for_table(text: str, stated: Sequence[Statement], table: KeyPath) -> int:
    headers = [each for each in stated if each.kind != "value"]
    rank = _rank(table[0], _TABLES)
    before = [each for each in headers if _rank(each.path[0], _TABLES) <= rank]
    if before:
        return _end_of(text, stated, before[-1])
    if headers:
        return _start_of(text, headers[0])
    return len(text)


def _start_of(text: str, statement: Statement) -> int:
    """Where a statement begins, with the comments right above it."""
    comments = _COMMENTS_BEFORE.search(text, 0, statement.start)
    return comments.start() if comments else statement.start


def _end_of(text: str, stated: Sequence[Statement], header: Statement) -> int:
    """Where a table ends: with its last value, or the comments right below it and apart from what follows."""
    end = _section(stated, header.path)[-1].end
    comments = _COMMENTS_AFTER.match(text, end)
    return comments.end() if comments else end


def _with_block(text: str, at: int, lines: Sequence[str]) -> str:
    """The text with a table of its own, set apart by blank lines."""
    before = [""] if text[:at].strip() and not _BLANK_LINES_BEFORE.search(text[:at]) else []
    after = [""] if text[at:].strip() and text[at:].split("\n", 1)[0].strip() else []
    return _with_lines(text, at, [*before, *lines, *after])


def _with_lines(text: str, at: int, lines: Sequence[str]) -> str:
    """The text with whole lines put in, in its own line ends; one without a last line end stays without."""
    line_end = "\r\n" if "\r\n" in text[: text.find("\n") + 1] else "\n"
    if at and text[at - 1] != "\n":
        return text[:at] + "".join(line_end + line for line in lines) + text[at:]
    return text[:at] + "".join(line + line_end for line in lines) + text[at:]


def _indent(text: str, like: Statement | None) -> str:
    if like is None:
        return ""
    source = text[like.start : like.end]
    return source[: len(source) - len(source.lstrip())]


def _rank(name: str, order: Sequence[str]) -> int:
    return order.index(name) if name in order else len(order)

"""What account files pin of iPhones: no two may pin the same, and an iPhone must be able to take it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mailferry.model.account import Account
from mailferry.model.problem import Problem
from mailferry.store.shelf import Entry

_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


def pin_problems(entries: Sequence[Entry[Account]]) -> tuple[Problem, ...]:
    """What is wrong with the identifiers and UUIDs that account files pin."""
    first: dict[tuple[str, str], Entry[Account]] = {}
    return tuple(
        _problem(entry, key, message)
        for entry in entries
        if entry.value is not None
        for key, message in (*_malformed(entry.value), *_taken(entry, entry.value, first))
    )


def _malformed(account: Account) -> Iterator[tuple[str, str]]:
    identifier, uuid = account.iphone.identifier, account.iphone.uuid
    if identifier is not None and not _IDENTIFIER.fullmatch(identifier):
        yield (
            "identifier",
            "has characters that an identifier of a profile should not have; letters, digits, “.”, “-” and"
            " “_” are safe. Remove it, and the next export puts in a right one",
        )
    if uuid is not None and not _UUID.fullmatch(uuid):
        yield "uuid", "is no UUID; remove it, and the next export puts in a right one"


def _taken(
    entry: Entry[Account], account: Account, first: dict[tuple[str, str], Entry[Account]]
) -> Iterator[tuple[str, str]]:
    for key, value in (("identifier", account.iphone.identifier), ("uuid", account.iphone.uuid)):
        if value is None:
            continue
        other = first.setdefault((key, value.casefold()), entry)
        if other is not entry:
            yield (
                key,
                f"is {other.path.name}'s too: on an iPhone, the profile of one account would take the place"
                " of the other's. Remove the table [iphone] from the file that was copied",
            )


def _problem(entry: Entry[Account], key: str, message: str) -> Problem:
    from mailferry.store.decode import line_of
    from mailferry.store.files import read_text

    line = line_of(read_text(entry.path), ("iphone", key))
    return Problem(file=str(entry.path), line=line, key=f"iphone.{key}", message=message)

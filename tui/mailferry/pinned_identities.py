"""What account files pin of iPhones: no two may pin the same, and an iPhone must be able to take it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailferry.model.account import Account
from mailferry.model.problem import Problem
from mailferry.phone_names import phone_name
from mailferry.workspace import AccountEntry, Workspace

_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


def pin_problems(workspace: Workspace) -> tuple[Problem, ...]:
    """What is wrong with the identifiers and UUIDs that account files pin."""
    return tuple(
        _problem(entry, key, message)
        for entry in workspace.accounts()
        if entry.value is not None
        for key, message in (*_malformed(entry.value), *_copied(workspace, entry.id, entry.value))
    )


def _malformed(account: Account) -> Iterator[tuple[str, str]]:
    identifier, uuid = account.iphone.identifier, account.iphone.uuid
    if identifier is not None and not _IDENTIFIER.fullmatch(identifier):
        yield (
            "identifier",
            "has characters that an identifier of a profile should not have; letters, digits, “.”, “-” and"
            " “_” are safe. Remove it; the next export puts in another",
        )
    if uuid is not None and not _UUID.fullmatch(uuid):
        yield "uuid", "is no UUID; remove it, and the next export puts in a right one"


def _copied(workspace: Workspace, account_id: str, account: Account) -> Iterator[tuple[str, str]]:
    name = phone_name(workspace, account_id, account)
    if name.copied_from is None:
        return
    for key in ("identifier", "uuid"):
        stated = getattr(account.iphone, key)
        if stated is not None and stated != getattr(name.iphone, key):
            yield (
                key,
                f"is that of {name.copied_from}, as in a copied file: on an iPhone, the profile of one"
                " account would take the place of the other’s. Remove it; the next export puts in another",
            )


def _problem(entry: AccountEntry, key: str, message: str) -> Problem:
    from mailferry.store.decode import line_of
    from mailferry.store.files import read_text

    line = line_of(read_text(entry.path), ("iphone", key))
    return Problem(file=str(entry.path), line=line, key=f"iphone.{key}", message=message)

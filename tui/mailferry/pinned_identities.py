"""What account files pin of iPhones: no two may pin the same."""

from __future__ import annotations

from collections.abc import Iterator

from mailferry.model.account import Account
from mailferry.model.problem import Problem
from mailferry.phone_names import phone_name
from mailferry.workspace import AccountEntry, Workspace


def pin_problems(workspace: Workspace) -> tuple[Problem, ...]:
    """Identifiers and UUIDs that are another account's."""
    return tuple(
        _problem(entry, key, message)
        for entry in workspace.accounts()
        if entry.value is not None
        for key, message in _copied(workspace, entry.id, entry.value)
    )


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

"""Which account a name means: its file's stem, its address or its label."""

from __future__ import annotations

from collections.abc import Sequence

from mailferry.model.account import Account
from mailferry.model.problem import MailferryError, Problem
from mailferry.store.files import read_text
from mailferry.store.shelf import Entry


class UnknownAccountError(MailferryError):
    """No account, or more than one, answers to a name."""


def find_account(entries: Sequence[Entry[Account]], name: str) -> Entry[Account]:
    """The one account with this file stem, address or label. Raises UnknownAccountError."""
    wanted = name.strip().casefold()
    for key in (_stem, _address, _label):
        found = [entry for entry in entries if key(entry) == wanted]
        if len(found) == 1:
            return found[0]
        if found:
            names = ", ".join(entry.id for entry in found)
            raise UnknownAccountError(f"“{name}” could be any of {names}; name one of these")
    if not entries:
        raise UnknownAccountError(f"no account “{name}”: there are none yet; mailferry add ADDRESS makes one")
    from difflib import get_close_matches

    names_known = [key(entry) for entry in entries for key in (_stem, _address, _label)]
    near = get_close_matches(wanted, [known for known in names_known if known], n=1)
    hint = f"; did you mean {near[0]}?" if near else "; mailferry list shows them all"
    raise UnknownAccountError(f"no account “{name}”{hint}")


def label_clashes(entries: Sequence[Entry[Account]]) -> tuple[Problem, ...]:
    """Labels that several accounts bear: the phone and the command line could not tell them apart."""
    first: dict[str, Entry[Account]] = {}
    clashes = []
    for entry in entries:
        label = _label(entry)
        if not label or entry.value is None:
            continue
        other = first.setdefault(label, entry)
        if other is not entry:
            from mailferry.store.decode import line_of

            clashes.append(
                Problem(
                    file=str(entry.path),
                    line=line_of(read_text(entry.path), ("label",)),
                    key="label",
                    message=f"“{entry.value.label}” is {other.path.name}'s label too; give each its own",
                )
            )
    return tuple(clashes)


def _stem(entry: Entry[Account]) -> str | None:
    return entry.id.casefold()


def _address(entry: Entry[Account]) -> str | None:
    return entry.value.address.strip().casefold() if entry.value else None


def _label(entry: Entry[Account]) -> str | None:
    return entry.value.label.strip().casefold() if entry.value and entry.value.label else None

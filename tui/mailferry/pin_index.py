"""Which account files pin which name on an iPhone, and which accounts share one address."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from mailferry.iphone.identity import address_stem
from mailferry.model.account import Account
from mailferry.model.address import parse_address
from mailferry.store.shelf import Entry

Named = tuple[str, Account]
"""An account by the stem of its file."""


class PinIndex:
    """The account files as they were at one moment, to be asked again and again. Broken ones are left out."""

    def __init__(self, entries: Iterable[Entry[Account]]) -> None:
        """In the order of `entries`, which every answer keeps."""
        self._by_stem: dict[str, list[Named]] = {}
        self._by_pin: dict[tuple[str, str], list[Named]] = {}
        for entry in entries:
            if entry.value is None:
                continue
            named, pinned = (entry.id, entry.value), entry.value.iphone
            self._by_stem.setdefault(address_stem(parse_address(entry.value.address)), []).append(named)
            for pin in (("identifier", pinned.identifier), ("uuid", pinned.uuid and pinned.uuid.upper())):
                if pin[1] is not None:
                    self._by_pin.setdefault((pin[0], pin[1]), []).append(named)

    def pinning(self, key: Literal["identifier", "uuid"], value: str) -> tuple[Named, ...]:
        """The accounts whose files pin this identifier or UUID."""
        return tuple(self._by_pin.get((key, value.upper() if key == "uuid" else value), ()))

    def sharing_address(self, identifier: str) -> tuple[Named, ...]:
        """The accounts of the address that a usual identifier was derived from, whatever their protocol."""
        return tuple(self._by_stem.get(identifier.rpartition(".")[0], ()))

"""What is told at the end about servers that refused passwords, and about accounts left out because of it."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from mailferry.model.check import AccountCheck
from mailferry.model.spared import is_not_tried, is_spared

if TYPE_CHECKING:
    from mailferry.store.refusals import Refusals

Place = tuple[str, int]


class RefusedLines:
    """Notes, of each result, where a password was refused in this run and where none was sent any more."""

    def __init__(self, refusals: Refusals) -> None:
        self._refusals = refusals
        self._places: dict[Place, None] = {}
        self._left_out: Counter[Place] = Counter()

    def note(self, result: AccountCheck) -> None:
        """One more account is done."""
        from mailferry.checks.refusals import is_refusal

        for server in result.servers:
            if server.host and server.port and (is_spared(server) or is_refusal(server)):
                place = server.host.lower(), server.port
                self._places[place] = None
                self._left_out[place] += is_spared(server) and is_not_tried(result)

    def lines(self) -> Iterator[str]:
        """One sentence or two for each server; none where refusals are not limited."""
        limit = self._refusals.limit
        for host, port in self._places if limit else ():
            count = self._refusals.count(host, port)
            if not count:
                continue
            passwords = "1 password was" if count == 1 else f"{count} passwords were"
            words = f"{passwords} refused at {host}:{port} within the last hour"
            left_out = self._left_out[host, port]
            if left_out:
                accounts = "1 account was" if left_out == 1 else f"{left_out} accounts were"
                words = f"{accounts} not tried: {words}"
            until = self._refusals.over_at(host, port)
            if until is None:
                yield f"{words}; at {limit} (refusals under [checks]) no more are sent."
                continue
            moment = datetime.datetime.fromtimestamp(until).astimezone()
            yield (
                f"{words}. So that it does not ban you, no more are sent there until {moment:%H:%M};"
                f" the limit is {limit} (refusals under [checks])."
            )

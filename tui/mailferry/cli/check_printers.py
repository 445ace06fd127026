"""How the results of a test are printed, each as it is done: as JSON Lines, ladders, or rows of a grid."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from mailferry.cli.check_grid import Grid
from mailferry.cli.output import data, data_json, paragraph
from mailferry.model.check import AccountCheck

RefusedAt = Callable[[str, int], int]
"""How many passwords a server, by host and port, has refused within the last hour."""


class Printer(Protocol):
    """Prints results."""

    def take(self, result: AccountCheck) -> None:
        """An account is done."""

    def end(self) -> None:
        """No more are done, whether all were tested or not."""


class JsonLines:
    """One object for each account and line."""

    def take(self, result: AccountCheck) -> None:
        """Print the account at once."""
        data_json(result)

    def end(self) -> None:
        """There is nothing more to say."""


class Ladders:
    """Every account in full, and at the end the servers that have refused passwords."""

    def __init__(self, refused_at: RefusedAt, limit: int, *, details: bool) -> None:
        self._refused_at = refused_at
        self._limit = limit
        self._details = details
        self._places: dict[tuple[str, int], None] = {}

    def take(self, result: AccountCheck) -> None:
        """Print the account at once."""
        show(result, details=self._details)
        self.note(result)

    def note(self, result: AccountCheck) -> None:
        """Note which servers to tell of at the end."""
        for server in result.servers:
            if server.host and server.port:
                self._places[server.host.lower(), server.port] = None

    def end(self) -> None:
        """Say how near servers are to being left alone."""
        for host, port in self._places:
            if count := self._refused_at(host, port):
                data(paragraph(_refusals(host, port, count, self._limit), hang=2))


class Rows:
    """One row for each account, and at the end in full those that are not well, or with `details` all."""

    def __init__(self, grid: Grid, ladders: Ladders, *, details: bool) -> None:
        self._grid = grid
        self._ladders = ladders
        self._details = details
        self._in_full: list[AccountCheck] = []
        self._done = self._failed = 0

    def take(self, result: AccountCheck) -> None:
        """Print the account's row at once."""
        if self._done == 0:
            data(self._grid.head())
        data(self._grid.row(result))
        self._done += 1
        self._failed += not result.ok
        if self._details or not result.ok or any(server.changed for server in result.servers):
            self._in_full.append(result)

    def end(self) -> None:
        """Print the accounts that are not well, or show something else than before."""
        data(f"{self._done} tested, {self._failed} not well")
        for result in sorted(self._in_full, key=lambda each: each.account):
            data("")
            self._ladders.take(result)
        self._ladders.end()


def show(result: AccountCheck, *, details: bool = False) -> None:
    """Print an account's ladders for people."""
    from mailferry.advice.ladder_text import ladder_lines, server_name
    from mailferry.advice.pinning import pin_words

    state = "ok" if result.ok else "fails"
    data(f"{'✓' if result.ok else '✗'} {state}  {result.account}  {result.address}  {result.seconds:.1f} s")
    fix = f"mailferry fix {result.account} --tested"
    for place, server in enumerate(result.servers):
        data(f"  {server_name(server)}")
        above = result.servers[:place]
        for line in ladder_lines(server, above=above, details=details, mended_by=fix):
            data(paragraph(line.text, 4 + line.indent, hang=line.hang))
        for text in pin_words(server, f"mailferry pin {result.account}"):
            data(paragraph(text, 4, hang=2))


def printer_for(
    accounts: Sequence[str],
    refused_at: RefusedAt,
    limit: int,
    *,
    as_json: bool,
    grid: bool,
    details: bool,
    send: bool,
) -> Printer:
    """The printer that was asked for."""
    if as_json:
        return JsonLines()
    ladders = Ladders(refused_at, limit, details=details)
    return Rows(Grid(accounts, send=send), ladders, details=details) if grid else ladders


def _refusals(host: str, port: int, count: int, limit: int) -> str:
    passwords = "1 password was" if count == 1 else f"{count} passwords were"
    words = f"{passwords} refused at {host}:{port} within the last hour"
    if not limit:
        return f"{words}."
    if count >= limit:
        return f"{words}; no more are sent until the hour is over, so that it does not ban you."
    return f"{words}; at {limit} no more are sent."

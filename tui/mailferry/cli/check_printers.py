"""How the results of a test are printed: as JSON Lines, ladders, or rows of a grid."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from mailferry.checking import has_news
from mailferry.cli.check_grid import Grid
from mailferry.cli.output import data, data_json, paragraph
from mailferry.cli.refused_lines import RefusedLines
from mailferry.model.check import AccountCheck
from mailferry.model.spared import is_not_tried, is_spared, why_left_alone

if TYPE_CHECKING:
    from mailferry.store.refusals import Refusals


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

    def __init__(self, refused: RefusedLines, *, details: bool) -> None:
        self._refused = refused
        self._details = details

    def take(self, result: AccountCheck) -> None:
        """Print the account at once."""
        show(result, details=self._details)
        self._refused.note(result)

    def end(self) -> None:
        """Say how near servers are to being left alone."""
        for line in self._refused.lines():
            data(paragraph(line, hang=2))


class Rows:
    """One row for each account, and at the end in full those that are not well, or with `details` all.

    On a terminal the rows come in the order of `accounts`, once all are done; elsewhere each as it is done.
    """

    def __init__(self, accounts: Sequence[str], refused: RefusedLines, *, send: bool, details: bool) -> None:
        self._order = {account: place for place, account in enumerate(accounts)}
        self._grid = Grid(accounts, send=send)
        self._refused = refused
        self._details = details
        self._at_once = not sys.stdout.isatty()
        self._done: list[AccountCheck] = []

    def take(self, result: AccountCheck) -> None:
        """Note the account, and print its row where it need not wait for others."""
        self._refused.note(result)
        if self._at_once:
            self._print_row(result, first=not self._done)
        self._done.append(result)

    def end(self) -> None:
        """Print the accounts that are not well, or show something else than before."""
        self._done.sort(key=lambda result: self._order[result.account])
        if not self._at_once:
            for place, result in enumerate(self._done):
                self._print_row(result, first=place == 0)
        data(summary(self._done, len(self._order)))
        for result in self._done:
            if self._details or has_news(result) or not (result.ok or is_not_tried(result)):
                data("")
                show(result, details=self._details)
        for number, line in enumerate(self._refused.lines()):
            data(("" if number else "\n") + paragraph(line, hang=2))

    def _print_row(self, result: AccountCheck, *, first: bool) -> None:
        if first:
            data(self._grid.head())
        data(self._grid.row(result))


def summary(results: Sequence[AccountCheck], total: int) -> str:
    """How many of how many were tested, and what came of it: “58 of 60 tested, 3 not well, 2 not tried”."""
    left_out = sum(map(is_not_tried, results))
    failed = sum(not result.ok for result in results) - left_out
    tested = len(results) - left_out
    words = f"{tested} tested" if tested == total else f"{tested} of {total} tested"
    words += f", {failed} not well"
    words += f", {left_out} not tried" if left_out else ""
    changed = sum(map(has_news, results))
    return f"{words}, {changed} changed" if changed else words


def show(result: AccountCheck, *, details: bool = False) -> None:
    """Print an account's ladders for people."""
    from mailferry.advice.ladder_text import ladder_lines, server_name
    from mailferry.advice.pinning import pin_words

    name = f"{result.account}  {result.address}"
    if is_not_tried(result) and not (details or has_news(result)):
        places = " and ".join(f"{each.host}:{each.port}" for each in result.servers if is_spared(each))
        words = f"– not tried  {name}  no password was sent to {places}"
        data(paragraph("; ".join(filter(None, (words, why_left_alone(result)))), hang=2))
        return
    mark = "✓ ok" if result.ok else "– not tried" if is_not_tried(result) else "✗ fails"
    data(f"{mark}  {name}  {result.seconds:.1f} s")
    fix = f"mailferry fix {result.account} --tested"
    for place, server in enumerate(result.servers):
        data(f"  {server_name(server)}")
        above = result.servers[:place]
        for line in ladder_lines(server, above=above, details=details, mended_by=fix):
            data(paragraph(line.text, 4 + line.indent, hang=line.hang))
        for text in pin_words(server, f"mailferry pin {result.account}"):
            data(paragraph(text, 4, hang=2))


def printer_for(
    accounts: Sequence[str], refusals: Refusals, *, as_json: bool, grid: bool, details: bool, send: bool
) -> Printer:
    """The printer that was asked for."""
    if as_json:
        return JsonLines()
    refused = RefusedLines(refusals)
    return Rows(accounts, refused, send=send, details=details) if grid else Ladders(refused, details=details)

"""The list of accounts, grouped by person."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from mailferry.ui.actions import Pane
from mailferry.ui.lines import Lines, Page
from mailferry.ui.panes.account_rows import AccountLines, Row, grouped
from mailferry.ui.spans import Line, wrapped
from mailferry.workspace import AccountEntry, State

_NONE = "No accounts yet.\n\nPress n and type a mail address."
_NO_MATCH = "No account holds “{query}”.\n\nesc shows them all."


class AccountsPane(Lines):
    """People and their accounts. The highlighted account is the one that all other panes show."""

    pane: ClassVar[Pane] = "accounts"

    def __init__(
        self,
        state_of: Callable[[AccountEntry], State],
        marks: Callable[[AccountEntry], str],
        needs: Callable[[str], str],
    ) -> None:
        super().__init__(id="accounts")
        self._state_of = state_of
        self._marks = marks
        self._needs = needs
        self._rows: list[Row] = []
        self._stops: list[range] = []
        self.wanted = ""

    @property
    def selected(self) -> AccountEntry | None:
        """The highlighted account."""
        if not self._stops:
            return None
        row = self._rows[self._stops[min(self.cursor, len(self._stops) - 1)].start]
        assert not isinstance(row, str), "the cursor stops at accounts only"
        return row

    @property
    def listed(self) -> list[AccountEntry]:
        """The accounts that the filter lets through, from top to bottom."""
        return [row for row in self._rows if not isinstance(row, str)]

    def show(self, entries: Sequence[AccountEntry], query: str | None = None) -> None:
        """Show accounts that hold a query; the highlighted one stays so if it is still there."""
        kept = self.selected
        self.wanted = self.wanted if query is None else query
        self._rows = grouped(entries, self.wanted)
        self._stops = [range(y, y + 1) for y, row in enumerate(self._rows) if not isinstance(row, str)]
        self.redraw()
        if kept is not None:
            self.select(kept.id)

    def select(self, account_id: str) -> bool:
        """Highlight an account; False when the filter hides it or it is gone."""
        for stop, entry in enumerate(self.listed):
            if entry.id == account_id:
                self.go(stop)
                return True
        return False

    def build(self, width: int) -> Page:
        """The rows, or what to do when there are none."""
        if not self._rows:
            words = _NO_MATCH.format(query=self.wanted) if self.wanted else _NONE
            empty: list[Line] = wrapped(words, width, "dim")
            return Page(empty)
        return Page(AccountLines(self._rows, width, self._state_of, self._marks, self._needs), self._stops)

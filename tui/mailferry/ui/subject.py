"""What the panes look at: one account with everything that is known about it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from mailferry.model.account import Account
from mailferry.model.finding import Comparison, Finding
from mailferry.model.problem import Problem
from mailferry.model.recommendation import Recommendation
from mailferry.model.settings import Settings

if TYPE_CHECKING:
    from mailferry.store.results import StoredCheck


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What follows from an account that can be read."""

    account: Account
    settings: Settings
    recommendation: Recommendation
    comparison: Comparison
    tested: StoredCheck | None

    def finding(self, path: str) -> Finding | None:
        """What comparing says about one setting."""
        return next((each for each in self.comparison.findings if each.path == path), None)

    @property
    def source(self) -> str:
        """Who recommends, in full."""
        return self.recommendation.name or self.origin

    @property
    def origin(self) -> str:
        """Who recommends, in one word."""
        if self.recommendation.how == "none":
            return "by default"
        return self.recommendation.provider or "recommended"


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """One account file as it is being looked at and edited.

    `known` belongs to the last text that could be read; `problems` to the text as it is.
    """

    id: str
    path: Path
    unsaved: bool = False
    known: Known | None = None
    problems: tuple[Problem, ...] = ()

"""What the panes look at: one account with everything that is known about it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from mailferry.checking import is_resumable
from mailferry.model.account import Account
from mailferry.model.check import ServerCheck
from mailferry.model.finding import Comparison, Finding
from mailferry.model.problem import Problem
from mailferry.model.recommendation import Recommendation
from mailferry.model.settings import ROLES, Settings

if TYPE_CHECKING:
    from mailferry.store.results import StoredCheck


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What follows from an account that can be read.

    `tested` is the last test of the settings as they are; `before` the last one where it was of others, and
    `well` the last in which all was well.
    """

    account: Account
    settings: Settings
    recommendation: Recommendation
    comparison: Comparison
    tested: StoredCheck | None
    before: StoredCheck | None = None
    well: StoredCheck | None = None

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

    @property
    def to_resume(self) -> ServerCheck | None:
        """The server's test that the next one goes on from; None where the next one begins anew."""
        last = self.tested or self.before
        if last is None or not is_resumable(last):
            return None
        return next((server for server in last.check.servers if server.failed_stage is not None), None)

    @property
    def needs_token(self) -> bool:
        """Whether a server wants a sign-in by web page and no program is set that fetches the token."""
        return any(
            self.settings.server(role).auth == "oauth2"
            and self.account.password_source(role).source != "command"
            for role in ROLES
        )


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """One account file as it is being looked at and edited.

    `known` belongs to the last text that could be read; `problems` to the text as it is.
    """

    id: str
    path: Path
    unsaved: bool = False
    known: Known | None = None
    problems: tuple[Problem, ...] = ()

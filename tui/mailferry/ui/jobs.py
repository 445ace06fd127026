"""Tests that run beside the interface: a worker thread does them and only posts messages."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from textual.message import Message
from textual.widget import Widget

from mailferry.checking import run_checks
from mailferry.model.account import Account, Role
from mailferry.model.cause import Stage
from mailferry.model.check import AccountCheck, StageResult
from mailferry.model.problem import MailferryError
from mailferry.model.spared import is_not_tried

if TYPE_CHECKING:
    from mailferry.checks.events import CheckEvent
    from mailferry.checks.options import CheckOptions
    from mailferry.workspace import Workspace


@dataclass
class Climb:
    """How far one server's test has come. `since` is when the stage began, by the run's clock.

    `waits`: for its password.
    """

    stages: tuple[StageResult, ...] = ()
    now: Stage | None = None
    since: float = 0.0
    waits: bool = False


@dataclass
class TestRun:
    """One run of tests, of one account or of many, and what has happened in it."""

    __test__ = False  # not a test case of pytest's

    accounts: Sequence[tuple[str, Account]]
    resume: bool = False
    send: bool = False
    cancel: threading.Event = field(default_factory=threading.Event)
    clock: Callable[[], float] = time.monotonic
    done: dict[str, AccountCheck] = field(default_factory=dict)
    failed: int = 0
    not_tried: int = 0
    climbs: dict[str, dict[Role, Climb]] = field(default_factory=dict)
    _ids: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self._ids = frozenset(account_id for account_id, _ in self.accounts)

    def includes(self, account_id: str) -> bool:
        """Whether an account is tested in this run and not done yet."""
        return account_id in self._ids and account_id not in self.done

    @property
    def progress(self) -> str:
        """How far it has come, in words: “12 of 40 tested, 3 not well”."""
        tested, total = len(self.done) - self.not_tried, len(self.accounts)
        words = f"{tested} tested" if tested == total else f"{tested} of {total} tested"
        words += f", {self.failed} not well"
        return f"{words}, {self.not_tried} not tried" if self.not_tried else words

    def take(self, event: CheckEvent) -> None:
        """Note what has happened."""
        from mailferry.checks.events import PasswordAwaited, StageEnded, StageStarted

        if isinstance(event, StageStarted):
            climb = self._climb(event.account, event.role)
            climb.now, climb.since = event.stage, self.clock()
        elif isinstance(event, StageEnded):
            climb = self._climb(event.account, event.role)
            climb.stages, climb.now = (*climb.stages, event.result), None
        elif isinstance(event, PasswordAwaited):
            self._climb(event.account, event.role).waits = not event.over

    def end(self, check: AccountCheck) -> None:
        """Note the result of an account, unless it was stopped; how far it came needs no room any more."""
        self.climbs.pop(check.account, None)
        if any(server.cause == "cancelled" for server in check.servers):
            return
        self.done[check.account] = check
        self.not_tried += is_not_tried(check)
        self.failed += not (check.ok or is_not_tried(check))

    def waited(self, climb: Climb) -> int:
        """How many whole seconds the stage that a server is at has taken."""
        return int(self.clock() - climb.since) if climb.now is not None else 0

    def _climb(self, account_id: str, role: Role) -> Climb:
        return self.climbs.setdefault(account_id, {}).setdefault(role, Climb())


class Happened(Message):
    """A stage was reached or left."""

    def __init__(self, run: TestRun, event: CheckEvent) -> None:
        super().__init__()
        self.run = run
        self.event = event


class Tested(Message):
    """An account is done, and its result kept."""

    def __init__(self, run: TestRun, check: AccountCheck) -> None:
        super().__init__()
        self.run = run
        self.check = check


class Finished(Message):
    """The run is over; `problem` says why it could not go on."""

    def __init__(self, run: TestRun, problem: MailferryError | None) -> None:
        super().__init__()
        self.run = run
        self.problem = problem


def run_tests(target: Widget, workspace: Workspace, run: TestRun, options: CheckOptions | None) -> None:
    """Test the accounts of a run; meant for a worker thread, so it touches nothing and posts messages."""
    problem: MailferryError | None = None

    def tell(event: CheckEvent) -> None:
        target.post_message(Happened(run, event))

    try:
        for check in run_checks(
            workspace,
            run.accounts,
            options=options,
            resume=run.resume,
            send=run.send,
            on_event=tell,
            cancel=run.cancel,
        ):
            target.post_message(Tested(run, check))
    except MailferryError as error:
        problem = error
    finally:
        target.post_message(Finished(run, problem))

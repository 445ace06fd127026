"""Refused passwords are counted, and the run stops before a server would ban the address."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Literal
from typing import Protocol as Interface

from mailferry.checks.failure import StageFailure
from mailferry.model.cause import Cause
from mailferry.model.check import ServerCheck
from mailferry.model.spared import SPARED

_SLICE = 0.1

_REFUSALS: frozenset[Cause] = frozenset(
    {
        "wrong-password",
        "app-password-required",
        "not-authorized",
        "account-disabled",
        "account-locked",
        "oauth2-required",
        "web-login-required",
        "authorization-code-required",
        "password-expired",
        "protocol-disabled",
        "unknown",  # words that nobody knows may still count towards a ban
    }
)

Outcome = Literal["accepted", "refused", "neither"]
"""What came of a password: neither, when the conversation ended before an answer about it."""


class RefusalBudget(Interface):
    """How many passwords each server has refused lately. Called from many threads, one at a time."""

    @property
    def limit(self) -> int:
        """At this number nothing more is sent; 0: no limit."""

    def count(self, host: str, port: int) -> int:
        """Refusals so far."""

    def add(self, host: str, port: int) -> None:
        """One more."""


def is_refusal(check: ServerCheck) -> bool:
    """Whether a password was sent and the server's answer was about the password or the account."""
    return check.failed_stage == "auth" and check.attempts > 0 and check.cause in _REFUSALS


class RefusalGate:
    """Lets passwords through only while those under way cannot pass the limit by much, if all are refused.

    At first no more are under way than may be refused. Each accepted password makes room for one more: a
    server that knows us lets many accounts in at once, one that refuses us never sees more than the limit.
    """

    def __init__(self, budget: RefusalBudget) -> None:
        self._budget = budget
        self._refused: dict[tuple[str, int], int] = {}
        self._under_way: Counter[tuple[str, int]] = Counter()
        self._accepted: Counter[tuple[str, int]] = Counter()
        self._changed = threading.Condition()

    def enter(self, host: str, port: int, cancel: threading.Event) -> None:
        """Reserve one attempt; waits while the outcome of others decides. `leave` must follow.

        Raises StageFailure (`not-tried`, `cancelled`).
        """
        place = host, port
        with self._changed:
            while True:
                # The budget may be a file: it is read anew only when something was added to it.
                if place not in self._refused:
                    self._refused[place] = self._budget.count(host, port)
                refused = self._refused[place]
                if refused >= self._budget.limit:
                    raise StageFailure("not-tried", _words(refused))
                if refused + self._under_way[place] < self._budget.limit + self._accepted[place]:
                    self._under_way[place] += 1
                    return
                # Looked at anew after each wait: one that times out may just have missed its notice.
                self._changed.wait(_SLICE)
                if cancel.is_set():
                    raise StageFailure("cancelled", "stopped")

    def leave(self, host: str, port: int, outcome: Outcome) -> None:
        """The outcome of a reserved attempt is known."""
        with self._changed:
            self._under_way[host, port] -= 1
            if outcome == "accepted":
                self._accepted[host, port] += 1
            elif outcome == "refused":
                self._budget.add(host, port)
                self._refused.pop((host, port), None)
            self._changed.notify_all()


def _words(refused: int) -> str:
    passwords = "1 password was" if refused == 1 else f"{refused} passwords were"
    return f"{passwords} refused here within the last hour; {SPARED}"

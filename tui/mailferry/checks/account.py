"""Testing one account: its servers at the same time, each behind the gate for passwords."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache, partial

import msgspec

from mailferry.checks.defaults import complete
from mailferry.checks.delivery import Delivery, hand_over
from mailferry.checks.events import (
    AccountDone,
    CheckEvent,
    ConversationEnded,
    PasswordAwaited,
    StageEnded,
    StageStarted,
)
from mailferry.checks.options import CheckOptions
from mailferry.checks.refusals import Outcome, RefusalGate, is_refusal
from mailferry.checks.request import AccountRequest, ServerRequest
from mailferry.checks.server import check_server
from mailferry.checks.summit import AtTheTop
from mailferry.checks.turned_away import TurnedAway
from mailferry.model.cause import Stage
from mailferry.model.check import AccountCheck, ServerCheck, StageResult
from mailferry.model.secret import Secret

Diagnose = Callable[[AccountRequest, ServerCheck], ServerCheck]
"""Told of every server that was tested: turns the cause `unknown` into a real one, and adds advice."""


class AccountTester:
    """What the tests of all accounts have in common."""

    def __init__(
        self,
        options: CheckOptions,
        gate: RefusalGate | None,
        diagnose: Diagnose,
        on_event: Callable[[CheckEvent], None],
        cancel: threading.Event,
    ) -> None:
        self._options = options
        self._gate = gate
        self._diagnose = diagnose
        self._on_event = on_event
        self._cancel = cancel
        self._turned_away = TurnedAway()

    def check(self, request: AccountRequest) -> AccountCheck:
        """Test all servers of an account."""
        started = time.perf_counter()
        delivery = Delivery(request, self._options, self._cancel) if request.send else None
        with ThreadPoolExecutor(max(1, len(request.servers)), thread_name_prefix="check") as pool:
            servers = tuple(pool.map(partial(self._check_server, request, delivery), request.servers))
        check = AccountCheck(
            account=request.account,
            address=request.address,
            ok=bool(servers) and all(server.ok for server in servers),
            seconds=round(time.perf_counter() - started, 4),
            servers=servers,
        )
        self._on_event(AccountDone(request.account, check))
        return check

    def _check_server(
        self, account: AccountRequest, delivery: Delivery | None, request: ServerRequest
    ) -> ServerCheck:
        if delivery is None:
            letter = account.letter if request.settings.role == "outgoing" else None
            return self._climb(account, request, partial(hand_over, letter=letter) if letter else None)
        role = request.settings.role
        check: ServerCheck | None = None
        try:
            if role == "outgoing":
                check = self._climb(account, request, delivery.send)
            elif request.settings.protocol == "pop3":
                check = self._climb_and_come_again(account, request, delivery)
            else:
                check = self._climb(account, request, delivery.watch)
        finally:
            delivery.over(role, check)
        return check

    def _climb_and_come_again(
        self, account: AccountRequest, request: ServerRequest, delivery: Delivery
    ) -> ServerCheck:
        """Test a POP3 server, and look for the message in sessions of which nothing is shown or recorded.

        They read headers of other people's mail. The passwords that they send are counted.
        """
        request = replace(request, secret=cache(request.secret))
        check = self._climb(account, request)
        if not check.ok:
            return check
        again = replace(request, doors=(), failed_before=None)
        attempts = 0

        def look(at_the_top: AtTheTop) -> ServerCheck:
            nonlocal attempts
            looked = self._climb(account, again, at_the_top, quiet=True)
            attempts += looked.attempts
            return looked

        delivery.watch_again(check, look)
        return msgspec.structs.replace(check, attempts=check.attempts + attempts)

    def _climb(
        self,
        account: AccountRequest,
        request: ServerRequest,
        at_the_top: AtTheTop | None = None,
        *,
        quiet: bool = False,
    ) -> ServerCheck:
        role = request.settings.role
        on_event: Callable[[CheckEvent], None] = (lambda _event: None) if quiet else self._on_event

        def awaited(over: bool) -> None:
            on_event(PasswordAwaited(account.account, role, over))

        attempt = _Attempt(request, self._gate, self._cancel, awaited)

        def on_stage(news: Stage | StageResult) -> None:
            if isinstance(news, StageResult):
                if news.stage == "auth" and news.ok:
                    attempt.over("accepted")  # others wait for this outcome
                on_event(StageEnded(account.account, role, news))
            else:
                on_event(StageStarted(account.account, role, news))

        outcome: Outcome = "neither"
        try:
            check = check_server(
                replace(request, secret=attempt.secret, leave_alone=self._turned_away.reason(*attempt.place)),
                self._options,
                on_stage=on_stage,
                cancel=self._cancel,
                on_transcript=lambda transcript: on_event(ConversationEnded(account.account, transcript)),
                at_the_top=at_the_top,
            )
            check = self._diagnose(account, check)
            self._turned_away.note(check)
            outcome = "refused" if is_refusal(check) else "neither"
        finally:
            attempt.over(outcome)
        return check


class _Attempt:
    """A password on its way to a server: it passes the gate last thing before it is sent."""

    def __init__(
        self,
        request: ServerRequest,
        gate: RefusalGate | None,
        cancel: threading.Event,
        awaited: Callable[[bool], None],
    ) -> None:
        settings = complete(request.settings)
        self.place = (settings.host or "").lower(), settings.port or 0
        self._request = request
        self._gate = gate
        self._cancel = cancel
        self._awaited = awaited
        self._inside = False

    def secret(self) -> Secret:
        self._awaited(False)
        try:
            secret = self._request.secret()
        finally:
            self._awaited(True)
        if self._gate is not None:
            self._gate.enter(*self.place, self._cancel)
            self._inside = True
        return secret

    def over(self, outcome: Outcome) -> None:
        if self._gate is not None and self._inside:
            self._inside = False
            self._gate.leave(*self.place, outcome)

"""An account with two servers of a test, which sends a message to itself."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from mailferry.checks.account import AccountTester
from mailferry.checks.events import CheckEvent
from mailferry.checks.options import CheckOptions
from mailferry.checks.request import AccountRequest, ServerRequest
from mailferry.model.account import Protocol
from mailferry.model.check import AccountCheck, ServerCheck, StageResult
from mailferry.model.secret import Secret
from tests.checks.asking import HOST, PASSWORD, settings
from tests.checks.fault_server import FaultServer, Script

OTHER = b"From: a@b.example\r\nMessage-ID: <1@b.example>\r\nSubject: mailferry test\r\n\r\nHello\r\n"


@dataclass
class Run:
    """What came of a test, and what was heard."""

    check: AccountCheck
    reading: FaultServer
    sending: FaultServer
    events: list[CheckEvent] = field(default_factory=list)

    @property
    def outgoing(self) -> ServerCheck:
        return self.check.servers[1]

    @property
    def outcome(self) -> tuple[str | None, str | None]:
        return self.outgoing.failed_stage, self.outgoing.cause

    def stage(self, name: str) -> StageResult:
        return next(result for result in self.outgoing.stages if result.stage == name)


def send(
    reading: Script,
    sending: Script,
    *,
    protocol: Protocol = "imap",
    reads_from: str | None = HOST,
    wait: float = 20.0,
    timeout: float = 10.0,
    address: str = "joe@mail.test",
    name: str | None = None,
    cancel: threading.Event | None = None,
    on_event: Callable[[CheckEvent], None] = lambda _: None,
    password: Callable[[], Secret] = lambda: Secret(PASSWORD),
    diagnose: Callable[[ServerCheck], ServerCheck] = lambda check: check,
) -> Run:
    """Test an account with its two servers, and have it send."""
    events: list[CheckEvent] = []

    def heard(event: CheckEvent) -> None:
        events.append(event)
        on_event(event)

    with FaultServer(reading) as one, FaultServer(sending) as other:
        protocols: tuple[tuple[int, Protocol], ...] = ((one.port, protocol), (other.port, "smtp"))
        request = AccountRequest(
            account="a",
            address=address,
            name=name,
            send=True,
            servers=tuple(
                ServerRequest(
                    settings=settings(port, spoken, host=HOST if spoken == "smtp" else reads_from),
                    secret=password if spoken != "smtp" else lambda: Secret(PASSWORD),
                )
                for port, spoken in protocols
            ),
        )
        options = CheckOptions(
            timeout=timeout,
            delivery_timeout=wait,
            resolve_only=True,
            connect_to={f"{HOST}:{port}": f"127.0.0.1:{port}" for port, _ in protocols},
        )
        tester = AccountTester(
            options, None, lambda _account, check: diagnose(check), heard, cancel or threading.Event()
        )
        return Run(tester.check(request), one, other, events)

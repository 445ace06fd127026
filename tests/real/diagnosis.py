"""A real server tested through the whole engine, and explained by the shipped failure book."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mailferry.advice.explain import explain
from mailferry.checks.account import AccountTester
from mailferry.checks.events import CheckEvent
from mailferry.checks.options import CheckOptions
from mailferry.checks.request import AccountRequest, ServerRequest
from mailferry.failure_files import shipped_book
from mailferry.model.account import AuthMethod
from mailferry.model.check import ServerCheck
from mailferry.model.failure import FailureBook
from mailferry.model.recommendation import Recommendation
from mailferry.model.secret import Secret
from mailferry.model.settings import ServerSettings
from tests.behaviours.real_cases import RealCase
from tests.real.servers import HOST, PASSWORDS


@dataclass(frozen=True)
class Attempt:
    """How a server is brought to do what a case is about.

    `sends`: a message from this address to itself goes out as well, and nobody looks for it.
    """

    port: int
    user: str = "joe"
    password: str = PASSWORDS["joe"]
    auth: AuthMethod = "password"
    address: str = "127.0.0.1"
    sends: str | None = None


def diagnose(
    case: RealCase,
    attempt: Attempt,
    ca_file: Path,
    on_event: Callable[[CheckEvent], None] = lambda _event: None,
) -> ServerCheck:
    """What mailferry says of it."""
    settings = ServerSettings(
        role="outgoing" if case.protocol == "smtp" else "incoming",
        protocol=case.protocol,
        host=HOST,
        port=attempt.port,
        security=case.security,
        username=attempt.user,
        auth=attempt.auth,
    )
    options = CheckOptions(
        timeout=10,
        ca_files=(ca_file,),
        connect_to={f"{HOST}:{attempt.port}": f"{attempt.address}:{attempt.port}"},
        resolve_only=True,
        clear_text=True,
    )
    address = attempt.sends or "joe@example.test"

    def explained(_account: AccountRequest, check: ServerCheck) -> ServerCheck:
        return explain(check, _book(), Recommendation(address=address, how="none"))

    tester = AccountTester(options, None, explained, on_event, threading.Event())
    server = ServerRequest(settings=settings, secret=lambda: Secret(attempt.password))
    request = AccountRequest(account="a", address=address, servers=(server,), send=attempt.sends is not None)
    return tester.check(request).servers[0]


def assert_diagnosed(case: RealCase, check: ServerCheck) -> None:
    """It is what the case says, in the server's own words if it said any, and there is advice."""
    assert (check.failed_stage, check.cause) == (case.stage, case.cause), check
    assert (check.server_said or "").startswith(case.said), check.server_said
    assert check.advice


@cache
def _book() -> FailureBook:
    return shipped_book()

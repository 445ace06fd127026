"""A real server tested through the whole engine, and explained by the shipped failure book."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

from mailferry.advice.explain import explain
from mailferry.checks.account import AccountTester
from mailferry.checks.options import CheckOptions
from mailferry.checks.request import AccountRequest, ServerRequest
from mailferry.failure_files import shipped_book
from mailferry.model.account import AuthMethod, Protocol, Quirk, Security
from mailferry.model.check import AccountCheck, ServerCheck
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
    quirks: tuple[Quirk, ...] = ()


def server(
    protocol: Protocol,
    security: Security,
    port: int,
    *,
    user: str = "joe",
    auth: AuthMethod = "password",
    quirks: tuple[Quirk, ...] = (),
) -> ServerSettings:
    """A real server of joe's, on loopback."""
    return ServerSettings(
        role="outgoing" if protocol == "smtp" else "incoming",
        protocol=protocol,
        host=HOST,
        port=port,
        security=security,
        username=user,
        auth=auth,
        quirks=quirks,
    )


def check_of(
    *servers: ServerSettings,
    ca_file: Path,
    address: str = "joe@example.test",
    password: str = PASSWORDS["joe"],
    dialled: str = "127.0.0.1",
    send: bool = False,
    wait: float = 30,
) -> AccountCheck:
    """What mailferry says of an account with these servers, in `wait` seconds if a message must arrive."""
    options = CheckOptions(
        timeout=10,
        delivery_timeout=wait,
        ca_files=(ca_file,),
        connect_to={f"{HOST}:{each.port}": f"{dialled}:{each.port}" for each in servers},
        resolve_only=True,
        clear_text=True,
    )

    def explained(_account: AccountRequest, check: ServerCheck) -> ServerCheck:
        return explain(check, shipped_book(), Recommendation(address=address, how="none"))

    tester = AccountTester(options, None, explained, lambda _event: None, threading.Event())
    requests = tuple(ServerRequest(settings=each, secret=lambda: Secret(password)) for each in servers)
    return tester.check(AccountRequest(account="a", address=address, servers=requests, send=send))


def diagnose(case: RealCase, attempt: Attempt, ca_file: Path) -> ServerCheck:
    """What mailferry says of the server of a case."""
    settings = server(
        case.protocol,
        case.security,
        attempt.port,
        user=attempt.user,
        auth=attempt.auth,
        quirks=attempt.quirks,
    )
    check = check_of(
        settings,
        ca_file=ca_file,
        address=attempt.sends or "joe@example.test",
        password=attempt.password,
        dialled=attempt.address,
        send=attempt.sends is not None,
    )
    return check.servers[0]


def assert_diagnosed(case: RealCase, check: ServerCheck) -> None:
    """It is what the case says, in the server's own words if it said any, and there is advice."""
    assert (check.failed_stage, check.cause) == (case.stage, case.cause), check
    assert (check.server_said or "").startswith(case.said), check.server_said
    assert check.advice

"""Short ways to test a server from a test."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from mailferry.checks.options import CheckOptions
from mailferry.checks.request import ServerRequest
from mailferry.checks.server import check_server
from mailferry.model.account import AuthMethod, Protocol, Role, Security
from mailferry.model.check import ServerCheck
from mailferry.model.secret import Secret
from mailferry.model.settings import ServerSettings
from tests.checks.fault_server import FaultServer

HOST = "mail.test"
USER = "joe"
PASSWORD = "s3cret-Pferd"


def settings(
    port: int, protocol: Protocol = "imap", security: Security = "none", **more: Any
) -> ServerSettings:
    """A server on loopback, by default without TLS."""
    role: Role = "outgoing" if protocol == "smtp" else "incoming"
    values: dict[str, Any] = {"host": HOST, "username": USER} | more
    return ServerSettings(role=role, protocol=protocol, port=port, security=security, **values)


def options(port: int, **more: Any) -> CheckOptions:
    """HOST leads to loopback and no name server is asked."""
    values: dict[str, Any] = {
        "timeout": 10.0,
        "connect_to": {f"{HOST}:{port}": f"127.0.0.1:{port}"},
        "resolve_only": True,
    } | more
    return CheckOptions(**values)


def never() -> Secret:
    """A password that nothing should ask for."""
    pytest.fail("the password was asked for")


def ask(
    server: FaultServer | int,
    protocol: Protocol = "imap",
    security: Security = "none",
    *,
    secret: Callable[[], Secret] = lambda: Secret(PASSWORD),
    withhold: str | None = None,
    cancel: threading.Event | None = None,
    on_stage: Callable[[object], None] = lambda _: None,
    other_auth: tuple[AuthMethod, ...] = (),
    opts: dict[str, Any] | None = None,
    **more: Any,
) -> ServerCheck:
    """Test a server and give the result."""
    port = server if isinstance(server, int) else server.port
    request = ServerRequest(
        settings=settings(port, protocol, security, **more),
        secret=secret,
        withhold=withhold,
        other_auth=other_auth,
    )
    return check_server(
        request, options(port, **(opts or {})), on_stage=on_stage, cancel=cancel or threading.Event()
    )


def outcome(check: ServerCheck) -> tuple[str | None, str | None]:
    """Where it failed and why."""
    return check.failed_stage, check.cause

"""What is to be tested."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mailferry.model.secret import Secret
from mailferry.model.settings import ServerSettings


@dataclass(frozen=True, kw_only=True)
class ServerRequest:
    """One server to test.

    `secret` is called once, at most, and only when the password is about to be sent; it may raise
    SecretError. `withhold` is a reason not to send it: all stages before the sign-in still run.
    """

    settings: ServerSettings
    secret: Callable[[], Secret]
    withhold: str | None = None


@dataclass(frozen=True, kw_only=True)
class AccountRequest:
    """The servers of one account, tested at the same time."""

    account: str
    address: str
    servers: tuple[ServerRequest, ...]

"""What is to be tested."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mailferry.checks.letter import Letter
from mailferry.model.account import AuthMethod
from mailferry.model.check import ServerCheck
from mailferry.model.secret import Secret
from mailferry.model.settings import ServerSettings


@dataclass(frozen=True, kw_only=True)
class ServerRequest:
    """One server to test.

    `secret` is called once, at most, and only when the password is about to be sent; it may raise
    SecretError. `withhold` is a reason not to send it: all stages before the sign-in still run.
    `leave_alone` is a reason not even to connect.
    `doors` are other ways to the server that the user or the recommendation names: only these are tried
    when the settings fail, to see what would work. `other_auth` are ways to sign in that are told where the
    server offers them and not the one asked for; none is tried. `failed_before` is the last test of this
    server, to resume from the stage at which it failed where the settings below that stage are the same.
    """

    settings: ServerSettings
    secret: Callable[[], Secret]
    withhold: str | None = None
    leave_alone: str | None = None
    doors: tuple[ServerSettings, ...] = ()
    other_auth: tuple[AuthMethod, ...] = ()
    failed_before: ServerCheck | None = None


@dataclass(frozen=True, kw_only=True)
class AccountRequest:
    """The servers of one account, tested at the same time.

    `send`: also send a message to `address` itself, from the person called `name`, and look for it in the
    inbox. `letter`: hand this one over to the outgoing server instead.
    """

    account: str
    address: str
    servers: tuple[ServerRequest, ...]
    send: bool = False
    name: str | None = None
    letter: Letter | None = None

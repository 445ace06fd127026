"""Password commands of tests run from the interface: waited for in sight, and offered the terminal."""

from __future__ import annotations

import contextlib
import datetime
import os
import pty
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from mailferry.checks.events import CheckEvent, PasswordAwaited, StageStarted
from mailferry.model.account import Account, PasswordSource
from mailferry.model.check import AccountCheck, ServerCheck, StageResult
from mailferry.model.problem import MailferryError
from mailferry.model.secret import SecretError
from mailferry.secrets.command import PasswordCommandStoppedError
from mailferry.secrets.wallet import Wallet
from mailferry.store.home import Home
from mailferry.store.results import StoredCheck
from mailferry.ui import jobs
from mailferry.ui.external import with_terminal
from mailferry.workspace import Workspace
from tests.ui.stage import Stage, home_with, staged

COMMAND = PasswordSource(source="command", command=("sh", "-c", "echo no pinentry >&2; exit 3"))
MUM = """\
schema = 1
address = "mum@centurylink.net"
[password]
from = "command"
command = ["sh", "-c", "echo no pinentry >&2; exit 3"]
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return home_with(tmp_path, {"mum": MUM, "dad": MUM.replace("mum", "dad")})


def failed(account: str, address: str, why: str) -> AccountCheck:
    server = ServerCheck(
        role="incoming",
        protocol="imap",
        host="imap.example.net",
        port=993,
        security="tls",
        ok=False,
        stages=(StageResult(stage="auth", ok=False, seconds=0.1, detail=why),),
        failed_stage="auth",
        cause="password-command-failed",
        advice="The command failed.",
    )
    return AccountCheck(account=account, address=address, ok=False, seconds=0.1, servers=(server,))


@pytest.fixture
def tested(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Lets tests do nothing but run the password command; those begun are noted."""
    begun: list[str] = []

    def check(
        workspace: Workspace,
        accounts: Sequence[tuple[str, Account]],
        *,
        on_event: Callable[[CheckEvent], None],
        cancel: threading.Event,
        **_: object,
    ) -> Iterator[AccountCheck]:
        for account_id, account in accounts:
            begun.append(account_id)
            on_event(StageStarted(account_id, "incoming", "auth"))
            on_event(PasswordAwaited(account_id, "incoming"))
            source = account.password_source("incoming")
            try:
                workspace.wallet.get(account.address, "incoming", source, cancel)
            except SecretError as error:
                if error.cause == "cancelled":
                    return
                on_event(PasswordAwaited(account_id, "incoming", over=True))
                result = failed(account_id, account.address, str(error))
                digest = workspace.digest(account_id, account)
                now = datetime.datetime.now(datetime.UTC)
                workspace.results.keep(StoredCheck(when=now, settings=digest, check=result))
                yield result

    monkeypatch.setattr(jobs, "run_checks", check)
    return begun


class Lent:
    """A terminal that can be handed over; what is run in it is noted, and how it ends is said before."""

    def __init__(self) -> None:
        self.away = False
        self.ran: list[PasswordSource] = []
        self.ending: SecretError | None = None

    @contextlib.contextmanager
    def suspend(self) -> Iterator[None]:
        self.away = True
        yield
        self.away = False

    def run(self, source: PasswordSource) -> None:
        assert self.away
        self.ran.append(source)
        if self.ending is not None:
            raise self.ending


@pytest.fixture
def lent(monkeypatch: pytest.MonkeyPatch) -> Lent:
    terminal = Lent()
    monkeypatch.setattr("mailferry.ui.app.MailferryApp.suspend", lambda _app: terminal.suspend())
    monkeypatch.setattr(Wallet, "get_in_terminal", lambda _wallet, source: terminal.run(source))
    return terminal


async def test_a_command_that_may_want_to_ask_is_offered_the_terminal(
    home: Home, tested: list[str], lent: Lent
) -> None:
    async with staged(home) as stage:
        stage.board.accounts.select("mum")
        await stage.press("t")
        await stage.finish_test()
        await stage.until("run it in the terminal")
        assert "The password command “sh” ended with status 3." in stage.shown
        assert "It said: no" in stage.shown
        assert lent.ran == []
        await stage.press("t")  # pressed twice in impatience, it lends nothing
        assert lent.ran == []
        await stage.press("y")
        await stage.finish_test()
        assert lent.ran == [COMMAND]
        assert not lent.away
        assert tested == ["mum", "mum"]  # the test follows, and would have the password now
        await stage.until("run it in the terminal")
        await stage.press("n")
        assert lent.ran == [COMMAND]
        assert "t tests again and can hand it the terminal" in flowing(stage)


@pytest.mark.parametrize(
    ("ending", "words"),
    [
        (PasswordCommandStoppedError(), "the password command was stopped; not tested"),
        (SecretError("it failed here too", cause="password-command-failed"), "it failed here too"),
    ],
)
async def test_one_that_fails_in_the_terminal_too_is_not_tested_again(
    home: Home, tested: list[str], lent: Lent, ending: SecretError, words: str
) -> None:
    lent.ending = ending
    async with staged(home) as stage:
        stage.board.accounts.select("mum")
        await stage.press("t")
        await stage.finish_test()
        await stage.until("run it in the terminal")
        await stage.press("y")
        await stage.until(words)
        assert tested == ["mum"]
        assert not lent.away


async def test_a_terminal_that_cannot_be_lent_is_said(home: Home, tested: list[str]) -> None:
    async with staged(home) as stage:
        stage.board.accounts.select("mum")
        await stage.press("t")
        await stage.finish_test()
        await stage.until("run it in the terminal")
        await stage.press("y")
        await stage.until("this terminal cannot be lent")


async def test_with_many_accounts_nothing_is_asked(home: Home, tested: list[str], lent: Lent) -> None:
    async with staged(home) as stage:
        stage.board.accounts.select("mum")
        await stage.press("T")
        await stage.finish_test()
        assert sorted(tested) == ["dad", "mum"]
        assert lent.ran == []
        assert stage.app.screen is stage.board
        assert "t tests again and can hand it the terminal" in flowing(stage)


async def test_a_command_is_waited_for_in_sight_and_esc_ends_it(tmp_path: Path, tested: list[str]) -> None:
    home = home_with(tmp_path, {"mum": MUM.replace("echo no pinentry >&2; exit 3", "sleep 60; echo x")})
    async with staged(home) as stage:
        await stage.press("t")
        await stage.until("Waiting for the password command of mum…  esc stops")
        await stage.press("escape")
        await stage.finish_test()
        assert "stopped; 0 of 1 tested" in stage.shown
        assert stage.app.screen is stage.board


async def test_what_was_typed_for_another_program_is_no_key_here(
    home: Home, lent: Lent, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyboard, screen = pty.openpty()
    async with staged(home) as stage:
        with os.fdopen(screen, encoding="utf-8") as typed:
            monkeypatch.setattr("sys.__stdin__", typed)
            with_terminal(stage.app, lambda: os.write(keyboard, b"del\ny\n"))
            os.write(keyboard, b"later\n")
            assert typed.readline() == "later\n"
    os.close(keyboard)


async def test_the_interface_comes_back_from_a_program_that_cannot_be_started(home: Home, lent: Lent) -> None:
    def fail() -> None:
        raise MailferryError("no such editor")

    async with staged(home) as stage:
        with pytest.raises(MailferryError, match="no such editor"):
            with_terminal(stage.app, fail)
        assert not lent.away


def flowing(stage: Stage) -> str:
    """What stands on the screen, without its frames and line ends."""
    return " ".join(word for word in stage.shown.split() if word not in "│┃║|")

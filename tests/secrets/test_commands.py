"""Password commands of a run: many at once, stopped together, and one at a time where they may ask."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mailferry.model.account import PasswordSource
from mailferry.model.secret import Secret, SecretError
from mailferry.secrets import commands
from mailferry.secrets.command import PasswordCommandError, PasswordCommandStoppedError
from mailferry.secrets.commands import PasswordCommands
from mailferry.secrets.turns import Turns
from mailferry.secrets.wallet import Wallet

JOE = "joe@example.com"


class Desk:
    """The terminal of a person; who had it is noted, and two at once are."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.lent: list[str] = []
        self.ran: list[tuple[str, bool]] = []
        self.clashes = 0
        self.unlocked = False
        self._turn = threading.Lock()
        monkeypatch.setattr(commands, "terminal_to_lend", lambda: 0)
        monkeypatch.setattr(commands, "run_password_command", self.run)

    @contextlib.contextmanager
    def lend(self, whose: str) -> Iterator[None]:
        self.clashes += not self._turn.acquire(blocking=False)
        self.lent.append(whose)
        yield
        self._turn.release()

    def run(
        self,
        command: tuple[str, ...],
        *,
        timeout: float,
        cancel: threading.Event | None,
        with_terminal: bool = False,
    ) -> Secret:
        """As gpg does: it needs the terminal until its agent is unlocked."""
        self.ran.append((command[0], with_terminal))
        if command[0] == "silent":
            raise PasswordCommandError("printed nothing")
        if command[0] == "interrupted" and with_terminal:
            raise PasswordCommandStoppedError
        if not with_terminal and not self.unlocked:
            raise PasswordCommandError("ended with status 2", may_ask=True)
        self.unlocked = command[0] == "gpg"
        return Secret("word")


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(monkeypatch)


def source(*argv: str) -> PasswordSource:
    return PasswordSource(source="command", command=argv)


def test_a_command_that_ends_with_a_status_is_run_again_with_the_terminal(desk: Desk) -> None:
    assert Wallet(terminal=desk.lend).get(JOE, "incoming", source("gpg", "-d")) == Secret("word")
    assert desk.ran == [("gpg", False), ("gpg", True)]
    assert desk.lent == ["the password command of joe@example.com, “gpg”"]


def test_one_that_printed_nothing_is_not_run_again(desk: Desk) -> None:
    with pytest.raises(PasswordCommandError, match="printed nothing"):
        Wallet(terminal=desk.lend).get(JOE, "incoming", source("silent"))
    assert desk.lent == []


@pytest.mark.parametrize("there_is_one", [True, False])
def test_without_a_person_no_terminal_is_lent(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, there_is_one: bool
) -> None:
    monkeypatch.setattr(commands, "terminal_to_lend", lambda: 0 if there_is_one else None)
    wallet = Wallet(terminal=None if there_is_one else desk.lend)
    with pytest.raises(PasswordCommandError, match="status 2"):
        wallet.get(JOE, "incoming", source("gpg"))
    assert desk.ran == [("gpg", False)]
    assert wallet.may_ask(source("gpg")) == "ended with status 2"


def test_what_may_have_wanted_to_ask_is_run_in_the_terminal_on_demand_and_counts_once(desk: Desk) -> None:
    wallet = Wallet()
    with pytest.raises(PasswordCommandError):
        wallet.get(JOE, "incoming", source("bw"))
    wallet.get_in_terminal(source("bw"))
    assert wallet.may_ask(source("bw")) is None
    assert wallet.get(JOE, "incoming", source("bw")) == Secret("word")
    with pytest.raises(PasswordCommandError):
        wallet.get(JOE, "incoming", source("bw"))


def test_one_at_a_time_has_the_terminal_and_an_unlocked_agent_answers_for_the_rest(desk: Desk) -> None:
    wallet = Wallet(terminal=desk.lend)
    gate = threading.Barrier(4)
    run = desk.run

    def together(command: tuple[str, ...], **more: object) -> Secret:
        try:
            return run(command, **more)  # type: ignore[arg-type]  # as they came
        except PasswordCommandError:
            gate.wait(20)
            raise

    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(4) as pool:
        patch.setattr(commands, "run_password_command", together)
        answers = list(pool.map(lambda name: wallet.get(name, "incoming", source("gpg")), "abcd"))
    assert answers == [Secret("word")] * 4
    assert desk.clashes == 0
    assert len(desk.lent) == 1


def test_ctrl_c_where_a_command_asks_stops_the_run(desk: Desk) -> None:
    cancel = threading.Event()
    with pytest.raises(SecretError) as caught:
        Wallet(terminal=desk.lend).get(JOE, "incoming", source("interrupted"), cancel)
    assert caught.value.cause == "cancelled"
    assert cancel.is_set()


def test_several_run_at_once(tmp_path: Path) -> None:
    # Each waits for the other: one after the other neither would end.
    one, other = tmp_path / "one", tmp_path / "other"
    wait = "touch {mine}; until [ -e {its} ]; do sleep 0.01; done; echo word"
    codes = [wait.format(mine=one, its=other), wait.format(mine=other, its=one)]
    wallet = Wallet(command_timeout=20)
    with ThreadPoolExecutor(2) as pool:
        answers = pool.map(lambda code: wallet.get(JOE, "incoming", source("sh", "-c", code)), codes)
        assert list(answers) == [Secret("word")] * 2


def test_those_that_wait_for_their_turn_are_stopped_too() -> None:
    turns, cancel = Turns(1), threading.Event()
    with turns.take(None), ThreadPoolExecutor(2) as pool:

        def wait() -> None:
            with turns.take(cancel):
                pytest.fail("there was no room")

        waiting = [pool.submit(wait) for _ in range(2)]
        cancel.set()
        for each in waiting:
            with pytest.raises(PasswordCommandStoppedError):
                each.result()


def test_at_most_so_many_run_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    running = most = 0
    lock, full = threading.Lock(), threading.Barrier(8)

    def run(_command: tuple[str, ...], **_: object) -> Secret:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        full.wait(20)
        with lock:
            running -= 1
        return Secret("word")

    monkeypatch.setattr(commands, "run_password_command", run)
    all_of_them = PasswordCommands(5, Turns(1))
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda _: all_of_them.get(("x",), JOE, None, None), range(16)))
    assert most == 8

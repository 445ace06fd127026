"""The wallet: sources, the memory of the run, and what it says when there is no password."""

from __future__ import annotations

import sys
import threading

import pytest

from mailferry.model.account import PasswordSource
from mailferry.model.secret import Secret, SecretError
from mailferry.secrets.command import PasswordCommandError
from mailferry.secrets.wallet import Wallet
from tests.secrets.backends import Shelf

JOE = "joe@example.com"
KEYRING = PasswordSource()
ASK = PasswordSource(source="ask")


def command(code: str) -> PasswordSource:
    return PasswordSource(source="command", command=(sys.executable, "-c", code))


def test_the_keyring_keeps_what_was_set(shelf: Shelf) -> None:
    Wallet().set(JOE, "incoming", KEYRING, Secret(" pä ss "))
    assert Wallet().get(JOE, "incoming", KEYRING) == Secret(" pä ss ")


def test_incoming_and_outgoing_are_two_entries(shelf: Shelf) -> None:
    wallet = Wallet()
    wallet.set(JOE, "incoming", KEYRING, Secret("in"))
    wallet.set(JOE, "outgoing", KEYRING, Secret("out"))
    assert shelf.entries == {("mailferry", JOE): "in", ("mailferry", f"{JOE} (outgoing)"): "out"}
    assert wallet.forget(JOE, "outgoing", KEYRING)
    assert wallet.get(JOE, "incoming", KEYRING) == Secret("in")


@pytest.mark.parametrize(
    ("role", "order"), [("incoming", f"set {JOE}$"), ("outgoing", f"set {JOE} --outgoing$")]
)
def test_nothing_stored_tells_how_to_store_it(shelf: Shelf, role: str, order: str) -> None:
    with pytest.raises(SecretError, match=order) as caught:
        Wallet().get(JOE, "outgoing" if role == "outgoing" else "incoming", KEYRING)
    assert caught.value.cause == "no-password"


def test_an_address_cannot_steer_the_terminal(shelf: Shelf) -> None:
    with pytest.raises(SecretError) as caught:
        Wallet().get("joe\u202e@example.com", "incoming", KEYRING)
    assert "\u202e" not in str(caught.value)


def test_forgetting_twice_is_no_error(shelf: Shelf) -> None:
    wallet = Wallet()
    wallet.set(JOE, "incoming", KEYRING, Secret("one"))
    assert wallet.forget(JOE, "incoming", KEYRING)
    assert not wallet.forget(JOE, "incoming", KEYRING)


@pytest.mark.parametrize("source", [KEYRING, ASK, command("raise SystemExit(1)")])
def test_what_is_remembered_comes_before_every_source(shelf: Shelf, source: PasswordSource) -> None:
    wallet = Wallet()
    wallet.remember(JOE, "incoming", Secret("for now"))
    assert wallet.get(JOE, "incoming", source) == Secret("for now")
    assert wallet.known(JOE, "incoming", source)
    assert wallet.forget(JOE, "incoming", source)
    with pytest.raises(SecretError):
        wallet.get(JOE, "incoming", source)


def test_a_stored_password_replaces_a_remembered_one(shelf: Shelf) -> None:
    wallet = Wallet()
    wallet.remember(JOE, "incoming", Secret("tried"))
    wallet.set(JOE, "incoming", KEYRING, Secret("right"))
    assert wallet.get(JOE, "incoming", KEYRING) == Secret("right")


def test_asking_happens_once_a_run() -> None:
    questions = []

    def prompt(question: str) -> Secret:
        questions.append(question)
        return Secret("typed")

    wallet = Wallet(prompt=prompt)
    assert wallet.known(JOE, "incoming", ASK) is False
    assert wallet.get(JOE, "incoming", ASK) == Secret("typed")
    assert wallet.get(JOE, "incoming", ASK) == Secret("typed")
    assert wallet.known(JOE, "incoming", ASK)
    wallet.get(JOE, "outgoing", ASK)
    assert questions == [f"Password for {JOE}", f"Password for {JOE} (outgoing)"]


def test_threads_that_need_the_same_answer_ask_one_question() -> None:
    questions = []

    def prompt(question: str) -> Secret:
        questions.append(question)
        return Secret("typed")

    wallet = Wallet(prompt=prompt)
    answers = []
    gate = threading.Barrier(6)

    def get() -> None:
        gate.wait()
        answers.append(wallet.get(JOE, "incoming", ASK))

    threads = [threading.Thread(target=get) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [Secret("typed")] * 6
    assert len(questions) == 1


def test_with_nobody_to_ask_the_ways_out_are_told() -> None:
    with pytest.raises(SecretError, match='from = "keyring" or "command"') as caught:
        Wallet().get(JOE, "incoming", ASK)
    assert caught.value.cause == "no-password"


@pytest.mark.parametrize("typed", ["", "caf\udce9"])
def test_an_unusable_answer_is_refused_and_not_remembered(typed: str) -> None:
    wallet = Wallet(prompt=lambda _: Secret(typed))
    with pytest.raises(SecretError):
        wallet.get(JOE, "incoming", ASK)
    assert wallet.known(JOE, "incoming", ASK) is False


@pytest.mark.parametrize("source", [KEYRING, ASK])
@pytest.mark.parametrize("text", ["", "caf\udce9"])
def test_an_unusable_password_is_not_set(shelf: Shelf, source: PasswordSource, text: str) -> None:
    with pytest.raises(SecretError):
        Wallet().set(JOE, "incoming", source, Secret(text))
    assert not shelf.entries


def test_an_asked_password_is_set_for_the_run_only(shelf: Shelf) -> None:
    wallet = Wallet()
    wallet.set(JOE, "incoming", ASK, Secret("typed"))
    assert wallet.get(JOE, "incoming", ASK) == Secret("typed")
    assert not shelf.entries


@pytest.mark.plants_secrets("the command says its own password")
def test_a_command_gives_its_own_password_and_cannot_be_set(shelf: Shelf) -> None:
    wallet = Wallet()
    source = command("print('from a program')")
    assert wallet.known(JOE, "incoming", source) is None
    assert wallet.get(JOE, "incoming", source) == Secret("from a program")
    assert wallet.known(JOE, "incoming", source)
    with pytest.raises(SecretError, match="change it there"):
        wallet.set(JOE, "incoming", source, Secret("new"))
    assert not wallet.forget(JOE, "incoming", source)
    assert not shelf.entries


def test_a_failing_command_has_its_own_cause() -> None:
    with pytest.raises(PasswordCommandError) as caught:
        Wallet().get(JOE, "incoming", command("raise SystemExit(3)"))
    assert caught.value.cause == "password-command-failed"


def test_known_tells_what_memory_tells(shelf: Shelf) -> None:
    wallet = Wallet()
    assert wallet.known(JOE, "incoming", KEYRING) is None
    with pytest.raises(SecretError):
        wallet.get(JOE, "incoming", KEYRING)
    assert wallet.known(JOE, "incoming", KEYRING) is False
    wallet.set(JOE, "incoming", KEYRING, Secret("one"))
    assert wallet.known(JOE, "incoming", KEYRING)
    wallet.forget(JOE, "incoming", KEYRING)
    assert wallet.known(JOE, "incoming", KEYRING) is False

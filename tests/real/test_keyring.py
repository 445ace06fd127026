"""The password store against a real gnome-keyring, on a bus and in a home of its own."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(
        not (shutil.which("dbus-run-session") and shutil.which("gnome-keyring-daemon")),
        reason="needs a real Secret Service: apt-get install gnome-keyring dbus",
    ),
]

PREAMBLE = """
from mailferry.model.account import PasswordSource
from mailferry.model.secret import Secret, SecretError
from mailferry.secrets.keyring_store import probe, round_trip
from mailferry.secrets.wallet import Wallet

KEYRING = PasswordSource()
JOE = ("joe@example.com", "incoming", KEYRING)
OUT = ("joe@example.com", "outgoing", KEYRING)

def refused(act, *arguments):
    try:
        act(*arguments)
    except SecretError as error:
        return f"{error.cause} {error.state.kind}"
    return "went through"
"""
UNLOCK = (
    "printf %s 'the keyring pw' | gnome-keyring-daemon --replace --unlock --components=secrets >/dev/null;"
)


class Desktop:
    """A home with a keyring, in which session after session is opened."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.runtime = home / "run"
        self.runtime.mkdir(mode=0o700)
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(self.runtime),
            "XDG_DATA_HOME": str(home / "data"),
            "XDG_CONFIG_HOME": str(home / "config"),
            "XDG_CACHE_HOME": str(home / "cache"),
        }

    def session(self, code: str, *, unlocked: bool, **environment: str) -> list[str]:
        """What a program prints in a session with a bus of its own."""
        start = f'{UNLOCK if unlocked else ""} exec "$0" -c "$1"'
        return self._run(["dbus-run-session", "--", "sh", "-c", start, sys.executable, code], environment)

    def without_bus(self, code: str, **environment: str) -> list[str]:
        """What a program prints in a session without a bus, or with the one that is named."""
        return self._run([sys.executable, "-c", code], environment)

    def replace_prompter(self, program: str) -> None:
        """Let the bus start `program` in place of the one that asks for the keyring's password."""
        service = self.home / "data" / "dbus-1" / "services" / "org.gnome.keyring.SystemPrompter.service"
        service.parent.mkdir(parents=True)
        service.write_text(f"[D-BUS Service]\nName=org.gnome.keyring.SystemPrompter\nExec={program}\n")

    def end(self) -> None:
        """End what the sessions started and left behind."""
        ours = f"XDG_RUNTIME_DIR={self.runtime}".encode()
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if ours in (process / "environ").read_bytes().split(b"\0"):
                    os.kill(int(process.name), signal.SIGKILL)
            except (OSError, ProcessLookupError):
                continue  # it has ended by itself, or is not ours to look at

    def _run(self, argv: list[str], environment: dict[str, str]) -> list[str]:
        argv = [*argv[:-1], PREAMBLE + argv[-1]]
        finished = subprocess.run(
            argv,
            env=self.environment | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert finished.returncode == 0, finished.stderr
        return finished.stdout.splitlines()


@pytest.fixture
def desktop() -> Iterator[Desktop]:
    # Not tmp_path: a socket's path has room for about a hundred characters.
    with tempfile.TemporaryDirectory(prefix="mailferry-") as home:
        desktop = Desktop(Path(home))
        yield desktop
        desktop.end()


def test_a_password_outlives_the_program_and_the_session(desktop: Desktop) -> None:
    desktop.session("Wallet().set(*JOE, Secret(' grüße 🔑 '))", unlocked=True)
    desktop.session("Wallet().set(*OUT, Secret('other'))", unlocked=True)
    code = """
wallet = Wallet()
print([wallet.get(*each).reveal() for each in (JOE, OUT)])
print(wallet.forget(*JOE), wallet.forget(*JOE))
print(refused(Wallet().get, *OUT))
"""
    lines = desktop.session(code, unlocked=True)
    assert lines == ["[' grüße 🔑 ', 'other']", "True False", "went through"]


def test_a_password_set_again_replaces_the_first(desktop: Desktop) -> None:
    code = """
wallet = Wallet()
wallet.set(*JOE, Secret("one"))
wallet.set(*JOE, Secret("two"))
print(wallet.get(*JOE).reveal(), wallet.forget(*JOE), wallet.forget(*JOE))
"""
    assert desktop.session(code, unlocked=True) == ["two True False"]


def test_a_round_trip_leaves_nothing_behind(desktop: Desktop) -> None:
    code = """
import contextlib, secretstorage
print(probe(20).kind, round_trip(20).kind)
with contextlib.closing(secretstorage.dbus_init()) as bus:
    print(len(list(secretstorage.Collection(bus).get_all_items())))
"""
    assert desktop.session(code, unlocked=True) == ["ready ready", "0"]


@pytest.mark.parametrize("display", [{}, {"DISPLAY": ":4711"}], ids=["no screen", "a screen that fails"])
def test_a_locked_store_is_explained_and_loses_nothing(desktop: Desktop, display: dict[str, str]) -> None:
    desktop.session("Wallet().set(*JOE, Secret('kept'))", unlocked=True)
    code = """
print(probe(20).kind, round_trip(20).kind)
print(refused(Wallet().get, *JOE))
print(refused(Wallet().set, *JOE, Secret("new")))
print(refused(Wallet().forget, *JOE))
print("gnome-keyring-daemon --replace --unlock" in probe(20).explanation)
"""
    lines = desktop.session(code, unlocked=False, **display)
    assert lines == ["locked locked", *["no-password locked"] * 3, "True"]
    assert desktop.session("print(Wallet().get(*JOE).reveal())", unlocked=True) == ["kept"]


def test_a_store_never_set_up_counts_as_locked(desktop: Desktop) -> None:
    assert desktop.session("print(probe(20).kind, round_trip(20).kind)", unlocked=False) == ["locked locked"]


def test_a_question_that_nobody_answers_is_given_up(desktop: Desktop) -> None:
    desktop.session("Wallet().set(*JOE, Secret('kept'))", unlocked=True)
    desktop.replace_prompter("/bin/sh -c 'exec sleep 50 >/dev/null 2>&1'")
    code = """
wallet = Wallet(timeout=1)
print(refused(wallet.get, *JOE))
print(refused(wallet.get, *JOE))
"""
    lines = desktop.session(code, unlocked=False, DISPLAY=":4711")
    assert lines == ["no-password hangs"] * 2
    assert desktop.session("print(Wallet().get(*JOE).reveal())", unlocked=True) == ["kept"]


def test_without_a_bus_there_is_no_store(desktop: Desktop) -> None:
    code = """
state = probe(20)
print(state.kind, "no D-Bus" in state.explanation, "dbus-run-session" in state.explanation)
print(refused(Wallet().get, *JOE))
"""
    assert desktop.without_bus(code) == ["absent True True", "no-password absent"]


@pytest.mark.parametrize("address", ["unix:path=/nowhere/bus", "tcp:host=localhost,port=1", "nonsense"])
def test_a_bus_that_cannot_be_reached_is_no_store(desktop: Desktop, address: str) -> None:
    assert desktop.without_bus("print(probe(20).kind)", DBUS_SESSION_BUS_ADDRESS=address) == ["absent"]


def test_a_bus_that_never_answers_is_given_up(desktop: Desktop) -> None:
    path = str(desktop.runtime / "bus")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        lines = desktop.without_bus(
            "print(probe(0.5).kind, refused(Wallet(timeout=0.5).get, *JOE))",
            DBUS_SESSION_BUS_ADDRESS=f"unix:path={path}",
        )
    assert lines == ["hangs no-password hangs"]

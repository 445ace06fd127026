"""The interface in a real terminal (tmux), against the sandbox's servers."""

from __future__ import annotations

import os
import plistlib
import select
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailferry.sandbox.cast import SandboxMailbox, SandboxServer, Scene
from mailferry.sandbox.server import Sandbox
from tests.real.terminal import Terminal, terminal

pytestmark = pytest.mark.real

PASSWORD = "correct horse"
ADDRESS = "mum@centurylink.net"
PROGRAM = f"{sys.executable} -m mailferry"
LEFT_CLEAN = "0 1 0 0 0"

SCENE = Scene(
    servers=(
        SandboxServer(host="mail.centurylink.net", port=993, protocol="imap", security="tls"),
        SandboxServer(host="mail.centurylink.net", port=143, protocol="imap", security="starttls"),
        SandboxServer(host="smtp.centurylink.net", port=587, protocol="smtp", security="starttls"),
    ),
    mailboxes=(SandboxMailbox(address=ADDRESS, password=PASSWORD),),
)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(SCENE) as running:
        yield running


@pytest.fixture
def environment(tmp_path: Path, sandbox: Sandbox) -> dict[str, str]:
    """A home without accounts, whose tests dial the sandbox; no password store."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    routes = "".join(f'"{name}" = "{where}"\n' for name, where in sandbox.connect_to.items())
    (home / "config.toml").write_text(f"[checks]\ntimeout = 5\n[checks.connect_to]\n{routes}")
    return {
        "MAILFERRY_HOME": str(home),
        "HOME": str(tmp_path),
        "SSL_CERT_FILE": str(sandbox.ca_file),
        "LANG": "C.UTF-8",
        "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent",
        "DISPLAY": "",
    }


@pytest.fixture
def window() -> Iterator[Terminal]:
    with terminal(80, 24) as opened:
        yield opened


def test_from_nothing_to_a_profile(window: Terminal, environment: dict[str, str], tmp_path: Path) -> None:
    home = Path(environment["MAILFERRY_HOME"])
    window.start(PROGRAM, environment)
    window.wait_for("Mail address")
    window.type(ADDRESS + "\n")
    window.wait_for("mail.centurylink.net", "993", "Password")  # the form is filled; the password is asked
    window.wait_for("no password store")  # which is said before anything is typed
    window.type(PASSWORD + "\n")
    window.wait_for("the test passed")
    assert PASSWORD not in window.screen()

    window.type("2")  # the settings: change the port to a wrong one
    window.wait_for("▸ 2 Settings")
    window.press("g")
    window.press("j")
    window.wait_for("993")
    window.press("j", "Enter")
    window.press("C-u")
    window.type("143\n")
    window.press("C-s")
    window.wait_for("143", "wrong")
    window.type("t")
    window.wait_for("the test failed")
    window.type("4")
    window.wait_for("✗ tls", "port-speaks-plaintext")
    window.type("A")
    window.wait_for("Not tested")
    assert "port = 993" in (home / "accounts" / "mum.toml").read_text()
    window.type("t")
    window.wait_for("the test passed")

    window.type("e")
    window.wait_for("To the iPhone")
    target = tmp_path / "mum.mobileconfig"
    _type_path(window, target)
    window.wait_for("To the iPhone", gone=True)
    window.wait_for("written:")
    (payload,) = plistlib.loads(target.read_bytes())["PayloadContent"]
    assert payload["IncomingMailServerPortNumber"] == 993

    window.type("q")
    window.wait_for("ready$")
    assert window.modes() == LEFT_CLEAN
    kept = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert not [file for file in kept if PASSWORD.encode() in file.read_bytes()]


def _type_path(window: Terminal, target: Path) -> None:
    """Write a path into the export dialog's field and confirm."""
    window.press("Tab")
    window.press("C-u")
    window.type(f"{target}\n")


@pytest.mark.parametrize("signal", ["TERM", "HUP"])
def test_a_dropped_connection_keeps_what_was_typed(
    window: Terminal, environment: dict[str, str], signal: str
) -> None:
    accounts = Path(environment["MAILFERRY_HOME"]) / "accounts"
    accounts.mkdir(mode=0o700)
    file = accounts / "mum.toml"
    file.write_text(f'address = "{ADDRESS}"\n')
    window.start(PROGRAM, environment)
    window.wait_for("1 account")
    window.type("2")
    window.wait_for("▸ 2 Settings")
    window.press("g", "j", "j", "Enter")
    window.press("C-u")
    window.type("1993\n")
    window.wait_for("unsaved")
    window.kill_program(signal, "mailferry")
    window.wait_for("ready$")
    assert window.modes() == LEFT_CLEAN
    assert file.read_text() == f'address = "{ADDRESS}"\n'
    window.type(f"clear; {PROGRAM}\n")
    window.wait_for("ended before these edits were saved", "mum.toml")
    window.type("t")
    window.wait_for("1993", "unsaved")


def test_a_killed_window_ends_the_program_and_leaves_the_files_whole(
    window: Terminal, environment: dict[str, str]
) -> None:
    accounts = Path(environment["MAILFERRY_HOME"]) / "accounts"
    accounts.mkdir(mode=0o700)
    (accounts / "mum.toml").write_text(f'address = "{ADDRESS}"\n')
    window.start(PROGRAM, environment)
    window.wait_for("1 account")
    program = os.pidfd_open(window.program())
    try:
        window.hang_up()
        assert select.select([program], [], [], 30)[0], "the program lives on without a terminal"
    finally:
        os.close(program)
    assert (accounts / "mum.toml").read_text() == f'address = "{ADDRESS}"\n'


@pytest.mark.parametrize(("columns", "lines"), [(20, 5), (59, 20), (60, 19)])
def test_a_window_that_is_too_small_gets_a_sentence(
    environment: dict[str, str], columns: int, lines: int
) -> None:
    accounts = Path(environment["MAILFERRY_HOME"]) / "accounts"
    accounts.mkdir(mode=0o700)
    (accounts / "mum.toml").write_text(f'address = "{ADDRESS}"\n')
    with terminal(columns, lines) as window:
        window.start(PROGRAM, environment)
        window.wait_for("too small")
        window.press("C-q")
        window.wait_for("ready$")
        assert window.modes() == LEFT_CLEAN


@pytest.mark.parametrize("term", ["", "dumb"])
def test_without_a_known_terminal_there_is_a_sentence(
    window: Terminal, environment: dict[str, str], term: str
) -> None:
    window.start(f"TERM={term} {PROGRAM}", environment)
    assert "Traceback" not in window.wait_for("set TERM")

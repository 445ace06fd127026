"""Password commands in a real terminal (tmux): waited for, stopped, asking; gpg with its pinentry as well."""

from __future__ import annotations

import shutil
import subprocess
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
# Without a terminal it fails with a status, as gpg does; with one it asks, and ends when the file is there.
ASKING = """\
#!/bin/sh
test -t 0 || exit 2
printf 'the word: ' >/dev/tty
read -r word </dev/tty
until [ -e "$0.go" ]; do sleep 0.05; done
printf '%s\\n' "$word"
"""

SCENE = Scene(
    servers=(
        SandboxServer(host="mail.centurylink.net", port=993, protocol="imap", security="tls"),
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
    home = tmp_path / "home"
    (home / "accounts").mkdir(mode=0o700, parents=True)
    routes = "".join(f'"{name}" = "{where}"\n' for name, where in sandbox.connect_to.items())
    (home / "config.toml").write_text(f"[checks]\ntimeout = 20\n[checks.connect_to]\n{routes}")
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
    with terminal(100, 30) as opened:
        yield opened


def account(environment: dict[str, str], name: str, *command: str | Path) -> None:
    words = ", ".join(f'"{each}"' for each in command)
    text = f'address = "{ADDRESS}"\n[password]\nfrom = "command"\ncommand = [{words}]\n'
    (Path(environment["MAILFERRY_HOME"]) / "accounts" / f"{name}.toml").write_text(text)


def asking(folder: Path) -> Path:
    script = folder / "asking"
    script.write_text(ASKING)
    script.chmod(0o700)
    return script


def test_the_interface_keeps_its_screen_and_keys_while_a_command_runs(
    window: Terminal, environment: dict[str, str]
) -> None:
    account(environment, "mum", "sleep", "100")
    window.start(PROGRAM, environment)
    window.wait_for("1 account")
    window.type("r")
    window.wait_for("1 Accounts", "… auth", "Waiting for the password command of mum", "esc stops")
    window.type("?")
    window.wait_for("type to search")
    window.press("Escape")
    window.wait_for("Waiting for the password command of mum")
    window.press("Escape")
    window.wait_for("stopped; 0 of 1 tested")
    window.type("q")
    window.wait_for("ready$")


def test_a_command_that_asks_has_the_terminal_on_demand_and_its_keys_act_nowhere_else(
    window: Terminal, environment: dict[str, str], tmp_path: Path
) -> None:
    script = asking(tmp_path)
    account(environment, "mum", script)
    window.start(PROGRAM, environment)
    window.wait_for("1 account")
    window.type("t")
    window.wait_for("ended with status 2", "run it in the terminal")
    window.type("y")
    window.wait_for("The password command of mum", "the word:")
    window.type(f"{PASSWORD}\nqqq\n")
    window.wait_for("qqq")
    script.with_suffix(".go").touch()
    window.wait_for("the test passed")
    window.type("q")
    window.wait_for("ready$")


def test_ctrl_c_where_it_asks_comes_back_to_the_interface(
    window: Terminal, environment: dict[str, str], tmp_path: Path
) -> None:
    account(environment, "mum", asking(tmp_path))
    window.start(PROGRAM, environment)
    window.wait_for("1 account")
    window.type("t")
    window.wait_for("run it in the terminal")
    window.type("y")
    window.wait_for("the word:")
    window.press("C-c")
    window.wait_for("the password command was stopped", "1 Accounts")
    window.type("q")
    window.wait_for("ready$")


@pytest.mark.parametrize("accounts", [1, 12])
def test_ctrl_c_ends_a_check_whose_commands_run(
    window: Terminal, environment: dict[str, str], accounts: int
) -> None:
    for number in range(accounts):
        account(environment, f"a{number}", "sh", "-c", "sleep 100; echo x")
    window.start(f"{PROGRAM} check", environment)
    window.wait_for("waiting for the password" if accounts == 1 else "0 of 12 tested")
    window.press("C-c")
    window.wait_for("stopped")
    # On a line of its own: where the signal strikes an import, Python ends by that signal, and bash then
    # leaves the rest of a line out. The status is the same.
    window.type("echo status $?\n")
    screen = window.wait_for("status 130")
    assert "password-command-failed" not in screen
    assert "SIGINT" not in screen


def test_a_check_lends_the_terminal_to_what_may_want_to_ask(
    window: Terminal, environment: dict[str, str], tmp_path: Path
) -> None:
    script = asking(tmp_path)
    script.with_suffix(".go").touch()
    account(environment, "mum", script)
    window.start(f"{PROGRAM} check; echo status $?", environment)
    window.wait_for(f"The password command of {ADDRESS}", "failed; it runs once more", "the word:")
    window.type(f"{PASSWORD}\n")
    window.wait_for("✓ ok  mum", "status 0")
    window.type(f"clear; {PROGRAM} check\n")
    window.wait_for("the word:")
    window.press("C-c")
    window.wait_for("stopped")
    window.type("echo status $?\n")
    assert "password-command-failed" not in window.wait_for("status 130")


def test_gpg_draws_its_pinentry_only_where_the_terminal_is_handed_over(
    window: Terminal, environment: dict[str, str], tmp_path: Path
) -> None:
    if shutil.which("gpg") is None or shutil.which("pinentry-curses") is None:
        pytest.skip("gpg or its pinentry is not installed: apt-get install gnupg pinentry-curses")
    keys = tmp_path / "keys"
    keys.mkdir(mode=0o700)
    (keys / "gpg-agent.conf").write_text(f"pinentry-program {shutil.which('pinentry-curses')}\n")
    environment["GNUPGHOME"] = str(keys)
    file = tmp_path / "mum.gpg"
    gpg = ("gpg", "--homedir", str(keys), "--batch", "--quiet")
    unlocking = ("--pinentry-mode", "loopback", "--passphrase", "open sesame", "--no-symkey-cache")
    subprocess.run(
        [*gpg, *unlocking, "--symmetric", "--output", str(file)], input=f"{PASSWORD}\n".encode(), check=True
    )
    account(environment, "mum", "gpg", "--quiet", "--decrypt", file)
    try:
        window.start(f"export GPG_TTY=$(tty); {PROGRAM}", environment)
        window.wait_for("1 account")
        window.type("t")
        window.wait_for("1 Accounts", "“gpg” ended with status 2", "run it in the terminal")
        window.type("y")
        window.wait_for("Passphrase")
        window.type("open sesame\n")
        window.wait_for("the test passed", "1 Accounts")
        window.type("q")
        window.wait_for("ready$")
    finally:
        subprocess.run(["gpgconf", "--homedir", str(keys), "--kill", "all"], check=False)

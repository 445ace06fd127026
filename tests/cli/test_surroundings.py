"""Passwords, lint, doctor, demo and completion."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import keyring
import pytest

from tests.cli.conftest import Run
from tests.secrets.backends import Shelf, made

Write = Callable[[str, str], Path]


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Shelf:
    backend = made(Shelf)
    assert isinstance(backend, Shelf)
    monkeypatch.setattr("keyring.core._keyring_backend", backend)
    return backend


def test_a_password_is_set_tested_and_forgotten(run: Run, write: Write, store: Shelf, home: Path) -> None:
    write("accounts/joe.toml", 'address = "joe@icloud.com"\n')
    assert run("password", "test", "joe").status == 1
    done = run("password", "set", "joe", stdin=" hunter2 \n")
    assert done.status == 0, done.err
    assert "hunter2" not in done.out + done.err
    assert keyring.get_password("mailferry", "joe@icloud.com") == " hunter2 "
    assert run("password", "test", "joe").status == 0
    assert run("password", "forget", "joe").status == 0
    assert run("password", "forget", "joe").status == 0
    assert run("password", "test", "joe").status == 1
    files = [file for file in home.rglob("*") if file.is_file()]
    assert not any(b"hunter2" in file.read_bytes() for file in files)


def test_an_app_password_is_stored_without_the_blanks_it_is_shown_with(
    run: Run, write: Write, store: Shelf
) -> None:
    write("accounts/joe.toml", 'address = "joe@icloud.com"\n')
    done = run("password", "set", "joe", stdin="abcd efgh ijkl mnop\n")
    assert done.status == 0, done.err
    assert "blanks between the groups of letters were left out" in done.err
    assert "abcd" not in done.out + done.err
    assert keyring.get_password("mailferry", "joe@icloud.com") == "abcdefghijklmnop"
    done = run("password", "set", "joe", stdin="cold fish swim deep\n")
    assert "blanks" not in done.err
    assert keyring.get_password("mailferry", "joe@icloud.com") == "cold fish swim deep"


def test_the_outgoing_server_can_have_its_own_password(run: Run, write: Write, store: Shelf) -> None:
    path = write("accounts/joe.toml", 'address = "joe@icloud.com"\n')
    assert run("password", "set", "joe", "--outgoing", stdin="other\n").status == 0
    assert path.read_text() == 'address = "joe@icloud.com"\n\n[outgoing.password]\nfrom = "keyring"\n'
    assert run("password", "test", "joe", "--outgoing").status == 0
    assert run("password", "test", "joe").status == 1


@pytest.mark.plants_secrets("the command says its own password")
def test_a_command_owns_its_password(run: Run, write: Write) -> None:
    write(
        "accounts/joe.toml",
        'address = "joe@icloud.com"\n[password]\nfrom = "command"\ncommand = ["echo", "hunter2"]\n',
    )
    done = run("password", "set", "joe", stdin="x\n")
    assert done.status == 2
    assert run("password", "test", "joe").status == 0


def test_everything_shipped_is_well(run: Run) -> None:
    done = run("lint", "--json")
    assert (done.status, done.json) == (0, [])


def test_doctor_looks_at_everything_and_leaves_nothing(run: Run, store: Shelf, write: Write) -> None:
    write("accounts/joe.toml", 'address = "joe@nowhere.invalid"\n[incoming]\nhost = "127.0.0.1"\n')
    done = run("doctor", "--json")
    found = {each["what"]: each for each in done.json}
    assert set(found) == {"home folder", "file modes", "password store", "DNS", "clock", "terminal"}
    assert found["file modes"]["ok"] is False, "the test's files are readable by others"
    assert found["password store"]["ok"] is True
    assert found["DNS"]["ok"] is True
    assert done.status == 1
    assert store.entries == {}


def test_the_demo_reports_the_whole_job(run: Run) -> None:
    done = run("demo", "--headless")
    assert done.status == 0
    for address in (
        "mum@centurylink.net",
        "dad@msn.com",
        "mary.example@icloud.com",
        "dad@q.com",
        "me@icloud.com",
        "shop@fastmail.com",
        "kim@harbour.example",
    ):
        assert address in done.out
    for cause in (
        "port-speaks-plaintext",
        "port-speaks-tls",
        "host-not-found",
        "cert-expired",
        "wrong-password",
        "oauth2-required",
    ):
        assert cause in done.out
    assert "sandbox-" not in done.out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(run: Run, shell: str) -> None:
    assert "_MAILFERRY_COMPLETE" in run("completion", shell).out


def test_completion_knows_the_accounts(home: Path, write: Write) -> None:
    write("accounts/mum.toml", 'address = "mum@icloud.com"\n')
    done = subprocess.run(
        [sys.executable, "-m", "mailferry"],
        env={
            "_MAILFERRY_COMPLETE": "bash_complete",
            "COMP_WORDS": "mailferry check m",
            "COMP_CWORD": "2",
            "MAILFERRY_HOME": str(home),
            "HOME": str(home),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert "mum" in done.stdout

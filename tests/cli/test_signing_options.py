"""The options that choose an identity, and the passphrase, which is never an argument."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from mailferry.cli.signing_options import ask_passphrase, chosen_identity, signing_options
from mailferry.store.home import Home
from mailferry.workspace import Workspace
from tests.iphone.identities import leaf, rsa_leaf

PASSPHRASE = "Grüße, 2 Pferde!"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "leaf.pem").write_bytes(leaf().pem + leaf().chain_pem)
    (tmp_path / "key.pem").write_bytes(leaf().key_pem())
    (tmp_path / "rsa.p12").write_bytes(rsa_leaf().pkcs12(PASSPHRASE))
    (tmp_path / "config.toml").write_text('[signing]\ncertificate = "leaf.pem"\nkey = "key.pem"\n')
    return tmp_path


def run(folder: Path, *arguments: str, stdin: str = "") -> tuple[int, str]:
    """Who signs, or what was said."""

    @click.command()
    @signing_options
    def command(**chosen: Any) -> None:
        identity = chosen_identity(Workspace(Home(config=folder, state=folder / "state")), **chosen)
        click.echo(identity.signer.name if identity else "nobody")

    done = CliRunner().invoke(command, arguments, input=stdin, catch_exceptions=False)
    return done.exit_code, done.output.strip()


def test_who_signs(folder: Path) -> None:
    assert run(folder) == (0, "profiles.example")
    assert run(folder, "--unsigned") == (0, "nobody")
    (folder / "config.toml").unlink()
    assert run(folder) == (0, "nobody")
    files = ("--sign", str(folder / "leaf.pem"), "--key", str(folder / "key.pem"))
    assert run(folder, *files) == (0, "profiles.example")


def test_the_passphrase_is_a_line_of_standard_input(folder: Path) -> None:
    for stdin in (PASSPHRASE, f"{PASSPHRASE}\n", f"{PASSPHRASE}\r\nmore\n"):
        assert run(folder, "--sign", str(folder / "rsa.p12"), stdin=stdin) == (0, "rsa.example")


def test_options_that_contradict_each_other(folder: Path) -> None:
    for option in ("--sign", "--key", "--chain"):
        status, said = run(folder, "--unsigned", option, "x")
        assert status == 2
        assert "contradict each other" in said
    for option in ("--key", "--chain"):
        status, said = run(folder, option, "x")
        assert status == 2
        assert "name it with --sign" in said


def test_a_passphrase_in_the_terminal_is_not_echoed(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    asked: dict[str, Any] = {}

    def prompt(question: str, **options: Any) -> str:
        asked.update(options, question=question)
        return PASSPHRASE

    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("click.prompt", prompt)
    assert ask_passphrase("Passphrase of the private key").reveal() == PASSPHRASE
    assert (asked["hide_input"], asked["err"]) == (True, True)

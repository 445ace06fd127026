"""`check --transcript` and `check --replay`: what was said is written, and is a case to run."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from mailferry.model.transcript_text import from_text
from tests.cli.conftest import Run
from tests.cli.harbour import PASSWORD, Write

More = Callable[[str], Path]
ACCOUNT = 'address = "joe@harbour.example"\n[password]\nfrom = "command"\ncommand = ["cat", "{secret}"]\n'


@pytest.fixture
def account(harbour: Write, tmp_path: Path) -> More:
    """Writes more into joe's file."""

    def more(text: str) -> Path:
        return harbour("accounts/joe.toml", ACCOUNT.format(secret=tmp_path / "secret") + text)

    return more


def test_a_test_is_written_and_replayed(run: Run, harbour: Write, tmp_path: Path) -> None:
    file = tmp_path / "said.txt"
    done = run("check", "joe", "--transcript", str(file))
    assert done.status == 0, done.err
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    text = file.read_text("utf-8")
    assert PASSWORD not in text
    assert "•••" in text
    assert [transcript.role for transcript in from_text(text)] == ["incoming", "outgoing"]
    again = run("check", "--replay", str(file), "--json")
    assert again.status == 0, again.out
    first, second = again.json_lines
    assert [server["protocol"] for server in first["servers"] + second["servers"]] == ["imap", "smtp"]
    assert first["servers"][0]["stages"][-1]["stage"] == "mailbox"


def test_a_failure_is_diagnosed_again(run: Run, account: More, tmp_path: Path) -> None:
    account('[incoming]\nusername = "ann@harbour.example"\n')
    file = tmp_path / "said.txt"
    first = run("check", "joe", "--transcript", str(file), "--json").json_lines[0]["servers"][0]
    again = run("check", "--replay", str(file), "--json")
    assert again.status == 1
    second = again.json_lines[0]["servers"][0]
    assert first["cause"] == "wrong-password"
    assert (second["failed_stage"], second["cause"], second["server_said"]) == (
        first["failed_stage"],
        first["cause"],
        first["server_said"],
    )
    shown = run("check", "--replay", str(file))
    assert "wrong-password" in shown.out


def test_without_the_address(run: Run, harbour: Write, tmp_path: Path) -> None:
    file = tmp_path / "said.txt"
    assert run("check", "joe", "--transcript", str(file), "--without-address").status == 0
    assert "joe@harbour.example" not in file.read_text("utf-8")
    assert run("check", "--replay", str(file)).status == 0


def test_standard_output_holds_nothing_else(run: Run, harbour: Write) -> None:
    done = run("check", "joe", "--transcript", "-")
    assert len(from_text(done.out)) == 2
    assert run("check", "joe", "--transcript", "-", "--json").status == 2


def test_no_server_was_reached(run: Run, account: More, tmp_path: Path) -> None:
    account('[incoming]\nhost = "nowhere.invalid"\n[outgoing]\nhost = "nowhere.invalid"\n')
    file = tmp_path / "said.txt"
    done = run("check", "joe", "--transcript", str(file))
    assert done.status == 1
    assert not file.exists()
    assert "no transcript" in done.err


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"hello", ":1: a transcript begins with"),
        (b"# mailferry transcript 1\n# incoming gopher h:1 tls\n", ":2: a server is named like"),
        (b"\xff\xfe", "is not UTF-8"),
        (None, "cannot be read"),
    ],
)
def test_a_file_that_is_no_transcript(run: Run, tmp_path: Path, content: bytes | None, error: str) -> None:
    file = tmp_path / "said.txt"
    if content is not None:
        file.write_bytes(content)
    done = run("check", "--replay", str(file))
    assert done.status == 2
    assert str(file) in done.err
    assert error in done.err


def test_a_replay_takes_no_accounts(run: Run, tmp_path: Path) -> None:
    assert run("check", "joe", "--replay", str(tmp_path / "x")).status == 2


def test_a_posted_case(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "said.txt"
    file.write_text(
        "# mailferry transcript 1\n# outgoing smtp smtp.163.com:465 tls, 3 lines left out of the middle\n"
        "[tls]\n~ TLS 1.3, X\n[greeting]\n< 220 163.com Anti-spam GT\n[capability]\n> EHLO [192.0.2.1]\n"
        "< 250-mail\n< 250 AUTH LOGIN PLAIN\n[auth]\n> AUTH PLAIN •••\n"
        "< 535 Error: authentication failed\\x1b[31m\n",
        "utf-8",
    )
    done = run("check", "--replay", str(file))
    assert done.status == 1
    assert "SMTP smtp.163.com: the middle is missing" in done.err
    assert "SMTP smtp.163.com  joe@example.org" in done.out
    assert "535 Error: authentication failed\\x1b[31m" in done.out

"""`report`, and `check --report`: files only their owner can read, and no password in them."""

from __future__ import annotations

import stat
from pathlib import Path

from tests.cli.conftest import Run
from tests.cli.harbour import PASSWORD, Write


def test_a_report_of_the_last_test(run: Run, harbour: Write, home: Path, tmp_path: Path) -> None:
    assert "Not tested yet." in run("report", "joe").out
    run("check", "joe")
    done = run("report", "joe")
    assert done.status == 0
    assert "✓ mailbox" in done.out
    file = tmp_path / "report.md"
    written = run("report", "joe", "--output", str(file))
    assert (written.status, written.out) == (0, "")
    assert file.read_text() == done.out
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert PASSWORD not in done.out


def test_without_an_account_it_is_about_those_in_trouble(run: Run, harbour: Write, home: Path) -> None:
    done = run("report")
    assert (done.status, done.out) == (0, "")
    assert "No account is known to be in trouble" in done.err
    path = home / "accounts" / "joe.toml"
    path.write_text(path.read_text() + '[incoming]\nusername = "ann@harbour.example"\n')
    run("check")
    done = run("report", "--without-address")
    assert "✗ auth" in done.out
    assert "joe@harbour" not in done.out
    assert "ann@harbour" not in done.out


def test_a_test_with_its_report(run: Run, harbour: Write, tmp_path: Path) -> None:
    file = tmp_path / "report.md"
    done = run("check", "joe", "--report", str(file), "--json")
    assert done.status == 0
    assert done.json_lines[0]["ok"]
    text = file.read_text()
    assert "## What was said" in text
    assert "## Test, just now" in text
    assert "sandbox ready" in text
    assert PASSWORD not in text
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_file_that_cannot_be_written_is_said(run: Run, harbour: Write, tmp_path: Path) -> None:
    done = run("check", "joe", "--report", str(tmp_path / "nowhere" / "report.md"))
    assert done.status == 2
    assert "report.md" in done.err


def test_without_address_needs_something_to_write(run: Run, harbour: Write) -> None:
    assert run("check", "joe", "--without-address").status == 2


def test_a_broken_account_is_named(run: Run, harbour: Write) -> None:
    harbour("accounts/bad.toml", "nonsense")
    done = run("report", "bad")
    assert done.status == 2
    assert "bad.toml:1" in done.err

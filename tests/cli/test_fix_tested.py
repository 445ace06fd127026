"""`fix --tested` where there is nothing to take: it says why, and sends nobody in circles."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Run
from tests.cli.harbour import Write


def _told(run: Run) -> str:
    fixed = run("fix", "joe", "--tested")
    assert fixed.status == 1
    return " ".join(fixed.err.split())


def test_before_any_check_it_names_the_check(run: Run, harbour: Write) -> None:
    assert "not checked with these settings yet; mailferry check joe tests them" in _told(run)


def test_after_a_failure_that_no_server_mends_it_does_not_ask_for_another_check(
    run: Run, harbour: Write, home: Path
) -> None:
    path = home / "accounts" / "joe.toml"
    path.write_text(path.read_text() + '[incoming]\nusername = "ann@harbour.example"\n')
    run("check", "joe")
    told = _told(run)
    assert "the last check failed (auth: wrong-password), and no other server or port mends that" in told
    assert "mailferry check" not in told


def test_after_a_failure_where_nothing_else_answered(run: Run, harbour: Write) -> None:
    server = 'host = "127.0.0.1"\nport = 1\nusername = "joe"\n'
    harbour("accounts/joe.toml", f'address = "joe@nowhere.example"\n[incoming]\n{server}[outgoing]\n{server}')
    run("check", "joe")
    assert "(connect: connection-refused) and saw nothing that answers in place" in _told(run)


def test_after_a_success_there_is_nothing_to_mend(run: Run, harbour: Write) -> None:
    run("check", "joe")
    assert "all was well in the last check" in _told(run)

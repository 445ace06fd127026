"""`fix --tested` where there is nothing to take: it says why, and sends nobody in circles."""

from __future__ import annotations

import json
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


def test_what_works_and_is_not_right_is_shown_and_not_taken(run: Run, harbour: Write, home: Path) -> None:
    path = home / "accounts" / "joe.toml"
    path.write_text(path.read_text() + '[incoming]\nhost = "closed.harbour.example"\n')
    run("check", "joe", "--timeout", "2")
    kept = home / "state" / "results" / "checks.jsonl"
    line = json.loads(kept.read_text().splitlines()[-1])
    (repair,) = line["stored"]["check"]["servers"][0]["repairs"]
    repair |= {"verdict": "wrong", "compared": "wrong host for Harbour"}
    kept.write_text(json.dumps(line) + "\n")
    before = path.read_text()
    told = _told(run)
    assert "imap.harbour.example answers on" in told
    assert "not taken by itself (compared: wrong host for Harbour). mailferry fix joe puts in" in told
    assert path.read_text() == before


def test_after_a_success_there_is_nothing_to_mend(run: Run, harbour: Write) -> None:
    run("check", "joe")
    assert "all was well in the last check" in _told(run)


def test_a_recommended_server_is_seen_after_a_bad_certificate(run: Run, harbour: Write, home: Path) -> None:
    path = home / "accounts" / "joe.toml"
    path.write_text(path.read_text() + '[incoming]\nhost = "old.harbour.example"\n')
    server = run("check", "joe", "--json").json_lines[0]["servers"][0]
    assert server["cause"] == "cert-expired"
    assert server["repairs"][0]["changes"] == {"incoming.host": "imap.harbour.example"}
    assert run("fix", "joe", "--tested").status == 0
    assert run("check", "joe").status == 0


def test_a_way_to_sign_in_that_is_offered_is_taken(run: Run, harbour: Write, home: Path) -> None:
    path = home / "accounts" / "joe.toml"
    path.write_text(path.read_text() + '[incoming]\nauth = "ntlm"\n')
    server = run("check", "joe", "--json").json_lines[0]["servers"][0]
    assert server["cause"] == "auth-mechanism-unsupported"
    assert server["repairs"][0]["changes"] == {"incoming.auth": "password"}
    shown = " ".join(run("check", "joe").out.split())
    assert "Seen: the server offers PLAIN, LOGIN" in shown
    assert 'auth = "password"' in shown
    assert run("fix", "joe", "--tested").status == 0
    assert run("check", "joe").status == 0

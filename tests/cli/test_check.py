"""`check` against the sandbox: its JSON to the letter, its exit status, and no password anywhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailferry.sandbox.server import Sandbox
from tests.cli.conftest import Run
from tests.cli.harbour import PASSWORD, Write


def test_an_account_that_works(run: Run, harbour: Write) -> None:
    done = run("check", "joe", "--json")
    assert done.status == 0, done.out
    (document,) = done.json_lines
    assert list(document) == ["account", "address", "ok", "seconds", "servers"]
    incoming, outgoing = document["servers"]
    assert [stage["stage"] for stage in incoming["stages"]] == [
        "dns",
        "connect",
        "tls",
        "greeting",
        "capability",
        "auth",
        "mailbox",
    ]
    assert [stage["stage"] for stage in outgoing["stages"]] == [
        "dns",
        "connect",
        "greeting",
        "capability",
        "starttls",
        "tls",
        "auth",
    ]
    for server in (incoming, outgoing):
        assert set(server) == {
            "role",
            "protocol",
            "host",
            "port",
            "security",
            "ok",
            "stages",
            "failed_stage",
            "cause",
            "server_said",
            "advice",
            "attempts",
            "certificate",
            "capabilities",
            "mechanism",
            "greeting",
            "addresses",
            "repairs",
            "changed",
        }
        assert server["ok"] is True
        assert server["attempts"] == 1
        assert server["cause"] is server["failed_stage"] is None
        assert 59 <= server["certificate"]["days_left"] <= 62
    assert PASSWORD not in done.out + done.err
    listed = run("list", "--json").json[0]
    assert listed["last_check"]["ok"] is True
    assert listed["state"] == "ok"


@pytest.mark.parametrize(
    ("incoming", "stage", "cause"),
    [
        ("port = 143", "tls", "port-speaks-plaintext"),
        ('security = "starttls"', "greeting", "port-speaks-tls"),
        ('host = "old.harbour.example"', "tls", "cert-expired"),
        ('host = "closed.harbour.example"', "connect", "connection-refused"),
        ('host = "nowhere.invalid"', "dns", "host-not-found"),
        ('username = "ann@harbour.example"', "auth", "wrong-password"),
        ('auth = "oauth2"', "auth", "auth-mechanism-unsupported"),
    ],
)
def test_what_is_wrong_is_named(
    run: Run, harbour: Write, home: Path, incoming: str, stage: str, cause: str
) -> None:
    path = home / "accounts" / "joe.toml"
    path.write_text(path.read_text() + f"[incoming]\n{incoming}\n")
    done = run("check", "joe", "--json", "--timeout", "2")
    assert done.status == 1
    server = done.json_lines[0]["servers"][0]
    assert (server["failed_stage"], server["cause"]) == (stage, cause)
    assert server["advice"]
    assert server["stages"][-1]["ok"] is False
    assert PASSWORD not in done.out + done.err


def test_a_slip_of_a_known_host_gets_no_password(
    run: Run, harbour: Write, home: Path, sandbox: Sandbox
) -> None:
    path = home / "accounts" / "joe.toml"
    path.write_text(path.read_text() + '[incoming]\nhost = "imap.harbour.exmaple"\n')
    config = home / "config.toml"
    where = sandbox.connect_to["imap.harbour.example:993"]
    config.write_text(config.read_text() + f'"imap.harbour.exmaple:993" = "{where}"\n')
    server = run("check", "joe", "--json").json_lines[0]["servers"][0]
    assert server["ok"] is False
    assert server["attempts"] == 0


def test_a_password_that_cannot_be_had_is_its_own_cause(run: Run, harbour: Write) -> None:
    harbour(
        "accounts/joe.toml",
        'address = "joe@harbour.example"\n[password]\nfrom = "command"\ncommand = ["false"]\n',
    )
    servers = run("check", "joe", "--json").json_lines[0]["servers"]
    assert [server["cause"] for server in servers] == ["password-command-failed"] * 2
    assert [server["attempts"] for server in servers] == [0, 0]
    harbour("accounts/joe.toml", 'address = "joe@harbour.example"\n[password]\nfrom = "ask"\n')
    servers = run("check", "joe", "--json").json_lines[0]["servers"]
    assert [server["cause"] for server in servers] == ["no-password"] * 2


def test_an_account_without_servers(run: Run, write: Write) -> None:
    write("accounts/x.toml", 'address = "x@nowhere.example"\n')
    done = run("check", "--json")
    assert done.status == 1
    assert [server["cause"] for server in done.json_lines[0]["servers"]] == ["no-host", "no-host"]


def test_a_broken_file_makes_the_status_2_and_the_others_are_checked(run: Run, harbour: Write) -> None:
    harbour("accounts/broken.toml", "address = 3\n")
    done = run("check", "--json")
    assert done.status == 2
    assert [(each["account"], each["ok"]) for each in done.json_lines] == [("joe", True)]


def test_refusals_stop_the_run_before_a_ban(run: Run, harbour: Write, home: Path) -> None:
    for number in range(6):
        harbour(
            f"accounts/wrong{number}.toml",
            f'address = "wrong{number}@harbour.example"\n'
            '[password]\nfrom = "command"\ncommand = ["echo", "no"]\n[outgoing]\nauth = "none"\n',
        )
    done = run("check", *(f"wrong{number}" for number in range(6)), "--json")
    causes = sorted(each["servers"][0]["cause"] for each in done.json_lines)
    assert causes == ["not-tried"] * 3 + ["wrong-password"] * 3
    again = run("check", "wrong0", "--json").json_lines[0]["servers"][0]
    assert (again["cause"], again["attempts"]) == ("not-tried", 0)


def test_for_people(run: Run, harbour: Write) -> None:
    done = run("check")
    assert "✓ ok  joe" in done.out
    assert "days left" in done.out


def test_a_broken_failures_file_is_named_and_the_shipped_book_counts(run: Run, harbour: Write) -> None:
    harbour("failures.toml", "[[rule]]\nmatches = '('\ncause = 'timeout'\n")
    harbour(
        "accounts/joe.toml",
        'address = "joe@harbour.example"\n[password]\nfrom = "command"\ncommand = ["echo", "no"]\n',
    )
    done = run("check", "joe", "--json")
    assert done.status == 2
    assert "failures.toml:2: rule.matches: " in done.err
    assert done.json_lines[0]["servers"][0]["cause"] == "wrong-password"


def test_own_rules_name_the_cause(run: Run, harbour: Write) -> None:
    harbour(
        "failures.toml",
        "[[rule]]\nmatches = 'AUTHENTICATIONFAILED'\ncause = 'account-locked'\nadvice = 'Ring.'\n",
    )
    harbour(
        "accounts/joe.toml",
        'address = "joe@harbour.example"\n[password]\nfrom = "command"\ncommand = ["echo", "no"]\n',
    )
    done = run("check", "joe", "--json")
    server = done.json_lines[0]["servers"][0]
    assert (server["cause"], server["advice"]) == ("account-locked", "Ring.")

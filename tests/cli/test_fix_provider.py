"""One recommendation for all accounts of a provider, and what compare says of several accounts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run

Write = Callable[[str, str], Path]
WRONG = 'address = "%s@centurylink.net"\n[incoming]\nport = 143 # mine\n'


@pytest.fixture
def accounts(write: Write) -> list[Path]:
    files = [write(f"accounts/{name}.toml", WRONG % name) for name in ("a", "b", "c")]
    write("accounts/d.toml", 'address = "d@centurylink.net"\n')
    write("accounts/e.toml", 'address = "e@icloud.com"\n[incoming]\nport = 143\n')
    return files


def test_all_accounts_in_one_step_with_one_difference(run: Run, accounts: list[Path], home: Path) -> None:
    preview = run("fix", "--provider", "centurylink", "incoming.port", "--dry-run")
    assert preview.status == 0
    assert "3 of 4 centurylink accounts would be mended" in preview.err
    assert [file.read_text() for file in accounts] == [WRONG % name for name in ("a", "b", "c")]
    done = run("fix", "--provider", "centurylink", "incoming.port")
    assert (done.status, done.out) == (0, preview.out)
    assert done.out.count("+port = 993 # mine") == 3
    assert all("port = 993 # mine" in file.read_text() for file in accounts)
    assert "port = 143" in (home / "accounts" / "e.toml").read_text()
    again = run("fix", "--provider", "centurylink")
    assert (again.status, again.out) == (0, "")
    assert "nothing to fix" in again.err


def test_json_is_a_line_for_each_account(run: Run, accounts: list[Path]) -> None:
    lines = run("fix", "--provider", "centurylink", "--json").json_lines
    assert [(each["account"], each["saved"]) for each in lines] == [
        ("a", True),
        ("b", True),
        ("c", True),
        ("d", False),
    ]
    assert lines[0]["fixed"] == [{"path": "incoming.port", "value": 993}]
    assert list(lines[0]) == ["account", "fixed", "saved", "diff", "remaining"]


def test_what_no_value_mends_is_said_with_its_reason_and_is_not_well(run: Run, write: Write) -> None:
    for name in ("a", "b"):
        write(f"accounts/{name}.toml", f'address = "{name}@msn.com"\n[incoming]\nauth = "password"\n')
    compared = run("compare", "a", "--json").json
    stuck = [each["path"] for each in compared["findings"] if each["verdict"] == "blocked"]
    assert "incoming.auth" in stuck
    done = run("fix", "a")
    assert done.status == 1
    assert "a: incoming.auth stays blocked: " in done.err
    assert "nothing to fix" not in done.err
    named = run("fix", "a", "incoming.auth", "--json")
    assert (named.status, [each["path"] for each in named.json["remaining"]]) == (1, ["incoming.auth"])
    assert run("fix", "a", "incoming.port").status == 0, "what was asked for is well"
    both = run("fix", "--provider", "outlook", "incoming.auth")
    assert both.status == 1
    assert both.err.count("a, b: incoming.auth stays blocked: ") == 1


def test_what_a_value_mends_remains_not_even_in_a_preview(run: Run, accounts: list[Path]) -> None:
    assert run("fix", "a", "--dry-run").status == 0
    assert run("fix", "a", "--dry-run", "--json").json["remaining"] == []


def test_a_broken_account_is_named_and_the_others_are_mended(
    run: Run, accounts: list[Path], write: Write
) -> None:
    broken = write("accounts/x.toml", "addres = 1\n")
    done = run("fix", "--provider", "centurylink")
    assert done.status == 2
    assert f"{broken}:1:" in done.err
    assert all("993" in file.read_text() for file in accounts)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["a"], "an ACCOUNT or --provider, not both"),
        (["a@centurylink.net", "incoming.port"], "an ACCOUNT or --provider, not both"),
        (["incoming.prot"], "did you mean incoming.port?"),
    ],
    ids=["account", "address", "path"],
)
def test_provider_takes_setting_paths_only(
    run: Run, accounts: list[Path], arguments: list[str], said: str
) -> None:
    done = run("fix", *arguments, "--provider", "centurylink")
    assert (done.status, done.out, len(done.err.splitlines())) == (2, "", 1)
    assert said in done.err
    assert "143" in accounts[0].read_text()


def test_a_provider_without_accounts_and_one_that_is_not_there(run: Run, accounts: list[Path]) -> None:
    none = run("fix", "--provider", "posteo")
    assert (none.status, none.out) == (0, "")
    assert "No account follows posteo" in none.err
    unknown = run("fix", "--provider", "centurylnk")
    assert unknown.status == 2
    assert "did you mean centurylink?" in unknown.err


def test_what_the_same_accounts_have_wrong_is_said_once(run: Run, write: Write) -> None:
    wrong = 'address = "%s@centurylink.net"\n[incoming]\nhost = "x.example"\nport = 143\nsecurity = "none"\n'
    for name in ("a", "b"):
        write(f"accounts/{name}.toml", wrong % name)
    done = " ".join(run("compare").err.split())
    assert (
        "2 of 2 CenturyLink accounts have x.example as incoming.host, port 143 as incoming.port and no"
        " encryption as incoming.security." in done
    )
    assert done.count("mailferry fix --provider") == 1
    (command,) = (line for line in run("compare").err.splitlines() if "mailferry fix" in line)
    assert run(*command.split()[1:-3]).status == 0
    assert "deviate" not in run("compare").err


def test_compare_says_what_accounts_share_and_what_mends_it(run: Run, accounts: list[Path]) -> None:
    done = run("compare")
    assert done.status == 1
    assert "3 of 4 CenturyLink accounts have port 143" in done.err
    assert "mailferry fix --provider centurylink incoming.port mends them all" in done.err
    assert "3 of 4" not in run("compare", "--json").err
    assert "fix --provider" not in run("compare", "a").err

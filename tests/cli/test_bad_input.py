"""What is wrong with files or calls ends in a sentence that names the place; the rest goes on."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run

Write = Callable[[str, str], Path]

BROKEN = {
    "no TOML": ('address = "a@b.example\n', 1),
    "unknown key": ('address = "a@b.example"\n[incoming]\nprot = 993\n', 3),
    "wrong type": ('address = "a@b.example"\n[incoming]\nport = "993"\n', 3),
    "port 0": ('address = "a@b.example"\n\n[incoming]\nport = 0\n', 4),
    "port 70000": ('address = "a@b.example"\n[outgoing]\nport = 70000\n', 3),
    "no @": ('# mine\naddress = "ab.example"\n', 2),
    "scheme": ('address = "a@b.example"\n[incoming]\nhost = "imaps://b.example"\n', 3),
    "blank": ('address = "a@b.example"\n[incoming]\nhost = "b example"\n', 3),
    "control": ('address = "a@b.example"\n[incoming]\nhost = "b\\u0007.example"\n', 3),
    "password": ('address = "a@b.example"\npassword = "hunter2"\n', 2),
    "choice": ('address = "a@b.example"\n[incoming]\nsecurity = "ssl"\n', 3),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_named_with_its_line_and_the_others_still_work(
    run: Run, write: Write, name: str
) -> None:
    text, line = BROKEN[name]
    broken = write("accounts/broken.toml", text)
    write("accounts/good.toml", 'address = "joe@icloud.com"\n')
    for command in (["list", "--json"], ["compare", "--json"]):
        done = run(*command)
        assert done.status == 2
        assert f"{broken}:{line}:" in done.err
        assert "joe@icloud.com" in done.out
        assert "hunter2" not in done.err
    linted = run("lint", str(broken))
    assert linted.status == 1
    assert f"{broken}:{line}:" in linted.out


def test_an_unknown_key_names_the_nearest(run: Run, write: Write) -> None:
    write("accounts/x.toml", 'address = "a@b.example"\n[incoming]\nprot = 993\n')
    assert "port" in run("list").err


def test_latin_1_empty_and_a_folder(run: Run, home: Path, write: Write) -> None:
    write("accounts/good.toml", 'address = "joe@icloud.com"\n')
    (home / "accounts" / "latin.toml").write_bytes('address = "jürgen@b.example"\n'.encode("latin-1"))
    (home / "accounts" / "empty.toml").touch()
    (home / "accounts" / "folder.toml").mkdir()
    listed = run("list")
    assert listed.status == 2
    assert "joe@icloud.com" in listed.out
    for name in ("latin.toml", "empty.toml", "folder.toml"):
        assert sum(name in line for line in listed.err.splitlines()) == 1, listed.err


def test_a_duplicate_label_is_named_and_both_accounts_still_work(run: Run, write: Write) -> None:
    write("accounts/a.toml", 'address = "a@icloud.com"\nlabel = "Post"\n')
    other = write("accounts/b.toml", 'address = "b@icloud.com"\n# again\nlabel = "Post"\n')
    listed = run("list", "--json")
    assert len(listed.json) == 2
    assert f"{other}:3: label:" in listed.err
    assert run("lint").status == 1
    named = run("compare", "Post")
    assert named.status == 2
    assert "a, b" in named.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["chekc"],
        ["check", "--jobs", "0"],
        ["check", "--jobs", "1000000"],
        ["check", "--timeout", "0"],
        ["check", "--timeout", "nan"],
        ["check", "--timeout", "inf"],
        ["check", "--timeout", "1e300"],
        ["check", "nobody"],
        ["export", "nobody", "--as", "text"],
        ["export", "--as", "word"],
        ["export", "joe", "--as", "text", "--ios", "12"],
        ["export", "joe", "--as", "text", "--lang", "tlh"],
        ["export", "--person", "Nobody", "--as", "text"],
        ["add"],
        ["add", "joe"],
        ["fix", "joe", "incoming.colour"],
        ["lint", "missing.toml"],
        ["password", "set", "joe"],
        ["--frobnicate"],
        [],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_one_line_and_status_2(run: Run, write: Write, arguments: list[str]) -> None:
    write("accounts/joe.toml", 'address = "joe@icloud.com"\n')
    done = run(*arguments)
    assert (done.status, done.out) == (2, "")
    assert len(done.err.splitlines()) == 1, done.err


def test_a_home_that_is_a_file_is_said_in_a_sentence(run: Run, home: Path) -> None:
    home.write_text("not a folder")
    done = run("add", "joe@icloud.com")
    assert done.status == 2
    assert str(home) in done.err


def test_a_broken_config_file_is_named(run: Run, write: Write) -> None:
    config = write("config.toml", "[checks]\ntimeout = 0\n")
    write("accounts/joe.toml", 'address = "joe@icloud.com"\n')
    done = run("check", "joe")
    assert done.status == 2
    assert f"{config}:2:" in done.err


def test_a_broken_own_provider_file_is_named_wherever_it_matters(run: Run, write: Write) -> None:
    own = write("providers/icloud.toml", 'name = "Ours"\nbogus = 1\n')
    write("accounts/joe.toml", 'address = "joe@icloud.com"\n')
    for command in (["list"], ["compare"], ["check", "--timeout", "1"]):
        done = run(*command)
        assert done.status == 2
        assert f"{own}:2: bogus" in done.err
    looked_up = run("lookup", "joe@icloud.com", "--offline", "--json")
    assert f"{own}:2: bogus" in looked_up.err
    assert looked_up.json["how"] == "domain"


def test_an_own_file_answers_for_its_own_keys_only(run: Run, write: Write) -> None:
    own = write(
        "providers/centurylink.toml",
        '[[incoming]]\nprotocol = "imap"\nhost = "new.centurylink.net"\nport = 993\nsecurity = "tls"\n',
    )
    assert run("lint", str(own)).out == ""
    evidence = run("lookup", "joe@q.com", "--offline", "--json").json["evidence"]
    assert evidence[0]["source"] == "your own file providers/centurylink.toml"


@pytest.mark.parametrize(
    ("typed", "meant"), [("me@gmial.com", "me@gmail.com"), ("me@icloud.con", "me@icloud.com")]
)
def test_a_slip_in_the_domain_is_pointed_out(run: Run, typed: str, meant: str) -> None:
    assert f"Did you mean {meant}?" in run("lookup", typed, "--offline").err
    assert f"Did you mean {meant}?" in run("add", typed).err


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    command = f"{sys.executable} -m mailferry --home {tmp_path} providers icloud | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.stderr == ""


def test_a_terminal_without_utf8_gets_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "accounts").mkdir()
    (tmp_path / "accounts" / "x.toml").write_text('address = "x@icloud.com"\nlabel = "Grüße ✓"\n')
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONUTF8": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "mailferry", "--home", str(tmp_path), "compare"],
        capture_output=True,
        env=environment,
        check=False,
    )
    assert b"Traceback" not in done.stderr
    assert done.returncode == 0

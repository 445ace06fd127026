"""What `compare` says of accounts that it looks at together."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run

Write = Callable[[str, str], Path]
ODD = 'address = "d@centurylink.net"\n[incoming]\nport = 143\nsecurity = "none"\n'


@pytest.fixture
def family(write: Write) -> None:
    for name in ("a", "b", "c"):
        write(f"accounts/{name}.toml", f'address = "{name}@centurylink.net"\n')
    write("accounts/d.toml", ODD)
    write("accounts/joe.toml", 'address = "joe@me.com"\n')
    write("accounts/joe-2.toml", 'address = "joe@icloud.com"\n')
    write("accounts/nowhere.toml", 'address = "x@nowhere.example"\n')


def said(run: Run, *arguments: str) -> str:
    return " ".join(run("compare", *arguments).err.split())


@pytest.mark.parametrize("names", [[], ["a", "b", "c", "d"]], ids=["all", "all of a provider"])
def test_who_stands_alone_and_what_mends_it(run: Run, family: None, names: list[str]) -> None:
    words = said(run, *names)
    assert (
        "d alone among the CenturyLink accounts has port 143 as incoming.port and no encryption as"
        " incoming.security; 3 others follow the recommendation."
    ) in words
    assert "mailferry fix d incoming.port incoming.security mends them" in words


def test_the_fix_that_is_named_mends_it(run: Run, family: None) -> None:
    assert run("fix", "d", "incoming.port", "incoming.security").status == 0
    assert "alone" not in said(run)


def test_accounts_that_meet_at_one_mailbox(run: Run, family: None, write: Write) -> None:
    write("accounts/a-2.toml", 'address = "A@centurylink.net."\nlabel = "again"\n')
    words = said(run)
    assert "joe@me.com and joe@icloud.com sign in at imap.mail.me.com as “joe”" in words
    write("accounts/a-2.toml", 'address = "a@centurylink.net"\nlabel = "again"\n')
    assert "a and a-2 are the same mailbox, a@centurylink.net" in said(run)


def test_part_of_a_providers_accounts_says_nothing_of_the_rest(run: Run, family: None) -> None:
    assert said(run, "a", "b", "d") == ""
    assert said(run, "joe") == ""


def test_of_part_of_them_no_count_is_given(run: Run, write: Write) -> None:
    for name in ("a", "b", "c"):
        write(f"accounts/{name}.toml", f'address = "{name}@centurylink.net"\n[incoming]\nport = 143\n')
    assert "3 of 3 CenturyLink accounts have port 143" in said(run)
    assert "3 of 3" in said(run, "a", "b", "c")
    assert said(run, "a", "b") == ""


def test_what_no_value_mends_names_no_command(run: Run, write: Write) -> None:
    for name in ("a", "b", "c"):
        auth = '[incoming]\nauth = "password"\n' if name == "c" else ""
        write(f"accounts/{name}.toml", f'address = "{name}@outlook.com"\n{auth}')
    words = said(run)
    assert (
        "c alone among the Outlook.com (MSN, Hotmail, Live) accounts has a password as incoming.auth" in words
    )
    assert "mailferry fix" not in words


def test_json_stays_to_the_letter(run: Run, family: None) -> None:
    done = run("compare", "--json")
    assert done.err == ""
    assert len(done.json_lines) == 7


def test_a_broken_file_stands_in_nobodys_way(run: Run, family: None, write: Write) -> None:
    write("accounts/x.toml", "addres = 1\n")
    assert "d alone among the CenturyLink accounts" in said(run)

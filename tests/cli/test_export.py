"""`export`: profiles and sheets of the three seeds."""

from __future__ import annotations

import os
import plistlib
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run

Write = Callable[[str, str], Path]


@pytest.fixture
def accounts(write: Write) -> None:
    write("accounts/mum.toml", 'address = "mum@centurylink.net"\nname = "Mary & Co <x>"\nperson = "Mum"\n')
    write("accounts/icloud.toml", 'address = "mary@icloud.com"\nperson = "Mum"\nlabel = "Mum iCloud"\n')
    write("accounts/dad.toml", 'address = "dad@msn.com"\nperson = "Dad"\n')


def test_a_profile_is_one_private_file(run: Run, accounts: None, tmp_path: Path) -> None:
    target = tmp_path / "out.mobileconfig"
    done = run("export", "mum", "--as", "profile", "--output", str(target))
    assert done.status == 0
    assert "not tested" in done.err.lower()
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    (payload,) = plistlib.loads(target.read_bytes())["PayloadContent"]
    assert payload["PayloadType"] == "com.apple.mail.managed"
    assert payload["IncomingMailServerPortNumber"] == 993
    assert payload["OutgoingMailServerPortNumber"] == 587
    assert payload["OutgoingMailServerUseSSL"] is True
    assert payload["EmailAccountName"] == "Mary & Co <x>"
    assert "IncomingPassword" not in payload
    again = run("export", "mum", "--as", "profile")
    assert again.out.encode() == target.read_bytes()


def test_the_two_names_of_icloud_are_in_the_profile(run: Run, accounts: None) -> None:
    (payload,) = plistlib.loads(run("export", "icloud", "--as", "profile").out.encode())["PayloadContent"]
    assert payload["IncomingMailServerUsername"] == "mary"
    assert payload["OutgoingMailServerUsername"] == "mary@icloud.com"


def test_one_profile_holds_all_accounts_of_a_person(run: Run, accounts: None) -> None:
    done = run("export", "--person", "mum", "--as", "profile")
    assert done.status == 0
    assert len(plistlib.loads(done.out.encode())["PayloadContent"]) == 2


def test_what_a_profile_cannot_carry_is_status_1_with_the_way_that_works(
    run: Run, accounts: None, tmp_path: Path
) -> None:
    target = tmp_path / "out.mobileconfig"
    done = run("export", "dad", "--as", "profile", "--output", str(target))
    assert done.status == 1
    assert not target.exists()
    assert "Outlook.com" in done.err


@pytest.mark.parametrize(("form", "ending"), [("text", "txt"), ("markdown", "md")])
def test_a_sheet_holds_every_value(run: Run, accounts: None, tmp_path: Path, form: str, ending: str) -> None:
    done = run("export", "mum", "--as", form, "--output", str(tmp_path))
    assert done.status == 0
    sheet = (tmp_path / f"mum.{ending}").read_text()
    for value in ("mum@centurylink.net", "mail.centurylink.net", "993", "smtp.centurylink.net", "587"):
        assert value in sheet
    assert "Settings > Apps > Mail" in sheet.replace("\\>", ">").replace("**", "").replace("\n", " ")


def test_the_sheet_of_msn_leads_to_the_button(run: Run, accounts: None) -> None:
    assert "“Outlook.com”" in run("export", "dad", "--as", "text").out


def test_a_persons_own_phone_is_known(run: Run, accounts: None, write: Write) -> None:
    write("people.toml", "[Mum]\nios = 17\n")
    assert "iOS 17" in run("export", "mum", "--as", "text").out
    assert "iOS 18" in run("export", "mum", "--as", "text", "--ios", "18").out


def test_a_host_that_may_be_a_strangers_is_handed_to_no_phone(run: Run, write: Write) -> None:
    write("accounts/me.toml", 'address = "me@icloud.com"\n[incoming]\nhost = "imap.mail.me.co"\n')
    for form in ("profile", "text", "markdown"):
        done = run("export", "me", "--as", form)
        assert (done.status, done.out) == (1, "")
        assert "typing slip of imap.mail.me.com" in done.err.replace("\n", " ")


@pytest.mark.parametrize(("value", "status"), [("imap.mail.me.co", 0), ("imap.mail.me.cm", 1), (None, 1)])
def test_a_host_that_is_accepted_by_name_is_handed_out(
    run: Run, write: Write, value: str | None, status: int
) -> None:
    named = f'value = "{value}"\n' if value else ""
    write(
        "accounts/me.toml",
        'address = "me@icloud.com"\n[incoming]\nhost = "imap.mail.me.co"\n'
        f'[accepted."incoming.host"]\nreason = "our own proxy"\n{named}',
    )
    assert run("export", "me", "--as", "text").status == status


def test_a_sheet_needs_servers(run: Run, write: Write) -> None:
    write("accounts/x.toml", 'address = "x@nowhere.example"\n')
    done = run("export", "x", "--as", "text")
    assert (done.status, done.out) == (1, "")
    assert "no incoming server is known" in done.err


def test_what_is_wrong_or_failed_is_said_before_it_is_handed_out(run: Run, write: Write) -> None:
    write("accounts/me.toml", 'address = "me@icloud.com"\n[incoming]\nhost = "imap.mail.icloud.com"\n')
    assert "incoming.host" in run("export", "me", "--as", "text").err
    write("accounts/me.toml", 'address = "me@icloud.com"\n[incoming]\nhost = "127.0.0.1"\nport = 1\n')
    run("check", "me")
    assert "last test failed" in run("export", "me", "--as", "text").err


def test_one_account_that_cannot_be_carried_stops_the_profile_of_all(run: Run, accounts: None) -> None:
    done = run("export", "mum", "dad", "--as", "profile")
    assert (done.status, done.out) == (1, "")
    assert "Nothing was written" in done.err


@pytest.mark.parametrize(
    "where", ["/nowhere/at/all.mobileconfig", "/dev/null", "/nowhere/", f"/tmp/{'x' * 300}", f"/{'x' * 300}/"]
)
def test_where_it_cannot_be_written_is_said_in_one_line(run: Run, accounts: None, where: str) -> None:
    done = run("export", "mum", "--as", "profile", "--output", where)
    assert done.status == 2
    [line] = done.err.splitlines()
    assert where in line


def test_a_folder_that_cannot_be_written_in_is_said_in_one_line(
    run: Run, accounts: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, _mode: Path(path) != tmp_path)
    for where in (tmp_path, tmp_path / "a.txt"):
        done = run("export", "mum", "--as", "text", "--output", str(where))
        assert done.status == 2
        [line] = done.err.splitlines()
        assert f"you may not write in the folder {tmp_path}" in line


@pytest.mark.parametrize(
    ("address", "instead"),
    [
        ("jo@tuta.com", "Tuta’s own app"),
        ("jo@hey.com", "HEY’s own app"),
        ("jo@educa.madrid.org", "its web page"),
        ("jo@i.ua", "its web page"),
        ("jo@gransy.com", "no longer offers mail"),
        ("jo@studenti.univr.it", "no longer offers mail"),
    ],
)
@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_where_no_mail_program_works_the_sheet_says_what_does(
    run: Run, write: Write, address: str, instead: str, form: str
) -> None:
    write("accounts/jo.toml", f'address = "{address}"\n')
    assert run("export", "jo", "--as", "profile").status == 1
    done = run("export", "jo", "--as", form)
    assert done.status == 0
    assert instead in " ".join(done.out.split())
    assert "not known" not in done.out
    assert "Not tested" not in done.err

"""`phones`: what each iPhone has, and which one needs a new profile."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run

Write = Callable[[str, str], Path]
MUM = 'address = "mum@centurylink.net"\nname = "Mary Example"\nlabel = "Mum"\nperson = "Mum"\n'


@pytest.fixture
def mum(write: Write) -> Path:
    write("accounts/dad.toml", 'address = "dad@gmx.de"\nperson = "Dad"\n')
    write("people.toml", '[Mum]\nios = 17\nlanguage = "de"\n')
    return write("accounts/mum.toml", MUM)


@pytest.fixture
def given(run: Run, mum: Path, tmp_path: Path) -> Path:
    target = tmp_path / "mum.mobileconfig"
    assert run("export", "mum", "--as", "profile", "--output", str(target)).status == 0
    return target


def test_before_anything_was_given(run: Run, mum: Path) -> None:
    done = run("phones")
    assert done.status == 0
    assert done.out == "Dad\n  nothing handed over yet\n\nMum (iOS 17, German)\n  nothing handed over yet\n"


def test_without_accounts(run: Run) -> None:
    done = run("phones")
    assert (done.status, done.out) == (0, "")
    assert "no accounts" in done.err
    assert run("phones", "--json").json == []


def test_what_was_given_and_how(run: Run, given: Path) -> None:
    done = run("phones", "mum")
    assert done.status == 0
    assert "Mail for mum@centurylink.net, version 1" in done.out
    assert str(given) in done.out.replace("\n      ", "")
    assert "Dad" not in done.out


def test_what_changed_ends_with_1(run: Run, given: Path, mum: Path) -> None:
    mum.write_text(mum.read_text() + '\n[incoming]\nport = 143\nsecurity = "starttls"\n')
    done = run("phones")
    assert done.status == 1
    assert "! Settings have changed: incoming port 993 → 143" in done.out


def test_for_scripts(run: Run, given: Path, mum: Path) -> None:
    mum.write_text(mum.read_text() + "\n[incoming]\nport = 143\nsecurity = 'starttls'\n")
    done = run("phones", "Mum", "--json")
    assert done.status == 1
    (phone,) = done.json
    assert (phone["name"], phone["person"], phone["ios"], phone["language"]) == ("Mum", "Mum", 17, "de")
    assert phone["needs_profile"] is True
    (profile,) = phone["profiles"]
    assert profile["identifier"] == "app.mailferry.account.net.centurylink.mum.imap"
    assert (profile["version"], profile["way"], profile["to"]) == (1, "file", str(given))
    assert profile["accounts"] == [{"account": "mum", "address": "mum@centurylink.net"}]
    assert (profile["signer"], profile["remove_on"], profile["with_password"]) == (None, None, False)
    assert profile["changes"][0]["setting"] == "incoming.port"
    assert profile["reasons"][0]["code"] == "settings-changed"


def test_a_file_that_was_written_is_not_said_to_be_on_the_iphone(run: Run, mum: Path) -> None:
    assert run("export", "mum", "--as", "profile").status == 0
    said = run("phones", "mum").out
    assert "written to standard output on " in said
    assert "given" not in said


def test_what_is_in_two_profiles_is_noted_for_the_case_that_both_are_installed(run: Run, given: Path) -> None:
    assert run("export", "--person", "Mum", "--as", "profile", "--output", str(given)).status == 0
    done = run("phones", "mum")
    words = " ".join(done.out.split())
    assert (
        "Note: two of these profiles set up mum@centurylink.net. If both are installed, remove one" in words
    )
    assert "!" not in words
    assert done.status == 0


def test_a_phone_that_is_gone_is_forgotten(run: Run, given: Path) -> None:
    identifier = "app.mailferry.account.net.centurylink.mum.imap"
    assert run("phones", "--forget", identifier).status == 0
    assert "nothing handed over yet" in run("phones", "mum").out
    done = run("phones", "--forget", identifier)
    assert done.status == 2
    assert identifier in done.err


def test_an_unknown_person_is_status_2(run: Run, mum: Path) -> None:
    done = run("phones", "Aunt")
    assert done.status == 2
    assert "Dad, Mum" in done.err
    assert run("phones", "mum", "--forget", "x").status == 2


def test_a_broken_file_is_named_and_the_others_are_shown(run: Run, given: Path, write: Write) -> None:
    write("accounts/broken.toml", "nonsense")
    done = run("phones")
    assert done.status == 2
    assert "broken.toml" in done.err
    assert "version 1" in done.out


def test_the_list_for_scripts_stays_as_it_is(run: Run, given: Path) -> None:
    keys = {"account", "address", "label", "person", "provider", "tags", "state", "last_check", "file"}
    assert all(set(account) == keys for account in run("list", "--json").json)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ('identifier = "app/mailferry"\n', "iphone.identifier: has “/” in it"),
        ('identifier = "app.x"\nuuid = "no"\n', "iphone.uuid: is no UUID"),
        ('identifier = "com.example.dad"\n', "iphone.identifier: is that of dad, as in a copied file"),
        ('uuid = "0a1b2c3d-f967-41ff-8cbf-77f1108f93ca"\n', "iphone.uuid: is that of dad, as in a"),
    ],
)
def test_lint_looks_at_what_is_pinned(run: Run, mum: Path, write: Write, table: str, words: str) -> None:
    write(
        "accounts/dad.toml",
        'address = "dad@gmx.de"\n[iphone]\nidentifier = "com.example.dad"\n'
        'uuid = "0A1B2C3D-F967-41FF-8CBF-77F1108F93CA"\n',
    )
    path = write("accounts/mum.toml", f"{MUM}[iphone]\n{table}")
    done = run("lint", str(path))
    assert done.status == 1
    line = 5 + table.count("\n")
    assert f"mum.toml:{line}: {words}" in done.out + done.err


def test_lint_is_content_with_its_own_pins(run: Run, given: Path, mum: Path) -> None:
    assert run("lint", str(mum)).status == 0

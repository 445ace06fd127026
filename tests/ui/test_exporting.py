"""Profiles and sheets are written from the interface, after what is known of them has been shown."""

from __future__ import annotations

import plistlib
from pathlib import Path

import pytest

from mailferry.model.secret import Secret
from mailferry.store.home import Home
from tests.ui.stage import home_with, staged

_OMA = 'schema = 1\naddress = "oma@fastmail.com"\nlabel = "Oma"\nperson = "Oma"\n'


async def test_exporting_writes_the_profile_where_it_is_wanted(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with staged(home) as stage:
        await stage.press("e")
        assert "Not tested" in stage.shown
        await stage.press("enter")
        assert "Enter again" in stage.shown
        await stage.press("enter")
        assert "written" in stage.shown
    file = tmp_path / "me.mobileconfig"
    assert b"me@icloud.com" in file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600


async def test_unsaved_edits_are_not_exported(home: Home) -> None:
    async with staged(home) as stage:
        entry = stage.board.entry
        assert entry is not None
        stage.desk.put(stage.desk.buffer(entry.path).with_value("name", "Kim"))
        await stage.press("e")
        assert "save first" in stage.shown


async def test_all_accounts_of_a_person_are_exported_together(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with staged(home) as stage:
        await stage.press("P")
        assert "Me, 2 accounts" in stage.shown
        await stage.press("enter")
        assert "Enter again" in stage.shown
        await stage.press("enter")
        assert "written" in stage.shown
    profile = plistlib.loads((tmp_path / "me.mobileconfig").read_bytes())
    assert len(profile["PayloadContent"]) == 2


async def test_an_account_without_a_person_is_exported_alone(tmp_path: Path) -> None:
    home = home_with(tmp_path, {"x": 'address = "x@icloud.com"\n'})
    async with staged(home) as stage:
        await stage.press("P")
        assert "e exports it alone" in stage.shown


async def test_the_page_in_a_persons_language_comes_first_among_the_sheets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    home = home_with(tmp_path / "home", {"oma": _OMA})
    home.people_file.write_text('[Oma]\nios = 18\nlanguage = "de"\n', encoding="utf-8")
    async with staged(home, (80, 24)) as stage:
        await stage.press("e", "down")
        assert "[18]" in stage.shown
        assert "[Deutsch]" in stage.shown
        await stage.press("enter", "enter")
        await stage.finish_verbs()
        assert "written" in stage.shown
    page = (tmp_path / "oma.html").read_text(encoding="utf-8")
    assert 'lang="de"' in page


async def test_a_sheet_for_leaving_is_a_kind_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with staged(home_with(tmp_path / "home", {"oma": _OMA})) as stage:
        await stage.press("e", "end", "enter")
        await stage.finish_verbs()
        assert "written" in stage.shown
        assert stage.desk.workspace.given.all() == {}
    assert (tmp_path / "oma-leaving.html").is_file()


async def test_the_form_follows_what_an_export_writes_into_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with staged(home_with(tmp_path / "home", {"oma": _OMA})) as stage:
        await stage.press("v", "escape")  # its text was looked at
        await stage.press("e", "enter", "enter")
        await stage.finish_verbs()
        assert "[iphone]" in stage.text("oma")
        assert not stage.desk.workspace.account_files.changed()
        await stage.press("2")
        stage.board.form.select("name")
        await stage.press("enter")
        await stage.type("Lisl")
        await stage.press("enter", "ctrl+s")
        assert stage.app.screen is stage.board  # nothing asks what to do about another program's change
        assert 'name = "Lisl"' in stage.text("oma")
        await stage.press("u")
        assert "Lisl" not in stage.text("oma")
        assert "[iphone]" in stage.text("oma")  # the iPhone has the profile, whatever is undone


async def test_what_it_replaces_on_the_phone_is_said_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with staged(home_with(tmp_path / "home", {"oma": _OMA})) as stage:
        await stage.press("e", "enter", "enter")
        await stage.finish_verbs()
        entry = stage.board.entry
        assert entry is not None
        buffer = stage.desk.buffer(entry.path)
        stage.desk.editor.save(entry.path, buffer.base, buffer.with_value("name", "Lisl").text)
        stage.board.reload()
        await stage.press("e")
        assert "→ Replaces version 1 on Oma’s iPhone" in stage.shown


@pytest.mark.plants_secrets("the profile is to hold it")
async def test_a_password_goes_into_the_file_after_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with staged(home_with(tmp_path / "home", {"oma": _OMA})) as stage:
        stage.desk.workspace.wallet.remember("oma@fastmail.com", "incoming", Secret("Zebra<42>"))
        await stage.press("e", "o", "enter")
        assert "signing hides" in stage.shown
        await stage.press("k", "enter")
        assert "the iPhone asks" in stage.shown
        await stage.press("p")
        assert "in the file" in stage.shown
        await stage.press("escape")
        assert "password inside" in stage.shown
        assert "Zebra" not in stage.shown
        await stage.press("enter", "enter")
        await stage.finish_verbs()
    file = tmp_path / "oma.mobileconfig"
    assert b"Zebra&lt;42&gt;" in file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600


async def test_a_password_that_cannot_be_had_is_said_and_stops_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    account = _OMA + '\n[password]\nfrom = "command"\ncommand = ["false"]\n'
    async with staged(home_with(tmp_path / "home", {"oma": account})) as stage:
        await stage.press("e", "o", "enter", "p", "escape")
        assert "✗" in stage.shown
        await stage.press("enter")
        assert "this cannot be written" in stage.shown


@pytest.mark.parametrize("typed", ["2999-01-31", "soon"])
async def test_the_day_on_which_it_vanishes_is_an_option(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    monkeypatch.chdir(tmp_path)
    async with staged(home_with(tmp_path / "home", {"oma": _OMA})) as stage:
        await stage.press("e", "o", "down", "down", "enter")
        await stage.type(typed)
        await stage.press("enter")
        if typed == "soon":
            assert "“soon” is no day" in stage.shown
            return
        await stage.press("escape")
        assert "until 2999-01-31" in stage.shown
        await stage.press("enter", "enter")
        await stage.finish_verbs()
        [given] = stage.desk.workspace.given.all().values()
        assert str(given[-1].profile.remove_on) == typed


async def test_a_text_to_agree_to_and_who_made_it_are_options(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with staged(home_with(tmp_path / "home", {"oma": _OMA})) as stage:
        await stage.press("e", "o", "down", "down", "down", "enter")
        await stage.type("Be kind & brave")
        await stage.press("enter", "down", "enter", "ctrl+u")
        await stage.type("Firm")
        await stage.press("enter", "escape", "enter", "enter")
        await stage.finish_verbs()
    profile = plistlib.loads((tmp_path / "oma.mobileconfig").read_bytes())
    assert profile["ConsentText"] == {"default": "Be kind & brave"}
    assert profile["PayloadOrganization"] == "Firm"

"""Profiles and sheets are written from the interface, after what is known of them has been shown."""

from __future__ import annotations

import plistlib
from pathlib import Path

import pytest

from mailferry.store.home import Home
from tests.ui.stage import home_with, staged


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

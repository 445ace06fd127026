"""What each iPhone has been given, which needs a new profile, and giving it again."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailferry.store.home import Home
from mailferry.ui.screens.phones import PhonesScreen
from tests.ui.screens.host import HARMLESS, HOSTILE
from tests.ui.stage import Stage, home_with, staged

_KIM = 'schema = 1\naddress = "kim@fastmail.com"\nlabel = "Kim"\nperson = "Kim"\n'
_POST = 'schema = 1\naddress = "kim@icloud.com"\nlabel = "Post"\nperson = "Kim"\n'
_ALONE = 'schema = 1\naddress = "info@fastmail.com"\nlabel = "Info"\n'


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.chdir(tmp_path)
    return home_with(tmp_path / "home", {"kim": _KIM, "post": _POST, "alone": _ALONE})


async def _export(stage: Stage, account: str, key: str = "e") -> None:
    stage.board.accounts.select(account)
    await stage.settle()
    await stage.press(key)
    await stage.until("esc cancel")
    await stage.press("enter", "enter")
    await stage.finish_verbs()
    assert "written" in stage.shown


async def _change(stage: Stage, account: str, path: str, value: str | int) -> None:
    entry = stage.desk.entry(account)
    assert entry is not None
    buffer = stage.desk.buffer(entry.path)
    stage.desk.editor.save(entry.path, buffer.base, buffer.with_value(path, value).text)
    stage.board.reload()
    await stage.settle()


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (100, 30)])
async def test_what_was_given_and_what_has_changed_since_is_told(home: Home, size: tuple[int, int]) -> None:
    async with staged(home, size) as stage:
        await _export(stage, "kim")
        assert "! iPhone" not in stage.shown
        await _change(stage, "kim", "incoming.port", 143)
        await _change(stage, "kim", "incoming.security", "starttls")
        await stage.until("! iPhone")  # beside the person's name in the list
        await stage.press("M")
        await stage.until("iPhones")
        assert "needs a new profile" in stage.shown
        assert "nothing handed over yet" in stage.shown
        assert "143" in stage.shown
        assert "written to" in stage.shown


async def test_giving_again_says_what_it_replaces_and_the_phone_is_up_to_date(home: Home) -> None:
    async with staged(home) as stage:
        await _export(stage, "kim")
        await _change(stage, "kim", "name", "Kim Example")
        await stage.press("M")
        await stage.until("needs a new profile")
        await stage.press("e")
        await stage.until("esc cancel")
        assert "Replaces version 1" in stage.shown
        await stage.press("enter", "enter")
        await stage.until("up to date")
        assert "version 2" in stage.shown
        await stage.press("escape")
        assert stage.app.screen is stage.board
        assert "! iPhone" not in stage.shown


async def test_a_profile_of_a_person_is_given_again_as_one(home: Home) -> None:
    async with staged(home) as stage:
        await _export(stage, "kim", "P")
        await _change(stage, "post", "name", "Kim Example")
        await stage.press("M")
        await stage.until("needs a new profile")
        await stage.press("enter")
        await stage.until("go on")
        assert "Deliver: Kim, 2 accounts" in stage.shown


async def test_an_account_without_a_person_has_an_iphone_too(home: Home) -> None:
    async with staged(home) as stage:
        await stage.press("M")
        await stage.until("nothing handed over yet")
        await stage.press("end", "e")
        await stage.until("esc cancel")
        assert "To the iPhone: Info" in stage.shown


async def test_version_and_language_are_changed_from_there(home: Home) -> None:
    async with staged(home) as stage:
        await stage.press("M")
        await stage.until("language not known")
        await stage.press("w", "right", "right", "enter")
        await stage.until("iOS 16")
        assert stage.desk.workspace.people["Kim"].ios == 16


async def test_a_profile_that_is_gone_is_forgotten_after_asking(home: Home) -> None:
    async with staged(home) as stage:
        await _export(stage, "kim")
        await stage.press("M")
        await stage.until("up to date")
        await stage.press("f")
        assert "Forget that" in stage.shown
        await stage.press("f")
        await stage.until("nothing handed over yet")
        assert "up to date" not in stage.shown
        assert "[iphone]" in stage.text("kim")


async def test_names_of_people_are_harmless(tmp_path: Path) -> None:
    hostile = HOSTILE.replace("\x1b", "")  # no account file takes it
    account = f'schema = 1\naddress = "a@icloud.com"\nperson = "{hostile}"\n'
    async with staged(home_with(tmp_path, {"a": account})) as stage:
        await stage.press("M")
        await stage.until("nothing handed over yet")
        assert isinstance(stage.app.screen, PhonesScreen)
        assert HARMLESS.replace(r"\x1b", "") in stage.shown
        assert "\u202e" not in stage.shown

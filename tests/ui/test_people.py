"""What is known of a person's iPhone is asked and noted."""

from __future__ import annotations

from mailferry.model.config import Person
from mailferry.store.home import Home
from tests.ui.stage import staged


async def test_version_and_language_are_noted_in_one_step(home: Home) -> None:
    async with staged(home, (80, 24)) as stage:
        stage.board.accounts.select("mum")
        await stage.press("W")
        assert "The iPhone of Mum" in stage.shown
        assert "[not known]" in stage.shown
        await stage.press("right", "right", "right", "right", "down", "right", "right", "enter")
        assert stage.desk.workspace.people == {"Mum": Person(ios=18, language="de")}
        assert "noted in people.toml" in stage.shown
        await stage.press("u")
        assert stage.desk.workspace.people == {}


async def test_a_day_that_is_none_is_said_and_kept(home: Home) -> None:
    async with staged(home, (80, 24)) as stage:
        stage.board.accounts.select("mum")
        await stage.press("W", "down", "down", "down")
        await stage.type("tomorrow")
        await stage.press("enter")
        assert "“tomorrow” is no day" in stage.shown
        await stage.press("ctrl+u")
        await stage.type("2999-01-31")
        await stage.press("enter")
        remove_on = stage.desk.workspace.people["Mum"].remove_on
        assert remove_on is not None
        assert remove_on.isoformat() == "2999-01-31"


async def test_escape_notes_nothing(home: Home) -> None:
    async with staged(home) as stage:
        await stage.press("W", "right", "escape")
        assert not home.people_file.exists()


async def test_a_broken_file_is_told_and_left_alone(home: Home) -> None:
    home.people_file.write_text("[Mum]\nios = 12\n", encoding="utf-8")
    async with staged(home) as stage:
        stage.board.accounts.select("mum")
        await stage.press("W")
        assert "people.toml" in stage.shown


async def test_whose_an_account_is_is_asked_where_nobody_has_said_it(home: Home) -> None:
    (home.accounts / "aa.toml").write_text('schema = 1\naddress = "a@icloud.com"\n', encoding="utf-8")
    async with staged(home) as stage:
        stage.board.accounts.select("aa")
        await stage.press("W")
        assert "Whose is" in stage.shown
        await stage.type("Ada")
        await stage.press("enter")
        assert "The iPhone of Ada" in stage.shown
        assert 'person = "Ada"' in stage.text("aa")
        await stage.press("escape", "u")
        assert "Ada" not in stage.text("aa")

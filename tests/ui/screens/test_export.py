from __future__ import annotations

from pathlib import Path

import pytest

from mailferry.ui.forecast import Forecast
from mailferry.ui.screens.export import ExportChoice, ExportScreen, Offer, Options
from tests.ui.screens.host import opened, paste

_UNTESTED = "Not tested with these settings yet."


@pytest.fixture
def offers(tmp_path: Path) -> list[Offer]:
    return [
        Offer("profile", tmp_path / "mum.mobileconfig", Forecast(warnings=("Mum: a simpler button",))),
        Offer("html", tmp_path / "mum.html"),
        Offer("text", tmp_path / "mum.txt"),
    ]


@pytest.fixture
def refused(tmp_path: Path) -> list[Offer]:
    why = (
        "A profile cannot carry this: it signs in on a web page. Choose “Outlook.com” on the iPhone instead."
    )
    return [
        Offer("profile", tmp_path / "msn.mobileconfig", Forecast(refusals=(why,))),
        Offer("text", tmp_path / "msn.txt"),
    ]


async def test_enter_writes_the_profile_where_it_is_proposed(offers: list[Offer]) -> None:
    async with opened(ExportScreen("Mum", offers), ["enter"]) as (host, _):
        assert host.answers == [ExportChoice("profile", offers[0].path)]


async def test_warnings_are_shown_and_do_not_stop(offers: list[Offer]) -> None:
    async with opened(ExportScreen("Mum", offers)) as (host, pilot):
        assert "! Mum: a simpler button" in host.shown
        await pilot.press("down")
        await pilot.pause()
        assert "a simpler button" not in host.shown


async def test_what_the_phone_shows_and_what_changes_on_it_is_said_before(tmp_path: Path) -> None:
    forecast = Forecast(
        changes=("replaces version 2: incoming port 143 → 993",), shown=("“Not Signed”.", "The passcode.")
    )
    async with opened(ExportScreen("Mum", [Offer("profile", tmp_path / "x", forecast)])) as (host, _):
        assert "→ replaces version 2: incoming port 143 → 993" in host.shown
        assert "1. “Not Signed”. 2. The passcode." in host.words


async def test_a_refused_profile_says_why_and_another_kind_is_proposed(refused: list[Offer]) -> None:
    async with opened(ExportScreen("MSN", refused)) as (host, pilot):
        assert "✗ not for this account" in host.shown
        assert host.screen.focused is not None
        await pilot.press("up")
        await pilot.pause()
        assert "Choose “Outlook.com” on the iPhone instead." in host.words
        await pilot.press("enter")
        await pilot.pause()
        assert host.answers == []
        assert "✗ this cannot be written" in host.shown
        await pilot.press("down", "enter")
        await pilot.pause()
        assert host.answers == [ExportChoice("text", refused[1].path)]


async def test_version_and_language_matter_to_instructions_only(offers: list[Offer]) -> None:
    async with opened(ExportScreen("Mum", offers, ios=17, lang="de")) as (host, pilot):
        assert "iOS version" not in host.shown
        await pilot.press("down", "tab", "left", "h", "left", "left")
        await pilot.pause()
        assert "▸iOS version" in host.shown  # the focus is not told by colour alone
        assert "[15]" in host.shown
        assert "[Deutsch]" in host.shown
        await pilot.press("right", "tab", "right", "enter")
        await pilot.pause()
        assert host.answers == [ExportChoice("html", offers[1].path, 16, "fr")]


async def test_an_unknown_ios_version_becomes_the_newest(offers: list[Offer]) -> None:
    async with opened(ExportScreen("Mum", offers, ios=9), ["enter"]) as (host, _):
        assert host.answers[0].ios == 26


@pytest.mark.parametrize("to_field", [(), ("tab",), ("down", "tab"), ("down", "tab", "tab", "tab")])
async def test_an_existing_file_needs_a_second_enter_wherever_the_focus_is(
    offers: list[Offer], to_field: tuple[str, ...]
) -> None:
    offer = offers[1] if "down" in to_field else offers[0]
    offer.path.touch()
    async with opened(ExportScreen("Mum", offers), [*to_field, "enter"]) as (host, pilot):
        assert host.answers == []
        assert f"{offer.path.name} exists and is overwritten. Enter again" in host.words
        await pilot.press("enter")
        await pilot.pause()
        assert host.answers == [ExportChoice(offer.kind, offer.path)]


async def test_an_untested_account_needs_a_second_enter_for_each_kind_but_once_for_the_same_doubt(
    tmp_path: Path,
) -> None:
    doubt = Forecast(unproven=(_UNTESTED,))
    two = Forecast(unproven=("Mum: not tested.", "Dad: the last test failed."))
    offers = [
        Offer("profile", tmp_path / "m.mobileconfig", two),
        Offer("html", tmp_path / "m.html", doubt),
        Offer("text", tmp_path / "m.txt", doubt),
    ]
    async with opened(ExportScreen("Mum", offers), ["enter"]) as (host, pilot):
        assert "Not all of this is known to work. Enter again writes it all the same." in host.words
        await pilot.press("down", "enter")
        await pilot.pause()
        assert "Not all of this is known to work. Enter again" in host.words
        assert host.answers == []
        await pilot.press("down", "enter")
        await pilot.pause()
        assert host.answers == [ExportChoice("text", offers[2].path)]


async def test_all_that_stands_against_it_is_asked_at_once(tmp_path: Path) -> None:
    path = tmp_path / "m.mobileconfig"
    path.touch()
    forecast = Forecast(unproven=(_UNTESTED,), removes_first=True)
    async with opened(ExportScreen("Mum", [Offer("profile", path, forecast)]), ["enter"]) as (host, pilot):
        assert (
            "Not all of this is known to work. The old profile has to be removed from the iPhone first."
            in host.words
        )
        assert "m.mobileconfig exists and is overwritten. Enter again" in host.words
        await pilot.press("enter")
        await pilot.pause()
        assert host.answers == [ExportChoice("profile", path)]


async def test_what_changes_and_what_the_phone_shows_stand_before_warnings(tmp_path: Path) -> None:
    forecast = Forecast(warnings=("A warning.",), changes=("A change.",), shown=("Not Signed.",))
    async with opened(ExportScreen("Mum", [Offer("profile", tmp_path / "m", forecast)])) as (host, pilot):
        assert host.words.index("A change") < host.words.index("Not Signed") < host.words.index("A warning")
        assert "PgDn" in host.shown
        await pilot.press("f1")
        await pilot.pause()
        assert "Configuration profile" in host.shown
        assert "A warning" in host.shown
        await pilot.press("escape")
        await pilot.pause()
        assert "Options" not in host.shown
        assert host.answers == []


async def test_other_options_are_asked_about_anew(tmp_path: Path) -> None:
    offer = Offer("profile", tmp_path / "m", Forecast(unproven=(_UNTESTED,)))

    async def change() -> tuple[str, Offer]:
        return "signed", offer

    screen = ExportScreen("Mum", [offer], options=Options("not signed", change))
    async with opened(screen, ["enter", "o", "enter"]) as (host, _):
        assert host.answers == []
        assert "Enter again" in host.words


async def test_options_are_behind_one_key_and_what_is_known_follows(offers: list[Offer]) -> None:
    async def change() -> tuple[str, Offer]:
        warned = Forecast(warnings=("The password stands in the file.",))
        return "password inside", Offer("profile", offers[0].path, warned)

    screen = ExportScreen("Mum", offers, options=Options("not signed", change))
    async with opened(screen) as (host, pilot):
        assert "Options (o)  not signed" in host.shown
        await pilot.press("o")
        await pilot.pause()
        assert "Options (o)  password inside" in host.shown
        assert "! The password stands in the file." in host.shown
        await pilot.press("down")
        await pilot.pause()
        assert "Options" not in host.shown
        await pilot.press("up", "tab", "tab", "enter")
        await pilot.pause()
        assert host.answers == []


async def test_each_kind_keeps_the_path_typed_for_it(offers: list[Offer], tmp_path: Path) -> None:
    dialog = ExportScreen("Mum", offers)
    async with opened(dialog, ["tab", *["backspace"] * 12, "x", "shift+tab", "down"]) as (host, pilot):
        assert dialog.field.value == str(offers[1].path)
        await pilot.press("up", "enter")
        await pilot.pause()
        assert host.answers == [ExportChoice("profile", tmp_path / "mum.x")]


async def test_a_path_that_cannot_be_written_is_said_and_kept(offers: list[Offer]) -> None:
    dialog = ExportScreen("Mum", offers)
    async with opened(dialog, ["tab", "ctrl+u"]) as (host, pilot):
        await paste(pilot, "/none/here/x")
        await pilot.press("enter")
        await pilot.pause()
        assert host.answers == []
        assert "✗ there is no folder /none/here" in host.shown
        assert dialog.field.value == "/none/here/x"


async def test_a_folder_means_the_proposed_name_in_it(offers: list[Offer], tmp_path: Path) -> None:
    folder = tmp_path / "usb"
    folder.mkdir()
    async with opened(ExportScreen("Mum", offers), ["tab", "ctrl+u"]) as (host, pilot):
        await paste(pilot, str(folder))
        await pilot.press("enter")
        await pilot.pause()
        assert host.answers == [ExportChoice("profile", folder / "mum.mobileconfig")]

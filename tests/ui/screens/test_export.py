from __future__ import annotations

from pathlib import Path

import pytest

from mailferry.ui.screens.export import ExportChoice, ExportScreen, Offer
from tests.ui.screens.host import opened, paste


@pytest.fixture
def offers(tmp_path: Path) -> list[Offer]:
    return [
        Offer("profile", tmp_path / "mum.mobileconfig", (), ("Mum: not tested yet",)),
        Offer("text", tmp_path / "mum.txt"),
        Offer("markdown", tmp_path / "mum.md"),
    ]


@pytest.fixture
def refused(tmp_path: Path) -> list[Offer]:
    why = (
        "A profile cannot carry this: it signs in on a web page. Choose “Outlook.com” on the iPhone instead."
    )
    return [Offer("profile", tmp_path / "msn.mobileconfig", (why,)), Offer("text", tmp_path / "msn.txt")]


async def test_enter_writes_the_profile_where_it_is_proposed(offers: list[Offer]) -> None:
    async with opened(ExportScreen("Mum", offers), ["enter"]) as (host, _):
        assert host.answers == [ExportChoice("profile", offers[0].path, 26)]


async def test_warnings_are_shown_and_do_not_stop(offers: list[Offer]) -> None:
    async with opened(ExportScreen("Mum", offers)) as (host, pilot):
        assert "! Mum: not tested yet" in host.shown
        await pilot.press("down")
        await pilot.pause()
        assert "not tested yet" not in host.shown


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
        assert host.answers == [ExportChoice("text", refused[1].path, 26)]


async def test_the_ios_version_matters_to_instructions_only(offers: list[Offer]) -> None:
    async with opened(ExportScreen("Mum", offers, ios=17)) as (host, pilot):
        assert "any; a profile is the same for all" in host.shown
        await pilot.press("down", "tab", "left", "h", "left", "left")
        await pilot.pause()
        assert "▸iOS version" in host.shown  # the focus is not told by colour alone
        assert "[15]" in host.shown
        await pilot.press("right", "enter")
        await pilot.pause()
        assert host.answers == [ExportChoice("text", offers[1].path, 16)]


async def test_an_unknown_ios_version_becomes_the_newest(offers: list[Offer]) -> None:
    async with opened(ExportScreen("Mum", offers, ios=9), ["enter"]) as (host, _):
        assert host.answers[0].ios == 26


@pytest.mark.parametrize("to_field", [(), ("tab",), ("down", "tab"), ("down", "tab", "tab")])
async def test_an_existing_file_needs_a_second_enter_wherever_the_focus_is(
    offers: list[Offer], to_field: tuple[str, ...]
) -> None:
    offer = offers[1] if "down" in to_field else offers[0]
    offer.path.touch()
    async with opened(ExportScreen("Mum", offers), [*to_field, "enter"]) as (host, pilot):
        assert host.answers == []
        assert f"{offer.path.name} exists; enter again overwrites it" in host.words
        await pilot.press("enter")
        await pilot.pause()
        assert host.answers == [ExportChoice(offer.kind, offer.path, 26)]


async def test_each_kind_keeps_the_path_typed_for_it(offers: list[Offer], tmp_path: Path) -> None:
    dialog = ExportScreen("Mum", offers)
    async with opened(dialog, ["tab", *["backspace"] * 12, "x", "shift+tab", "down"]) as (host, pilot):
        assert dialog.field.value == str(offers[1].path)
        await pilot.press("up", "enter")
        await pilot.pause()
        assert host.answers == [ExportChoice("profile", tmp_path / "mum.x", 26)]


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
        assert host.answers == [ExportChoice("profile", folder / "mum.mobileconfig", 26)]

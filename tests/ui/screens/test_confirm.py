from __future__ import annotations

from mailferry.ui.screens.confirm import ConfirmScreen
from mailferry.ui.screens.difference import DifferenceScreen
from tests.ui.screens.host import opened

_CHOICES = [("d", "delete"), ("k", "keep"), ("S", "save as")]


async def test_a_letter_answers() -> None:
    async with opened(ConfirmScreen("Delete it?", _CHOICES), ["d"]) as (host, _):
        assert host.answers == ["d"]


async def test_a_letter_that_is_a_motion_elsewhere_still_answers() -> None:
    async with opened(ConfirmScreen("Delete it?", _CHOICES), ["k"]) as (host, _):
        assert host.answers == ["k"]


async def test_capitals_are_other_keys() -> None:
    async with opened(ConfirmScreen("Delete it?", _CHOICES), ["s"]) as (host, pilot):
        assert host.answers == []
        await pilot.press("S")
        assert host.answers == ["S"]


async def test_enter_struck_too_early_answers_nothing() -> None:
    async with opened(ConfirmScreen("Delete it?", _CHOICES), ["enter"]) as (host, _):
        assert host.answers == []
        assert "Delete it?" in host.shown


async def test_arrows_and_enter_answer() -> None:
    async with opened(ConfirmScreen("Delete it?", _CHOICES), ["down", "down", "enter"]) as (host, _):
        assert host.answers == ["k"]


async def test_a_difference_shows_both_sides_and_answers_with_a_choice() -> None:
    diff = "--- was\n+++ is\n@@ -1 +1 @@\n-port = 143\n+port = 993\n"
    async with opened(DifferenceScreen("mum.toml", diff, [("m", "merge"), ("t", "theirs")])) as (host, pilot):
        assert "-port = 143" in host.shown
        assert "+port = 993" in host.shown
        await pilot.press("t")
        assert host.answers == ["t"]


async def test_enter_takes_a_harmless_default() -> None:
    async with opened(ConfirmScreen("Delete it?", _CHOICES, default="k"), ["enter"]) as (host, _):
        assert host.answers == ["k"]

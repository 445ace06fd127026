from __future__ import annotations

from mailferry.ui.screens.welcome import WelcomeScreen
from tests.ui.screens.host import opened


async def test_says_what_it_does_and_that_nothing_leaves_the_computer() -> None:
    async with opened(WelcomeScreen()) as (host, _):
        assert "mailferry" in host.shown
        assert "carries them to the iPhone" in host.words
        assert "nothing leaves it before you say so" in host.words


async def test_an_address_is_recognized_while_it_is_typed() -> None:
    async with opened(WelcomeScreen(), [*"mum"]) as (host, pilot):
        assert "has no @" in host.shown
        assert "✗" not in host.shown
        await pilot.press(*"@Example.COM")
        await pilot.pause()
        assert "✓ an address at example.com" in host.shown
        await pilot.press("ctrl+u")
        await pilot.pause()
        assert "nothing leaves it" in host.words


async def test_what_is_no_address_stays_to_be_mended() -> None:
    async with opened(WelcomeScreen(), [*"mum@", "enter"]) as (host, pilot):
        assert host.answers == []
        assert "✗ the domain after the @ is missing" in host.shown
        await pilot.press(*"example.com ", "enter")
        await pilot.pause()
        assert host.answers == ["mum@example.com"]


async def test_a_small_window_does_without_the_picture() -> None:
    async with opened(WelcomeScreen(), size=(60, 20)) as (host, _):
        assert "[@]" not in host.shown
        assert "Mail address" in host.shown
    async with opened(WelcomeScreen(), size=(80, 24)) as (host, _):
        assert "[@]" in host.shown

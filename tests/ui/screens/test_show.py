from __future__ import annotations

import stat
from pathlib import Path

import pytest

from mailferry.ui.screens.show import ShowScreen
from tests.ui.screens.host import opened, paste


async def test_the_text_stands_at_the_edge_so_that_a_terminal_selects_nothing_else() -> None:
    async with opened(ShowScreen("Said", "first\nsecond")) as (host, _):
        assert "\nfirst" in host.shown
        assert "│" not in host.shown


async def test_w_writes_the_text_to_a_file_for_the_user_alone(tmp_path: Path) -> None:
    path = tmp_path / "said.txt"
    async with opened(ShowScreen("Said", "what\x1b was said"), ["w", "ctrl+u"]) as (host, pilot):
        await paste(pilot, str(path))
        await pilot.press("enter")
        await pilot.pause()
        assert path.read_text() == "what\x1b was said"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert "✓ written to" in host.shown
        await pilot.press("q")
        assert host.answers == [None]


async def test_a_file_that_exists_is_overwritten_on_the_second_enter_only(tmp_path: Path) -> None:
    path = tmp_path / "said.txt"
    path.write_text("old")
    async with opened(ShowScreen("Said", "new"), ["w", "ctrl+u"]) as (host, pilot):
        await paste(pilot, str(path))
        await pilot.press("enter")
        await pilot.pause()
        assert path.read_text() == "old"
        assert "enter again overwrites it" in host.words
        await pilot.press("enter")
        await pilot.pause()
        assert path.read_text() == "new"


async def test_giving_up_the_file_name_goes_back_to_the_text(tmp_path: Path) -> None:
    async with opened(ShowScreen("Said", "the text"), ["w", "escape"]) as (host, _):
        assert "the text" in host.shown
        assert host.answers == []


async def test_what_goes_wrong_while_writing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from mailferry.model.problem import MailferryError

    def full(path: Path, data: bytes) -> None:
        raise MailferryError("no room left on the disk")

    monkeypatch.setattr("mailferry.store.files.write_atomically", full)
    async with opened(ShowScreen("Said", "x"), ["w", "ctrl+u"]) as (host, pilot):
        await paste(pilot, str(tmp_path))
        await pilot.press("enter")
        await pilot.pause()
        assert "✗ no room left on the disk" in host.shown

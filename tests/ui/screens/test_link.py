"""A one-time link: its code stands there as long as it lives, and what happens is told."""

from __future__ import annotations

import asyncio
import datetime
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.widget import Widget

from mailferry.iphone.delivery.events import (
    Closed,
    Delivered,
    Event,
    Interrupted,
    Listening,
    NotRecorded,
    Pestered,
    Reason,
    Seen,
)
from mailferry.model.problem import MailferryError
from mailferry.ui.screens.link import LinkScreen
from tests.ui.screens.host import HARMLESS, HOSTILE, Host, opened

_URL = "http://192.168.178.123:54321/Zm9vYmFyYmF6cXV4MTIzNA-_AbCdEf/"
_PHONE = "iPhone, iOS 18.5, Safari"


class _Link:
    """A link without a server: tells what it is told to tell."""

    def __init__(self, url: str = _URL, problem: MailferryError | None = None) -> None:
        self.url = url
        self.problem = problem
        self.stopped = asyncio.Event()
        self.ended: str = ""
        self.tell: Callable[[Event], None] = lambda _event: None

    async def run(self, tell: Callable[[Event], None]) -> Reason:
        if self.problem is not None:
            raise self.problem
        self.tell = tell
        tell(Listening(self.url, f"{self.url}mum.mobileconfig"))
        try:
            await self.stopped.wait()
            self.ended = "stopped"
            return "stopped"
        except asyncio.CancelledError:
            self.ended = "cancelled"
            raise

    def stop(self) -> None:
        self.stopped.set()


def _screen(link: _Link, **wishes: tuple[str, ...]) -> LinkScreen:
    noon = datetime.datetime(2026, 11, 20, 20, 14)  # noqa: DTZ001  the time on the user's own clock
    return LinkScreen("Mum", link, lives=900, clock=lambda: noon, **wishes)


def _beside(host: Host) -> str:
    """What stands beside the code."""
    screen = host.screen
    assert isinstance(screen, LinkScreen)
    lines = screen.happening.render_lines(screen.happening.region.reset_offset)
    return " ".join("".join(strip.text + " " for strip in lines).split())


async def test_code_address_and_end_stand_on_eighty_by_twenty_four() -> None:
    link = _Link()
    async with opened(_screen(link, shown=("“Not Signed”.", "The passcode."))) as (host, _):
        assert len(_URL) >= 60
        assert _URL in host.shown
        assert "20:29" in _beside(host)
        assert "1. “Not Signed”. 2. The passcode." in _beside(host)
        assert "▄▀" in host.shown
        screen = host.screen
        for widget in screen.walk_children(Widget):
            assert screen.region.contains_region(widget.region), widget


@pytest.mark.parametrize("size", [(60, 20), (64, 24), (80, 20)])
async def test_a_window_too_small_for_the_code_says_what_to_do(size: tuple[int, int]) -> None:
    async with opened(_screen(_Link()), size=size) as (host, pilot):
        assert "▄▀" not in host.shown
        assert "make it 80 columns by 24 lines" in host.words
        assert _URL in "".join(host.shown.split())
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert "▄▀" in host.shown


async def test_without_unicode_the_address_stands_alone() -> None:
    async with opened(_screen(_Link()), ascii_only=True) as (host, _):
        assert "cannot draw the code" in host.words
        assert host.shown.isascii()
        assert _URL in host.shown


async def test_who_comes_is_told_with_the_time_and_made_harmless() -> None:
    link = _Link()
    async with opened(_screen(link)) as (host, pilot):
        for event in (
            Seen("192.168.1.7", _PHONE),
            Interrupted("192.168.1.7", _PHONE),
            Pestered("192.168.1.9"),
            Seen("192.168.1.8", HOSTILE),
        ):
            link.tell(event)
        await pilot.pause()
        assert f"20:14 {_PHONE} (192.168.1.7) opened the page" in _beside(host)
        assert "broke off; the link still works" in _beside(host)
        assert "192.168.1.9 asks for links that do not exist" in _beside(host)
        assert HARMLESS.split()[0] in _beside(host)
        assert "\x1b" not in host.shown


async def test_once_it_is_fetched_the_code_is_gone_and_leaving_asks_nothing() -> None:
    link = _Link()
    async with opened(_screen(link)) as (host, pilot):
        link.tell(Delivered("192.168.1.7", _PHONE))
        link.tell(NotRecorded("the disk is full"))
        link.tell(Closed("delivered"))
        await pilot.pause()
        assert f"20:14 {_PHONE} (192.168.1.7) has fetched it" in _beside(host)
        assert "the disk is full" in _beside(host)
        assert "has done its work" in _beside(host)
        assert "▄▀" not in host.shown
        assert _URL not in host.shown
        await pilot.press("escape")
        await pilot.pause()
        assert host.answers == [True]


async def test_time_that_is_up_is_told() -> None:
    link = _Link()
    async with opened(_screen(link)) as (host, pilot):
        link.tell(Closed("expired"))
        await pilot.pause()
        assert "Time is up; the link is dead. Nobody has fetched it." in host.words
        await pilot.press("enter")
        await pilot.pause()
        assert host.answers == [False]


async def test_escape_asks_while_nobody_has_fetched_it_and_then_stops_it() -> None:
    link = _Link()
    async with opened(_screen(link), ["escape"]) as (host, pilot):
        assert "Nobody has fetched it yet" in host.shown
        await pilot.press("k")
        await pilot.pause()
        assert not link.stopped.is_set()
        assert host.answers == []
        await pilot.press("escape")
        await pilot.pause()
        await pilot.press("s")
        await pilot.pause()
        assert link.stopped.is_set()
        assert host.answers == [False]
    assert link.ended


async def test_a_link_dies_with_its_screen_however_that_goes() -> None:
    link = _Link()
    async with opened(_screen(link)) as (host, pilot):
        host.pop_screen()
        await pilot.pause()
        assert link.ended == "cancelled"


async def test_a_link_dies_with_the_application() -> None:
    link = _Link()
    async with opened(_screen(link)) as (host, _):
        host.exit()
    assert link.ended == "cancelled"


async def test_why_nothing_can_listen_is_said() -> None:
    async with opened(_screen(_Link(problem=MailferryError("port 80 is taken")))) as (host, pilot):
        assert "✗ port 80 is taken" in host.shown
        await pilot.press("escape")
        await pilot.pause()
        assert host.answers == [False]


async def test_the_address_is_copied_and_shown_plain() -> None:
    async with opened(_screen(_Link()), ["c"]) as (host, pilot):
        assert host.copied == [_URL]
        await pilot.press("w")
        await pilot.pause()
        assert host.shown.count(_URL) == 1
        await pilot.press("escape")
        await pilot.pause()
        assert host.answers == []


@pytest.mark.real
@pytest.mark.parametrize("no_color", [False, True])
async def test_a_camera_reads_the_code_whatever_the_theme(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_color: bool
) -> None:
    if shutil.which("zbarimg") is None:
        pytest.skip("zbarimg is missing: apt-get install zbar-tools")
    if no_color:
        monkeypatch.setenv("NO_COLOR", "1")
    async with opened(_screen(_Link())) as (host, pilot):
        host.theme = "textual-light"
        await pilot.pause()
        picture = tmp_path / "screen.pbm"
        picture.write_text(_as_picture(host), encoding="ascii")
    read = subprocess.run(["zbarimg", "-q", "--raw", str(picture)], capture_output=True, check=True)
    assert read.stdout.decode().strip() == _URL


def _as_picture(host: Host) -> str:
    """The screen as a bitmap: each cell eight pixels by sixteen, dark where the terminal would be dark."""
    rows: list[str] = []
    for strip in host.screen._compositor.render_strips():
        upper: list[str] = []
        lower: list[str] = []
        for segment in strip.crop(0, 80):
            style = segment.style
            fore = style.color.get_truecolor() if style and style.color else (255, 255, 255)
            back = style.bgcolor.get_truecolor(foreground=False) if style and style.bgcolor else (0, 0, 0)
            for character in segment.text:
                top, bottom = {"█": (1, 1), "▀": (1, 0), "▄": (0, 1)}.get(character, (0, 0))
                for half, lit in ((upper, top), (lower, bottom)):
                    half.append("0" if sum(fore if lit else back) > 382 else "1")
        rows += [_stretched(upper)] * 8 + [_stretched(lower)] * 8
    return f"P1\n640 {len(rows)}\n" + "\n".join(rows) + "\n"


def _stretched(half: list[str]) -> str:
    return " ".join(each for each in half for _ in range(8))

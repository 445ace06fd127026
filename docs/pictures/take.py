"""Takes the pictures of the running interface: `make pictures`. Needs Chromium, which draws them."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import tempfile
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Literal
from unittest.mock import patch

os.environ.setdefault("COLORTERM", "truecolor")

from mailferry.catalog.discovery import online
from mailferry.catalog.discovery.question import Question
from mailferry.demonstration import Demonstration
from mailferry.editing import Editor
from mailferry.iphone.delivery import addresses, listening
from mailferry.iphone.delivery.addresses import LocalAddress
from mailferry.iphone.delivery.listening import Listener
from mailferry.model.account import Security
from mailferry.model.recommendation import RecommendedServer, SourceAnswer, SourceName
from mailferry.store.home import Home, prepare_home
from mailferry.ui.app import MailferryApp
from mailferry.ui.screens.confirm import ConfirmScreen
from mailferry.ui.screens.link import LinkScreen
from mailferry.ui.screens.looking_up import LookUpScreen
from mailferry.workspace import Workspace

FOLDER = Path(__file__).parent
WEB_FONTS = re.compile(r"@font-face \{.*?\}", re.DOTALL)
SIZE = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')


BLOCKS = re.compile(
    r'<text class="(?P<of>[^"]+)" x="(?P<x>[\d.]+)" y="(?P<y>[\d.]+)" textLength="(?P<wide>[\d.]+)"[^>]*>'
    r"(?P<said>(?:[█▀▄]|&#160;)+)</text>"
)
LINE_HEIGHT, ASCENT = 24.4, 18.5


def without_gaps(blocks: re.Match[str]) -> str:
    """A line of a QR code as rectangles: the block letters of most fonts leave gaps between lines."""
    said = blocks["said"].replace("&#160;", " ")
    wide, top = float(blocks["wide"]) / len(said), float(blocks["y"]) - ASCENT
    left = float(blocks["x"])
    return "".join(
        f'<rect class="{blocks["of"]}" shape-rendering="crispEdges" x="{left + place * wide:.2f}"'
        f' y="{top + (LINE_HEIGHT / 2 if letter == "▄" else 0):.2f}" width="{wide:.2f}"'
        f' height="{LINE_HEIGHT if letter == "█" else LINE_HEIGHT / 2:.2f}"/>'
        for place, letter in enumerate(said)
        if letter != " "
    )


def draw(svg: str, target: Path) -> None:
    """Turn a screenshot of Textual's into a PNG, with the fonts of this computer."""
    size = SIZE.search(svg)
    assert size is not None, "Textual's screenshots say how large they are"
    window = ",".join(str(round(float(each))) for each in size.groups())
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "picture.svg")
        source.write_text(BLOCKS.sub(without_gaps, WEB_FONTS.sub("", svg)), encoding="utf-8")
        options = (
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--disable-background-networking",
        )
        subprocess.run(
            [
                "chromium",
                *options,
                f"--user-data-dir={folder}/profile",
                f"--window-size={window}",
                f"--screenshot={target}",
                source.as_uri(),
            ],
            check=True,
            capture_output=True,
        )


async def take() -> None:
    """Press the keys a reader would, and keep what the screen shows."""
    with Demonstration() as demonstration:
        app = MailferryApp(demonstration.workspace, demonstration.editor, demo=True)
        async with app.run_test(size=(100, 30)) as pilot:
            await pilot.press("T")
            await app.workers.wait_for_complete()
            await pilot.pause()
            main = app.export_screenshot()
            await pilot.press("j", "j", "j", "j", "j")
            await pilot.pause()
            mum = app.export_screenshot()
            await pilot.press("m")
            await pilot.pause()
            grid = app.export_screenshot()
    draw(main, FOLDER / "main.png")
    draw(mum, FOLDER / "mum.png")
    draw(grid, FOLDER / "grid.png")


async def take_link() -> None:
    """Deliver an account that works; the link is open on this computer alone, whatever the picture says."""
    home_network = patch.object(addresses, "local_addresses", lambda _ssh: (LINKED,))
    here = patch.object(listening, "listen", partial(_listen_here, listening.listen))
    with home_network, here, Demonstration() as demonstration:
        app = MailferryApp(demonstration.workspace, demonstration.editor, demo=True)
        async with app.run_test(size=(100, 30)) as pilot:
            app.board.accounts.select("mum")
            await pilot.pause()
            await pilot.press("A", "ctrl+s", "t")
            await app.workers.wait_for_complete()
            await pilot.press("Q")
            while not isinstance(app.screen, LinkScreen):
                await pilot.press("o" if isinstance(app.screen, ConfirmScreen) else "enter")
                await pilot.pause(0.3)
            await pilot.pause(0.3)
            link = app.export_screenshot()
            await pilot.press("escape")
    draw(link, FOLDER / "link.png")


def _listen_here(listen: Callable[[str, int], Listener], _host: str, port: int) -> Listener:
    return listen("127.0.0.1", port)


LINKED = LocalAddress("192.168.178.20", "wlan0", "network")
ADDRESS = "joe@example.org"


def _server(protocol: Literal["imap", "smtp"], host: str, port: int, security: Security) -> RecommendedServer:
    return RecommendedServer(
        protocol=protocol, host=host, port=port, security=security, username=ADDRESS, auth=("password",)
    )


SENDING = _server("smtp", "smtp.example.org", 465, "tls")
READING = _server("imap", "imap.example.org", 993, "tls")
MADE_UP: dict[SourceName, SourceAnswer] = {
    "srv": SourceAnswer(source="srv", ok=True, incoming=(READING,), outgoing=(SENDING,)),
    "autoconfig": SourceAnswer(
        source="autoconfig", ok=True, name="Example", incoming=(READING,), outgoing=(SENDING,)
    ),
    "ispdb": SourceAnswer(
        source="ispdb",
        ok=True,
        incoming=(_server("imap", "mail.example.org", 143, "starttls"),),
        outgoing=(SENDING,),
    ),
}
"""What sources would say of a domain that is nobody's; no host is asked for a picture."""


def _saying(answer: SourceAnswer) -> Callable[[Question], Awaitable[SourceAnswer]]:
    async def ask(_question: Question) -> SourceAnswer:
        return answer

    return ask


async def take_look_up() -> None:
    """Look up an address about which sources contradict each other."""
    sources = {name: _saying(answer) for name, answer in MADE_UP.items()}
    made_up = patch.object(online, "all_sources", lambda: sources)
    with made_up, tempfile.TemporaryDirectory() as folder:
        home = Home(config=Path(folder), state=Path(folder, "state"))
        prepare_home(home)
        (home.accounts / "joe.toml").write_text(f'address = "{ADDRESS}"\n', encoding="utf-8")
        workspace = Workspace(home)
        app = MailferryApp(workspace, Editor(workspace))
        async with app.run_test(size=(100, 30)) as pilot:
            await pilot.press("L")
            await pilot.pause()
            await pilot.press("l")
            await pilot.pause()
            screen = app.screen
            assert isinstance(screen, LookUpScreen), "it was agreed to"
            while screen.look_up.running:
                await pilot.pause()
            await pilot.pause()
            found = app.export_screenshot()
    draw(found, FOLDER / "found.png")


if __name__ == "__main__":
    asyncio.run(take())
    asyncio.run(take_link())
    asyncio.run(take_look_up())

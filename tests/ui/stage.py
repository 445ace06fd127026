"""A home folder with accounts, and the interface on it, for tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from textual.pilot import Pilot

from mailferry.editing import Editor
from mailferry.store.home import Home, prepare_home
from mailferry.ui.app import MailferryApp
from mailferry.workspace import Workspace

MUM = """\
schema = 1
address = "mum@centurylink.net"
label = "Mum"
person = "Mum"

# the hotel said so
[incoming]
port = 143
security = "tls"
"""

ACCOUNTS = {
    "mum": MUM,
    "me": 'schema = 1\naddress = "me@icloud.com"\nlabel = "Me"\nperson = "Me"\n',
    "shop": 'schema = 1\naddress = "shop@fastmail.com"\nlabel = "Shop"\nperson = "Me"\ntags = ["work"]\n',
}


def home_with(folder: Path, accounts: Mapping[str, str] = ACCOUNTS) -> Home:
    """A prepared home folder with account files."""
    home = Home(config=folder, state=folder / "state")
    prepare_home(home)
    for name, text in accounts.items():
        (home.accounts / f"{name}.toml").write_text(text, encoding="utf-8")
    return home


class Stage:
    """The running interface and what a test does with it."""

    def __init__(self, app: MailferryApp, pilot: Pilot[int]) -> None:
        self.app = app
        self.pilot = pilot
        self.board = app.board
        self.desk = app.desk
        self.expected_defects: list[str] = []

    @property
    def shown(self) -> str:
        """What stands on the screen, line by line."""
        screen = self.app.screen
        return "\n".join(strip.text for strip in screen._compositor.render_strips())

    async def press(self, *keys: str) -> None:
        """Press keys and let everything they start come to rest."""
        for key in keys:
            await self.pilot.press(key)
            await self.settle()

    async def type(self, text: str) -> None:
        """Type a text, letter by letter."""
        await self.pilot.press(*("space" if each == " " else each for each in text))
        await self.settle()

    async def settle(self) -> None:
        """Let messages and repaints be done; dialogs that wait for an answer stay."""
        await self.pilot.pause()
        await self.pilot.pause()

    async def until(self, words: str) -> None:
        """Wait for words that the end of a thread brings to the screen."""
        for _ in range(100):
            if words in self.shown:
                return
            await self.pilot.pause()
        raise AssertionError(f"never shown: {words}\n{self.shown}")

    async def finish_test(self) -> None:
        """Wait until no test runs any more."""
        workers = [worker for worker in self.app.workers if worker.group == "tests"]
        if workers:
            await self.app.workers.wait_for_complete(workers)
        await self.settle()
        assert self.board.run is None

    async def finish_look_up(self) -> None:
        """Wait until no look-up runs any more."""
        workers = [worker for worker in self.app.workers if worker.group == "look-up"]
        if workers:
            await self.app.workers.wait_for_complete(workers)
        await self.settle()

    async def finish_verbs(self) -> None:
        """Wait until every action that was begun has come to its end."""
        workers = [worker for worker in self.app.workers if worker.group == "verbs"]
        if workers:
            await self.app.workers.wait_for_complete(workers)
        await self.settle()

    def text(self, name: str) -> str:
        """An account file as it is on disk."""
        return (self.desk.workspace.home.accounts / f"{name}.toml").read_text(encoding="utf-8")


@asynccontextmanager
async def staged(
    home: Home, size: tuple[int, int] = (100, 30), *, demo: bool = False
) -> AsyncIterator[Stage]:
    """The interface on a home folder, at rest."""
    workspace = Workspace(home)
    app = MailferryApp(workspace, Editor(workspace), demo=demo)
    async with app.run_test(size=size) as pilot:
        stage = Stage(app, pilot)
        await stage.settle()
        yield stage
        assert stage.app.defects == stage.expected_defects

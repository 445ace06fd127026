"""A bare application that a dialog is opened in, and what it then shows."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from textual.app import App
from textual.events import Paste
from textual.pilot import Pilot
from textual.screen import ModalScreen

_TEXT = re.compile(r'<text [^>]*\bx="([\d.]+)" y="([\d.]+)"[^>]*>(.*?)</text>')


class Host(App[None]):
    """Opens dialogs and keeps their answers."""

    def __init__(self, *, ascii_only: bool = False) -> None:
        super().__init__()
        self.animation_level = "none"
        self.answers: list[Any] = []
        self.copied: list[str] = []
        if ascii_only:
            self.add_class("-ascii")

    def copy_to_clipboard(self, text: str) -> None:
        self.copied.append(text)

    @property
    def shown(self) -> str:
        """What stands on the screen, line by line."""
        lines: dict[float, list[tuple[float, str]]] = {}
        for x, y, text in _TEXT.findall(self.export_screenshot()):
            lines.setdefault(float(y), []).append((float(x), html.unescape(text)))
        return "\n".join(
            "".join(text for _, text in sorted(line)) for _, line in sorted(lines.items())
        ).replace("\N{NO-BREAK SPACE}", " ")

    @property
    def words(self) -> str:
        """What stands on the screen, without frames and line breaks."""
        return " ".join(re.sub(r"[│╭╮╰╯─|]+", " ", self.shown).split())


@asynccontextmanager
async def opened(
    dialog: ModalScreen[Any],
    keys: Sequence[str] = (),
    *,
    size: tuple[int, int] = (80, 24),
    ascii_only: bool = False,
) -> AsyncIterator[tuple[Host, Pilot[None]]]:
    """The host with the dialog open and the keys pressed."""
    host = Host(ascii_only=ascii_only)
    async with host.run_test(size=size) as pilot:
        await host.push_screen(dialog, host.answers.append)
        await pilot.pause()
        await pilot.press(*keys)
        await pilot.pause()
        yield host, pilot


async def paste(pilot: Pilot[None], text: str) -> None:
    """Give the focused field a text at once; typing it would take a moment for each letter."""
    pilot.app.post_message(Paste(text))
    await pilot.pause()


HOSTILE = "[red]x[/] \x1b[31m\u202egnp"
"""Markup, an escape sequence and a right-to-left override, as a server or a file may hold them."""

HARMLESS = r"[red]x[/] \x1b[31m\u202egnp"
"""How the same must look."""

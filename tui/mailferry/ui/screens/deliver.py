"""How something is to come to an iPhone: by a link under one of the addresses here, by mail, as a folder."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from mailferry.ui.forecast import Forecast
from mailferry.ui.screens.dialog import Dialog
from mailferry.ui.screens.menu import Menu, Row
from mailferry.ui.screens.opener import Opener
from mailferry.ui.screens.reading import Reading, prose
from mailferry.ui.spans import said

Way = tuple[str, str, str]
"""An id, what the way is called, and what helps to choose it."""

Change = Callable[[], Awaitable[tuple[str, Forecast]]]
"""Asks for options, and gives them in a few words, and what is known, as they are afterwards."""


class DeliverScreen(Dialog[str]):
    """Asks for a way and answers with its id, or None; says before what the iPhone will show.

    Accounts that are not known to work go only on a second enter.
    """

    DEFAULT_CSS = """
    DeliverScreen {
        #ways { margin-bottom: 1; }
        #intro, #known { padding: 0 0 0 1; }
        &.-short #ways { margin-bottom: 0; }
        &.-short KeyLine { margin-top: 0; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("o", "options", "options", show=False)]
    keys: ClassVar[tuple[tuple[str, str], ...]] = (
        ("↑↓", "how"),
        ("enter", "go on"),
        ("PgDn", "read on"),
        ("esc", "cancel"),
    )

    def __init__(
        self, label: str, ways: Sequence[Way], forecast: Forecast, summary: str, change: Change
    ) -> None:
        super().__init__(f"Deliver: {label}")
        self.add_class("-wide")
        self.ways = ways
        self.forecast = forecast
        self.change = change
        self.agreed = False
        rows = [Row((said(name),), (said(hint, "dim"),)) for _, name, hint in ways]
        self.menu = Menu(rows, id="ways", share=0.3)
        self.intro = Reading(
            prose("A one-time link with its QR code, under this address:", "dim"), id="intro"
        )
        self.opener = Opener("Options (o)", summary)
        self.question = Reading(prose(""), id="question", share=0.15)
        self.known = Reading(lambda width: self.forecast.lines(width), id="known", share=0.3)

    def body(self) -> ComposeResult:
        """The ways, the options, and what is known."""
        yield self.intro
        yield self.menu
        yield self.opener
        yield self.question
        yield self.known

    @property
    def paged(self) -> Reading:
        """What is known."""
        return self.known

    def on_menu_picked(self, event: Menu.Picked) -> None:
        """Answer with the way, unless there is a doubt that was not told of yet."""
        if self.forecast.refusals:
            self.question.show(prose("This cannot be delivered; below is why.", "bad", mark="✗ "))
            return
        way, name, _ = self.ways[event.place]
        if name.endswith("…"):  # it asks for more, and about doubts after that
            self.finish(way)
            return
        if self.forecast.doubt and not self.agreed:
            self.agreed = True
            words = f"{self.forecast.doubt} Enter again delivers it all the same."
            self.question.show(prose(words, "warn", mark="! "))
            return
        self.finish(way)

    def on_opener_opened(self) -> None:
        """Enter on the options changes them."""
        self.action_options()

    @work
    async def action_options(self) -> None:
        """Change the profile's options; what is known follows."""
        summary, self.forecast = await self.change()
        self.agreed = False
        self.opener.show(summary)
        self.question.show(prose(""))
        self.known.renew()

"""What to take to the iPhone, and where to write it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Literal

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Size

from mailferry.model.config import Language
from mailferry.ui.forecast import Forecast
from mailferry.ui.screens.dialog import Dialog
from mailferry.ui.screens.field import Field
from mailferry.ui.screens.menu import Menu, Row
from mailferry.ui.screens.opener import Opener
from mailferry.ui.screens.phone_picks import IOS, LANGUAGES, NEWEST
from mailferry.ui.screens.pick import Pick
from mailferry.ui.screens.reading import Reading
from mailferry.ui.screens.target import TargetCheck, target
from mailferry.ui.spans import Span

ExportKind = Literal["profile", "html", "text", "markdown", "leaving"]

_NAMES: dict[ExportKind, tuple[str, str]] = {
    "profile": ("Configuration profile", "fills in all but the password"),
    "html": ("Instructions, HTML page", "with pictures, to print"),
    "text": ("Instructions, plain text", "to read out"),
    "markdown": ("Instructions, Markdown", "to put on a page"),
    "leaving": ("Sheet for leaving", "what to remove, what to revoke"),
}


@dataclass(frozen=True)
class Offer:
    """Something that can be written, by default to `path`, and what is known of it before."""

    kind: ExportKind
    path: Path
    forecast: Forecast = field(default_factory=Forecast)


@dataclass(frozen=True)
class ExportChoice:
    """What to write, to which file; sheets are made for a version of iOS in a language."""

    kind: ExportKind
    path: Path
    ios: int = NEWEST
    lang: Language = "en"


@dataclass(frozen=True)
class Options:
    """How the profile's options are set, in a few words, and what changes them.

    `change` asks, and gives the words and the profile's offer as they are afterwards.
    """

    summary: str
    change: Callable[[], Awaitable[tuple[str, Offer]]]


_REST = 18
"""Rows of a window that everything but what is known takes."""


class _Known(Reading):
    """As many lines as the rest of the dialog leaves room for."""

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        lines = super().get_content_height(container, viewport, width)
        return min(lines, max(viewport.height - _REST, viewport.height // 4))


class ExportScreen(Dialog[ExportChoice]):
    """Asks what to export of an account, where to and for which iPhone; answers with the choice or None.

    A file that exists is overwritten only on a second enter, and accounts that are not known to work are
    exported only on a second one. Each kind keeps the path typed for it. `delivers` says afterwards that
    nothing is to be written but a link to be opened.
    """

    DEFAULT_CSS = """
    ExportScreen {
        #kinds { margin-bottom: 1; }
        #known { padding: 0 0 0 1; }
        &.-short #kinds { margin-bottom: 0; }
        &.-short KeyLine { margin-top: 0; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "write", "write", show=False),
        Binding("o", "options", "options", show=False),
        Binding("Q", "deliver", "deliver", show=False),
    ]
    keys: ClassVar[tuple[tuple[str, str], ...]] = (
        ("↑↓", "what"),
        ("tab", "next"),
        ("enter", "write"),
        ("Q", "link"),
        ("esc", "cancel"),
    )

    def __init__(
        self,
        label: str,
        offers: Sequence[Offer],
        *,
        ios: int = NEWEST,
        lang: Language = "en",
        options: Options | None = None,
    ) -> None:
        super().__init__(f"To the iPhone: {label}")
        self.offers = list(offers)
        self.options = options
        self.place = 0
        self.paths = [str(offer.path) for offer in offers]
        self.checks = [TargetCheck(offer.path.name) for offer in offers]
        self.delivers = False
        self.agreed: set[tuple[str, ...]] = set()  # what of accounts that may not work was shown twice
        self.kinds = Menu(self._rows(), id="kinds")
        self.ios: Pick[int] = Pick("iOS version", IOS, ios if ios in IOS else NEWEST)
        self.lang = Pick("Language   ", LANGUAGES, lang)
        self.opener = Opener("Options (o)", options.summary if options is not None else "")
        self.field = Field("File", self.paths[0])
        self.field.note.share = 0.1
        self.known = _Known(lambda width: self.offer.forecast.lines(width), id="known")

    @property
    def offer(self) -> Offer:
        """The highlighted offer."""
        return self.offers[self.place]

    def body(self) -> ComposeResult:
        """What, for which iPhone or with which options, where, and what to know about it."""
        yield self.kinds
        yield self.ios
        yield self.lang
        yield self.opener
        yield self.field
        yield self.known

    @property
    def paged(self) -> Reading:
        """What to know about the offer."""
        return self.known

    def on_mount(self) -> None:
        """Begin with the first that can be written."""
        makes = [each.kind != "leaving" and not each.forecast.refusals for each in self.offers]
        places = (place for place, can_be_written in enumerate(makes) if can_be_written)
        self.kinds.cursor = next(places, 0)
        self._follow()

    def on_lines_moved(self) -> None:
        """Everything below follows what is highlighted."""
        self._follow()

    def on_input_changed(self) -> None:
        """Keep what is typed with its kind."""
        if self.field.value != self.paths[self.place]:
            self.paths[self.place] = self.field.value
            self.field.rest()

    def on_input_submitted(self) -> None:
        """Enter in the field writes."""
        self.action_write()

    def on_menu_picked(self) -> None:
        """Enter on what to write writes it."""
        self.action_write()

    def on_opener_opened(self) -> None:
        """Enter on the options changes them."""
        self.action_options()

    @work
    async def action_options(self) -> None:
        """Change the profile's options; what is known of it follows."""
        if self.options is None or not self.opener.display:
            return
        summary, offer = await self.options.change()
        self.offers = [offer if each.kind == offer.kind else each for each in self.offers]
        self.opener.show(summary)
        self.kinds.rows = self._rows()
        self.kinds.redraw()
        self.field.rest()
        self.known.renew()

    def action_deliver(self) -> None:
        """Leave, to deliver it instead."""
        self.delivers = True
        self.finish(None)

    def action_write(self) -> None:
        """Leave with the choice, if it can be written; enter on a pick comes here by itself."""
        forecast = self.offer.forecast
        if forecast.refusals:
            self.field.complain("this cannot be written; below is why, and what works instead")
            return
        problem = self.checks[self.place](self.field.value)
        if problem is None and forecast.unproven and forecast.unproven not in self.agreed:
            self.agreed.add(forecast.unproven)
            problem = f"{_doubt(forecast.unproven)} Enter again writes it all the same."
        if problem is not None:
            self.field.complain(problem)
            return
        path = target(self.field.value, self.offer.path.name)
        self.finish(ExportChoice(self.offer.kind, path, self.ios.value, self.lang.value))

    def _follow(self) -> None:
        self.paths[self.place] = self.field.value
        self.place = self.kinds.cursor
        self.field.value = self.paths[self.place]
        self.field.rest()
        sheet = self.offer.kind != "profile"
        self.ios.display = self.lang.display = sheet
        self.opener.display = not sheet and self.options is not None
        self.known.renew()

    def _rows(self) -> list[Row]:
        return [_row(offer) for offer in self.offers]


def _doubt(unproven: Sequence[str]) -> str:
    return unproven[0] if len(unproven) == 1 else "Not all of this is known to work."


def _row(offer: Offer) -> Row:
    name, use = _NAMES[offer.kind]
    refused = bool(offer.forecast.refusals)
    right = Span("✗ not for this account", "bad") if refused else Span(use, "dim")
    return Row((Span(name),), (right,))

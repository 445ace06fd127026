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
from mailferry.ui.screens.target import TargetError, target
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


_REST = 16
"""Rows of a low window that everything but what is known takes."""


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
        Binding("f1", "read", "read all", show=False),
    ]
    keys: ClassVar[tuple[tuple[str, str], ...]] = (
        ("enter", "write"),
        ("o", "options"),
        ("Q", "link"),
        ("PgDn", "read on"),
        ("f1", "all of it"),
        ("esc", "cancel"),
    )
    VERTICAL_BREAKPOINTS = [(0, "-short"), (32, "-tall")]  # noqa: RUF012  Textual types it per instance

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
        self.add_class("-wide")
        self.offers = list(offers)
        self.options = options
        self.place = 0
        self.paths = [str(offer.path) for offer in offers]
        self.delivers = False
        self.agreed: set[object] = set()  # doubts and files for which a second enter was asked
        self.kinds = Menu(self._rows(), id="kinds")
        self.ios: Pick[int] = Pick("iOS version", IOS, ios if ios in IOS else NEWEST)
        self.lang = Pick("Language   ", LANGUAGES, lang)
        self.opener = Opener("Options (o)", options.summary if options is not None else "")
        self.field = Field("File", self.paths[0])
        self.field.note.share = 0.15
        self.known = _Known(lambda width: self.offer.forecast.lines(width), id="known")

    @property
    def offer(self) -> Offer:
        """The highlighted offer."""
        return self.offers[self.place]

    def body(self) -> ComposeResult:
        """What, for which iPhone, where, with which options, and what to know about it."""
        yield self.kinds
        yield self.ios
        yield self.lang
        yield self.field
        yield self.opener
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
        self.agreed.clear()
        self.opener.show(summary)
        self.kinds.rows = self._rows()
        self.kinds.redraw()
        self.field.rest()
        self.known.renew()

    def action_read(self) -> None:
        """Show all that is known by itself."""
        from mailferry.ui.screens.show import ShowScreen

        lines = self.offer.forecast.lines
        text = "\n".join("".join(span.text for span in line) for line in lines(100))
        self.app.push_screen(ShowScreen(_NAMES[self.offer.kind][0], text, writer=lines))

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
        try:
            path = target(self.field.value, self.offer.path.name)
        except TargetError as error:
            self.field.complain(str(error))
            return
        doubts: dict[object, str] = {(forecast.unproven, forecast.removes_first): forecast.doubt}
        if path.exists():
            doubts[path] = f"{path.name} exists and is overwritten."
        asked = {doubt: words for doubt, words in doubts.items() if words and doubt not in self.agreed}
        if asked:
            self.agreed.update(asked)
            self.field.complain(f"{' '.join(asked.values())} Enter again writes it all the same.")
            return
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


def _row(offer: Offer) -> Row:
    name, use = _NAMES[offer.kind]
    refused = bool(offer.forecast.refusals)
    right = Span("✗ not for this account", "bad") if refused else Span(use, "dim")
    return Row((Span(name),), (right,))

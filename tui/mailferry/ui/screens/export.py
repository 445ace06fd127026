"""What to take to the iPhone, and where to write it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from mailferry.ui.screens.dialog import Dialog
from mailferry.ui.screens.field import Field
from mailferry.ui.screens.menu import Menu, Row
from mailferry.ui.screens.pick import Pick
from mailferry.ui.screens.reading import Reading
from mailferry.ui.screens.target import TargetCheck, target
from mailferry.ui.spans import Line, Span, Tone, wrapped

ExportKind = Literal["profile", "text", "markdown"]

IOS_VERSIONS = (15, 16, 17, 18, 26)
"""Between 18 and 26 there is none: Apple went over to the year."""

_NAMES: dict[ExportKind, tuple[str, str]] = {
    "profile": ("Configuration profile", "fills in all but the password"),
    "text": ("Instructions, plain text", "to print or to read out"),
    "markdown": ("Instructions, Markdown", "to send or to put on a page"),
}


@dataclass(frozen=True)
class Offer:
    """Something that can be written: where by default, why it cannot be after all, what to know before."""

    kind: ExportKind
    path: Path
    refusals: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class ExportChoice:
    """What to write, to which file, for which version of iOS."""

    kind: ExportKind
    path: Path
    ios: int


class ExportScreen(Dialog[ExportChoice]):
    """Asks what to export of an account, where to and for which iOS; answers with the choice or None.

    A file that exists is overwritten only on a second enter. Each kind keeps the path typed for it.
    """

    DEFAULT_CSS = """
    ExportScreen {
        #kinds { margin-bottom: 1; }
        #known { padding: 0 0 0 1; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "write", "write", show=False)]
    keys: ClassVar[tuple[tuple[str, str], ...]] = (
        ("↑↓", "what"),
        ("tab", "next field"),
        ("enter", "write"),
        ("esc", "cancel"),
    )

    def __init__(self, label: str, offers: Sequence[Offer], *, ios: int = IOS_VERSIONS[-1]) -> None:
        super().__init__(f"To the iPhone: {label}")
        self.offers = offers
        self.place = 0
        self.paths = [str(offer.path) for offer in offers]
        self.checks = [TargetCheck(offer.path.name) for offer in offers]
        self.kinds = Menu([_row(offer) for offer in offers], id="kinds")
        self.ios = Pick("iOS version", IOS_VERSIONS, ios if ios in IOS_VERSIONS else IOS_VERSIONS[-1])
        self.field = Field("File", self.paths[0])
        self.known = Reading(lambda width: _known(self.offer, width), id="known", share=0.3)

    @property
    def offer(self) -> Offer:
        """The highlighted offer."""
        return self.offers[self.place]

    def body(self) -> ComposeResult:
        """What, for which iOS, where, and what to know about it."""
        yield self.kinds
        yield self.ios
        yield self.field
        yield self.known

    @property
    def paged(self) -> Reading:
        """What to know about the offer."""
        return self.known

    def on_mount(self) -> None:
        """Begin with the first that can be written."""
        self.kinds.cursor = next((place for place, each in enumerate(self.offers) if not each.refusals), 0)
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

    def action_write(self) -> None:
        """Leave with the choice, if it can be written; enter on the version comes here by itself."""
        if self.offer.refusals:
            self.field.complain("this cannot be written; below is why, and what works instead")
            return
        problem = self.checks[self.place](self.field.value)
        if problem is not None:
            self.field.complain(problem)
            return
        path = target(self.field.value, self.offer.path.name)
        self.finish(ExportChoice(self.offer.kind, path, self.ios.value))

    def _follow(self) -> None:
        self.paths[self.place] = self.field.value
        self.place = self.kinds.cursor
        self.field.value = self.paths[self.place]
        self.field.rest()
        self.ios.tell("any; a profile is the same for all" if self.offer.kind == "profile" else "")
        self.known.show(lambda width: _known(self.offer, width))


def _row(offer: Offer) -> Row:
    name, use = _NAMES[offer.kind]
    right = Span("✗ not for this account", "bad") if offer.refusals else Span(use, "dim")
    return Row((Span(name),), (right,))


def _known(offer: Offer, width: int) -> list[Line]:
    lines: list[Line] = []
    marked: tuple[tuple[str, Tone, tuple[str, ...]], ...] = (
        ("✗ ", "bad", offer.refusals),
        ("! ", "warn", offer.warnings),
    )
    for mark, tone, texts in marked:
        for text in texts:
            first, *rest = wrapped(text, width - len(mark), "plain")
            lines += [(Span(mark, tone), *first), *((Span(" " * len(mark)), *line) for line in rest)]
    return lines

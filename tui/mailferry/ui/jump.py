"""Jump mode: letters over panes and rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from string import ascii_lowercase
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Key
from textual.geometry import Offset
from textual.screen import ModalScreen
from textual.widgets import Static

from mailferry.ui.actions import Pane
from mailferry.ui.framed import Framed
from mailferry.ui.lines import Lines

if TYPE_CHECKING:
    from mailferry.ui.board import Board

_LETTERS = ascii_lowercase + "0123456789"


class Target:
    """A place that can be jumped to: a pane, or a row in it."""

    def __init__(
        self, pane: Pane, place: Offset, stop: int | None = None, go: Callable[[int], None] | None = None
    ) -> None:
        self.pane = pane
        self.place = place
        self.stop = stop
        self._go = go

    def go(self) -> None:
        """Put the cursor on the row."""
        if self._go is not None and self.stop is not None:
            self._go(self.stop)


def targets(board: Board) -> list[Target]:
    """The panes that are in view, and then the rows of them."""
    frames = [frame for frame in board.query(Framed) if frame.region.area and frame.display]
    panes = [frame.lines for frame in frames]
    found = [Target(frame.lines.pane, frame.region.offset) for frame in frames]
    if board.source is not None and board.source.region.area:
        found.append(Target("source", board.source.region.offset))
    rows = [row for widget in panes for row in _rows(widget)]
    return (found + rows)[: len(_LETTERS)]


def _rows(widget: Lines) -> Iterator[Target]:
    top = widget.top
    content = widget.content_region
    for stop, covered in enumerate(widget.page.stops):
        if top <= covered.start < top + content.height:
            place = Offset(content.x, content.y + covered.start - top)
            yield Target(widget.pane, place, stop, widget.go)


class Letter(Static, can_focus=True):
    """A letter over a target. One of them has the focus, so that keys arrive."""


class JumpScreen(ModalScreen[Target | None]):
    """Letters over the targets; the typed one is the answer, anything else cancels."""

    DEFAULT_CSS = """
    JumpScreen { background: transparent; layers: letters; }
    Letter {
        layer: letters; position: absolute; width: 3; height: 1;
        color: $accent; background: $background; text-style: bold reverse;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "cancel", show=False)]

    def __init__(self, places: Sequence[Target]) -> None:
        super().__init__()
        self._places = dict(zip(_LETTERS, places, strict=False))

    def compose(self) -> ComposeResult:
        """One letter over each target."""
        for letter, target in self._places.items():
            label = Letter(f" {letter} ", markup=False)
            label.styles.offset = target.place
            yield label

    def on_key(self, event: Key) -> None:
        """Any key ends the jump."""
        event.stop()
        self.dismiss(self._places.get(event.character or ""))

"""How the panes lie in the window: side by side or turned, with titles, and the hints below."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from textual.app import ComposeResult
from textual.containers import Container
from textual.events import DescendantFocus, Resize
from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from mailferry.ui.actions import FIELD_HINTS, FOOTER, Pane, action_of
from mailferry.ui.bars import Header, Hints
from mailferry.ui.frame import SMALLEST, Frame, frame_for, title
from mailferry.ui.framed import Framed
from mailferry.ui.glyphs import to_ascii
from mailferry.ui.inline import InlineInput
from mailferry.ui.keymap import keys_of
from mailferry.ui.lines import Lines

if TYPE_CHECKING:
    from mailferry.ui.app import MailferryApp
    from mailferry.ui.panes.source import SourcePane


class Tiling(Screen[None]):
    """Panes in their frames. Knows where they are and which has the focus, not what they show."""

    AUTO_FOCUS = "#accounts"

    def __init__(self, panes: tuple[Lines, ...], *, demo: bool) -> None:
        super().__init__()
        self.header = Header(demo=demo)
        self.hints = Hints()
        self.source: SourcePane | None = None
        self.file: Path | None = None  # what the TOML text shows; None: the form stands in its place
        self.frame: Frame = "wide"
        self.turned: Pane = "settings"
        self._panes = panes
        self._titles: dict[Pane, str] = {}

    def compose(self) -> ComposeResult:
        """Header, panes, hints, and the sentence for a window in which they have no room."""
        self._choose_frame(self.app.size)  # now already, so that nothing is painted twice
        yield self.header
        yield Container(*map(Framed, self._panes), id="panes")
        yield self.hints
        yield Static("window too small (needs {}×{})".format(*SMALLEST), id="small", markup=False)

    @property
    def ferry(self) -> MailferryApp:
        """The application, by its own type."""
        return cast("MailferryApp", self.app)

    @property
    def field(self) -> InlineInput | None:
        """The field that is being typed into, if one is open over a pane."""
        return next(iter(self.query(".field").results(InlineInput)), None)

    @property
    def middle(self) -> Pane:
        """What stands in the middle: the form or the TOML text."""
        return "settings" if self.file is None else "source"

    @property
    def pane(self) -> Pane:
        """The pane that has the focus, or had it before a field was opened over it."""
        for widget in self.focused.ancestors_with_self if self.focused else ():
            if isinstance(widget, Lines | InlineInput):
                return widget.pane
            if widget is self.source:
                return "source"
        return "accounts"

    def focus_pane(self, pane: Pane) -> None:
        """Go to a pane, turning to it where not all are side by side."""
        if pane in ("settings", "source"):
            pane = self.middle
        if pane != "accounts":
            self.turn(pane)
        target = self.source.area if pane == "source" and self.source else self.query_one(f"#{pane}")
        self.set_focus(target, scroll_visible=False)  # at once: the next key may have arrived already

    def turn(self, pane: Pane) -> None:
        """Put a pane in front, where not all are side by side."""
        self.turned = "settings" if pane == "source" else pane
        for each in ("settings", "recommended", "test"):
            self.set_class(each == self.turned, f"-turn-{each}")
        self.set_class(self.file is not None, "-source")
        self.retitle()

    def on_resize(self, event: Resize) -> None:
        """Choose the frame for the size."""
        self._choose_frame(event.size)

    def _choose_frame(self, size: Size) -> None:
        self.frame = frame_for(*size)
        for each in ("small", "narrow", "wide", "large"):
            self.set_class(each == self.frame, f"-{each}")
        self.turn(self.turned)

    def on_descendant_focus(self, _event: DescendantFocus) -> None:
        """Titles and hints follow the focus."""
        self.retitle()

    def retitle(self) -> None:
        """Write the titles of the panes and the hints below."""
        focused = self.pane
        frames: list[tuple[Pane, Widget]] = [(each.lines.pane, each) for each in self.query(Framed)]
        if self.source is not None:
            frames.append(("source", self.source))
        for pane, frame in frames:
            words = title(pane, focused=pane == focused, frame=self.frame, middle=self.middle)
            if self.app.has_class("-ascii"):
                words = to_ascii(words)
            if words != self._titles.get(pane):  # setting a title repaints the whole pane
                self._titles[pane] = frame.border_title = words
        self.hint()

    def offers(self, _action_id: str) -> bool:
        """Whether an action makes sense at the moment, so that the footer may name it."""
        return True

    def hint(self) -> None:
        """Say below the panes which keys matter now."""
        focused = self.pane
        keymap = self.ferry.keymap
        f1, *others = keys_of(action_of("help"), keymap)
        if self.field is not None:
            self.hints.show(FIELD_HINTS[focused], f1)
            return
        hints = tuple(
            (_key_in(focused, keys_of(each, keymap)), each.label)
            for each in map(action_of, FOOTER[focused])
            if self.offers(each.id)
        )
        self.hints.show(hints, f1 if focused == "source" or not others else others[0])


def _key_in(pane: Pane, keys: tuple[str, ...]) -> str:
    """The key of an action that works in a pane: in the TOML text letters are typed."""
    return next((key for key in keys if pane != "source" or len(key) > 1), keys[0])

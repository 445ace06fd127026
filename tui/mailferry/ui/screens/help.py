"""Which keys there are: those of the pane first, then all others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from mailferry.ui.actions import Action
from mailferry.ui.screens.dialog import Dialog
from mailferry.ui.screens.field import Field
from mailferry.ui.screens.matching import holds
from mailferry.ui.screens.reading import Reading
from mailferry.ui.spans import EMPTY, Line, Span, hanging, said, width_of, wrapped

_WIDEST_KEYS = 16


class HelpScreen(Dialog[None]):
    """Shows what the focused pane is for and every key; what is typed narrows them down.

    `actions` come with their keys as people write them.
    """

    DEFAULT_CSS = """
    HelpScreen {
        .frame { height: 100%; }
        #keys { height: 1fr; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "scroll('down')", "down", show=False),
        Binding("up", "scroll('up')", "up", show=False),
        Binding("f1,enter", "cancel", "back", show=False),
    ]
    keys: ClassVar[tuple[tuple[str, str], ...]] = (("type", "to search"), ("↑↓", "scroll"), ("esc", "back"))

    def __init__(self, pane: str, actions: Sequence[Action], intro: str) -> None:
        super().__init__("Help")
        self.add_class("-wide")
        self.pane = pane
        self.actions = actions
        self.intro = intro
        self.wanted = ""
        self.reading = Reading(self._write, id="keys")

    def body(self) -> ComposeResult:
        """The field to search with, and the keys."""
        yield Field("Search")
        yield self.reading

    @property
    def paged(self) -> Reading:
        """The keys."""
        return self.reading

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show the keys that hold the words typed."""
        self.wanted = event.value
        self.reading.renew()

    def on_input_submitted(self) -> None:
        """Enter leaves: what is read is read."""
        self.finish(None)

    def action_scroll(self, motion: str) -> None:
        """Scroll from within the field."""
        self.reading.action_move(motion)

    def _write(self, width: int) -> list[Line]:
        found = [each for each in self.actions if holds(self.wanted, each.label, each.help, *each.keys)]
        here = [each for each in found if self.pane in each.panes]
        elsewhere = [each for each in found if self.pane not in each.panes]
        lines: list[Line] = [] if self.wanted else [*wrapped(self.intro, width), EMPTY]
        for heading, actions in (("Here", here), ("Elsewhere", elsewhere)):
            if actions:
                lines += [(Span(heading, "accent"),), *_table(actions, width), EMPTY]
        return lines if found else [(Span("no key does that", "dim"),)]


def _table(actions: Sequence[Action], width: int) -> list[Line]:
    indent = min(max(width_of((said(" ".join(each.keys)),)) for each in actions), _WIDEST_KEYS) + 2
    lines: list[Line] = []
    for each in actions:
        keys = said(" ".join(each.keys), "bold") if each.keys else Span("palette (:)", "dim")
        if width_of((keys,)) > _WIDEST_KEYS:
            lines.append((keys,))
            keys = Span("")
        lines += hanging(keys, said(each.help), width, indent=indent)
    return lines

"""A look-up online: who has answered so far, then what was found and who says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from mailferry.ui.looking import HostAsked, LookUp, LookUpEnded, SourceAnswered, run_look_up
from mailferry.ui.panes.found_lines import outcome_lines, progress_lines
from mailferry.ui.screens.dialog import Dialog, KeyLine
from mailferry.ui.screens.reading import Reading, prose
from mailferry.ui.spans import Line, text_of

if TYPE_CHECKING:
    from mailferry.model.recommendation import Recommendation
    from mailferry.workspace import Workspace

_PLAIN_WIDTH = 76
"""Cells of a line in the text that can be copied or written to a file."""


class LookUpScreen(Dialog["Recommendation"]):
    """Asks all sources at once, and answers with what the user takes of it, or None.

    Escape while it runs ends the asking and keeps what has answered. `look_up.found` is there afterwards
    also when it was not taken.
    """

    DEFAULT_CSS = """
    LookUpScreen {
        .frame { height: 100%; }
        #matter { height: 1fr; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", "take", show=False),
        Binding("g", "guess", "guess", show=False, priority=True),  # in what is read, g is the first line
        Binding("w", "whole", "whole text", show=False),
    ]
    keys: ClassVar[tuple[tuple[str, str], ...]] = (("esc", "stop, keep what has answered"),)

    def __init__(self, workspace: Workspace, address: str, provider: str | None = None) -> None:
        super().__init__(f"Looking up {address}")
        self.add_class("-wide")
        self.workspace = workspace
        self.look_up = LookUp(address, provider)
        self.reading = Reading(self._write, id="matter", focusable=True)

    def body(self) -> ComposeResult:
        """The answers, or what was found."""
        yield self.reading

    @property
    def paged(self) -> Reading:
        """The answers, or what was found."""
        return self.reading

    @property
    def takeable(self) -> Recommendation | None:
        """What was found, where following it would change something."""
        found = self.look_up.found
        return None if found is None or found.how in ("own", "domain", "none") else found

    def on_mount(self) -> None:
        """Begin to ask."""
        self._ask()

    def on_host_asked(self, event: HostAsked) -> None:
        """Name a host."""
        event.look_up.asked.setdefault(event.asking.host, event.asking.about)
        self._tell(event.look_up)

    def on_source_answered(self, event: SourceAnswered) -> None:
        """Show an answer."""
        event.look_up.answers[event.answer.source] = event.answer
        self._tell(event.look_up)

    def on_look_up_ended(self, event: LookUpEnded) -> None:
        """Show what was found, from its beginning."""
        event.look_up.found, event.look_up.problem = event.found, event.problem
        if event.look_up is self.look_up:
            self.reading.show(self._write)
            self._name_keys()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """g guesses only where nothing was found and guessing was not tried."""
        if action == "guess":
            return self.look_up.may_guess
        return super().check_action(action, parameters)

    def action_take(self) -> None:
        """Leave with what was found; where nothing can be taken, just leave."""
        if not self.look_up.running:
            self.finish(self.takeable)

    def action_guess(self) -> None:
        """Ask once more, and if still nobody names servers, try the usual names."""
        self.look_up = LookUp(self.look_up.address, self.look_up.provider, guess=True)
        self._ask()

    def action_cancel(self) -> None:
        """Stop the asking; when it is over, leave without taking anything."""
        if self.look_up.running:
            self.look_up.stop.set()
            self.reading.redraw()
        else:
            self.finish(None)

    def action_whole(self) -> None:
        """Show all of it by itself, to copy or to write to a file."""
        from mailferry.ui.screens.show import ShowScreen

        text = "\n".join(text_of(line).rstrip() for line in self._write(_PLAIN_WIDTH))
        self.app.push_screen(ShowScreen(self.heading, text, file_name="look-up.txt"))

    def _ask(self) -> None:
        self.reading.show(self._write)
        self._name_keys()
        self.run_worker(run_look_up(self, self.workspace, self.look_up), group="look-up", exclusive=True)

    def _tell(self, look_up: LookUp) -> None:
        if look_up is self.look_up and look_up.running:
            self.reading.redraw()

    def _write(self, width: int) -> list[Line]:
        if self.look_up.problem is not None:
            return list(prose(str(self.look_up.problem), "bad", mark="✗ ")(width))
        if self.look_up.found is None:
            return progress_lines(self.look_up, width)
        return outcome_lines(self.look_up, self.look_up.found, width)

    def _name_keys(self) -> None:
        keys: list[tuple[str, str]] = []
        if self.look_up.running:
            keys = list(self.keys)
        else:
            if self.takeable is not None:
                keys.append(("enter", "take the guess" if self.takeable.how == "guess" else "take it"))
            if self.look_up.may_guess:
                keys.append(("g", "guess: try usual names"))
            keys += [("esc", "leave it"), ("↑↓", "scroll"), ("w", "whole text")]
        self.query_one(KeyLine).show(tuple(keys))

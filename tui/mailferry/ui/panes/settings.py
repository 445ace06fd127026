"""The form of the selected account."""

from __future__ import annotations

from typing import ClassVar

from textual.geometry import Region

from mailferry.ui.actions import Pane
from mailferry.ui.lines import Lines, Page
from mailferry.ui.panes.form_rows import FormRow, form_rows
from mailferry.ui.panes.settings_lines import LABEL, settings_page
from mailferry.ui.spans import wrapped
from mailferry.ui.subject import Subject


class SettingsPane(Lines):
    """An account's effective settings: own values in full, inherited ones dimmed, with their origin."""

    pane: ClassVar[Pane] = "settings"

    def __init__(self) -> None:
        super().__init__(id="settings")
        self.subject: Subject | None = None
        self.rows: list[FormRow] = []
        self._notes: dict[str, str] = {}

    @property
    def row(self) -> FormRow | None:
        """The highlighted row."""
        return self.rows[self.cursor] if self.rows and self.page.stops else None

    def show(self, subject: Subject | None) -> None:
        """Show another account, or the same one as it is now; the highlighted row stays."""
        if self.subject is None or subject is None or subject.id != self.subject.id:
            self._notes.clear()
        key = self.row.key if self.row else ""
        self.subject = subject
        self.rows = form_rows(subject.known) if subject and subject.known else []
        self.cursor = next((index for index, row in enumerate(self.rows) if row.key == key), self.cursor)
        self.redraw()

    def note(self, key: str, message: str | None) -> None:
        """Put a message under a row, or take it away."""
        if message is None:
            self._notes.pop(key, None)
        else:
            self._notes[key] = message
        self.redraw()

    def select(self, key: str) -> None:
        """Highlight the row of a key, if there is one."""
        for index, row in enumerate(self.rows):
            if row.key == key:
                self.go(index)

    def value_region(self) -> Region | None:
        """Where on the screen the highlighted row's value stands, for the field that is laid over it."""
        if self.row is None:
            return None
        first = self.page.stops[self.cursor].start - self.top
        content = self.content_region
        return Region(content.x + LABEL, content.y + first, content.width - LABEL - 1, 1)

    def build(self, width: int) -> Page:
        """The form, or that nothing is selected."""
        if self.subject is None:
            return Page(wrapped("Nothing selected.", width, "dim"))
        return settings_page(self.subject, self.rows, width, self._notes)

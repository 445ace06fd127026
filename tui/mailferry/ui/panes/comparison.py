"""The account against its recommendation, field by field."""

from __future__ import annotations

from typing import ClassVar

from mailferry.model.finding import Finding
from mailferry.ui.actions import Pane
from mailferry.ui.lines import Lines, Page
from mailferry.ui.panes.comparison_lines import comparison_page, notable
from mailferry.ui.spans import wrapped
from mailferry.ui.subject import Subject


class ComparisonPane(Lines):
    """What differs from the recommendation, the worst first, with the reason of the highlighted finding."""

    pane: ClassVar[Pane] = "recommended"

    def __init__(self) -> None:
        super().__init__(id="recommended")
        self.subject: Subject | None = None

    @property
    def finding(self) -> Finding | None:
        """The highlighted finding."""
        if self.subject is None or self.subject.known is None:
            return None
        findings = notable(self.subject.known)
        return findings[min(self.cursor, len(findings) - 1)] if findings else None

    def show(self, subject: Subject | None) -> None:
        """Show another account, or the same one as it is now."""
        if self.subject is None or subject is None or self.subject.id != subject.id:
            self.cursor = 0
            self.scroll_lines(0)
        self.subject = subject
        self.redraw()

    def follow(self, path: str) -> None:
        """Highlight the finding of a setting, if there is one."""
        if self.subject is None or self.subject.known is None:
            return
        for index, finding in enumerate(notable(self.subject.known)):
            if finding.path == path:
                self.go(index)

    def go(self, stop: int) -> None:
        """The reason under the list belongs to the highlighted finding."""
        super().go(stop)
        self.redraw()

    def build(self, width: int) -> Page:
        """The findings, or why there are none."""
        if self.subject is None:
            return Page(())
        if self.subject.known is None:
            return Page(wrapped("The file cannot be read, so there is nothing to compare.", width, "dim"))
        return comparison_page(self.subject.known, self.cursor, width)

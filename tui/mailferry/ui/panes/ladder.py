"""The result of the last test, or the test that is running."""

from __future__ import annotations

from typing import ClassVar

from mailferry.ui.actions import Pane
from mailferry.ui.jobs import TestRun
from mailferry.ui.lines import Lines, Page
from mailferry.ui.panes.ladder_lines import result_lines, running_lines
from mailferry.ui.spans import Line, wrapped
from mailferry.ui.subject import Subject

_UNTESTED = "Not tested with these settings yet.  t tests them: {hosts}"
_BY_WEB_PAGE = "Sign-in by web page cannot be tested by mailferry yet; the steps before it can."


class LadderPane(Lines):
    """The stages of both servers, then what failed and what to do about it."""

    pane: ClassVar[Pane] = "test"

    def __init__(self) -> None:
        super().__init__(id="test")
        self.subject: Subject | None = None
        self.run: TestRun | None = None

    def show(self, subject: Subject | None, run: TestRun | None) -> None:
        """Show an account's last result, or the stages of the run it is in."""
        if self.subject is None or subject is None or self.subject.id != subject.id:
            self.scroll_lines(0)
        self.subject = subject
        self.run = run if run is not None and subject is not None and run.includes(subject.id) else None
        self.redraw()

    def build(self, width: int) -> Page:
        """The ladders, or how to get them."""
        if self.subject is None or self.subject.known is None:
            return Page(())
        known = self.subject.known
        if self.run is not None:
            return Page(self._climbing(self.subject.id, width))
        if known.tested is not None:
            when = f"{known.tested.when.astimezone():%-d %b %Y %H:%M}"
            return Page(result_lines(known.tested.check, when, width))
        servers = (known.settings.incoming, known.settings.outgoing)
        hosts = " and ".join(dict.fromkeys(server.host for server in servers if server.host))
        words = _UNTESTED.format(hosts=hosts or "no server is named yet")
        if any(server.auth == "oauth2" for server in servers):
            words += f"\n{_BY_WEB_PAGE}"
        return Page(wrapped(words, width, "dim"))

    def _climbing(self, account_id: str, width: int) -> list[Line]:
        assert self.run is not None
        lines: list[Line] = []
        climbs = self.run.climbs.get(account_id, {})
        names = {"incoming": "Incoming ", "outgoing": "Outgoing "}
        for role, climb in sorted(climbs.items()):
            lines += running_lines(names[role], climb.stages, climb.now, width)
        return [*lines, *wrapped("Testing…  esc stops", width, "dim")]

"""The result of the last test, or the test that is running."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from mailferry.advice.earlier import as_earlier
from mailferry.model.account import PasswordSource
from mailferry.model.check import ServerCheck
from mailferry.model.settings import ROLES
from mailferry.ui.actions import Pane
from mailferry.ui.jobs import TestRun
from mailferry.ui.lines import Lines, Page
from mailferry.ui.panes.ladder_lines import ladder_lines, running_lines
from mailferry.ui.panes.result_lines import Result, day_words, result_lines
from mailferry.ui.spans import Line, wrapped
from mailferry.ui.subject import Known, Subject

_UNTESTED = "Not tested with these settings yet.  t tests them: {hosts}"
_GOES_ON = (
    "Not tested with these settings yet. Before, {server} failed at {stage}.  t goes on from there, as far as"
    " nothing earlier has changed; r tests all of it: {hosts}"
)
_OAUTH = (
    "Sign-in by web page (OAuth2) is tested with a token, which a program such as oama or pizauth fetches:"
    " set it as the command of the password in the settings (2)."
)
_WAITING = {
    "command": "Waiting for the password command of {account}",
    "keyring": "Waiting for the password store",
    "ask": "Waiting for the password",
}


class LadderPane(Lines):
    """The stages of both servers, then what failed and what to do about it."""

    pane: ClassVar[Pane] = "test"

    def __init__(
        self, refused: Callable[[ServerCheck], str | None], may_ask: Callable[[PasswordSource], bool]
    ) -> None:
        """`refused` says in a sentence how many passwords a server has refused lately.

        `may_ask` tells whether a password command may have failed for want of a terminal.
        """
        super().__init__(id="test")
        self.subject: Subject | None = None
        self.run: TestRun | None = None
        self._refused = refused
        self._may_ask = may_ask

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
            return Page(self._climbing(self.subject.id, known, self.run, width))
        if known.tested is not None:
            return Page(result_lines(self._tested(known), width))
        return Page(wrapped(_how_to_test(known), width, "dim"))

    def _tested(self, known: Known) -> Result:
        assert known.tested is not None
        check = known.tested.check
        refused = {
            server.role: words
            for server in check.servers
            if not server.ok and (words := self._refused(server)) is not None
        }
        return Result(
            check=check,
            when=f"{known.tested.when.astimezone():%-d %b %Y %H:%M}",
            well=day_words(known.well.when) if known.well is not None else None,
            refused=refused,
            may_ask=any(
                server.cause == "password-command-failed"
                and self._may_ask(known.account.password_source(server.role))
                for server in check.servers
            ),
        )

    def _climbing(self, account_id: str, known: Known, run: TestRun, width: int) -> list[Line]:
        lines: list[Line] = []
        climbs = run.climbs.get(account_id, {})
        last = known.tested or known.before
        kept = [as_earlier(each, last.when) for each in last.check.servers] if run.resume and last else []
        for role in ROLES:
            if climb := climbs.get(role):
                name = f"{role.capitalize()} "
                lines += running_lines(name, climb.stages, climb.now, run.waited(climb), width)
                continue
            for server in kept:
                if server.ok and server.role == role:  # it is not tested again
                    lines += ladder_lines(server, width)
        waiting = next((role for role in ROLES if role in climbs and climbs[role].waits), None)
        if waiting is not None:
            doing = _WAITING[known.account.password_source(waiting).source].format(account=account_id)
        else:
            doing = "Sending a message and looking for it" if run.send else "Testing"
        return [*lines, *wrapped(f"{doing}…  esc stops", width, "dim")]


def _how_to_test(known: Known) -> str:
    servers = (known.settings.incoming, known.settings.outgoing)
    hosts = " and ".join(dict.fromkeys(server.host for server in servers if server.host))
    hosts = hosts or "no server is named yet"
    before = known.to_resume
    if before is not None:
        words = _GOES_ON.format(server=before.protocol.upper(), stage=before.failed_stage, hosts=hosts)
    else:
        words = _UNTESTED.format(hosts=hosts)
    return f"{words}\n{_OAUTH}" if known.needs_token else words

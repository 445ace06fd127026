"""What happens on the board: fields typed into, text edited, tests running, files changed by others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import work
from textual.events import Resize
from textual.message import Message
from textual.widgets import Input

from mailferry.ui.board import Board
from mailferry.ui.buffer import Buffer
from mailferry.ui.frame import beside
from mailferry.ui.inline import InlineInput
from mailferry.ui.jobs import Finished, Happened, Tested, TestRun
from mailferry.ui.lines import Lines
from mailferry.ui.spans import Tone
from mailferry.ui.verbs import fields, lending, outside, passwords
from mailferry.ui.verbs.drafts import offer_drafts

if TYPE_CHECKING:
    from mailferry.ui.panes.source import SourcePane

_LOOK = 2.0
"""Seconds between two looks at the files, whether somebody else has changed them."""

_KEEP = 1.0
"""Seconds after an edit until it is kept as a draft."""


class MainScreen(Board):
    """Listens to the panes and the workers; what is to be done stands in `verbs`."""

    _keeping = False

    class FilesChanged(Message):
        """Somebody else has changed the accounts."""

    def on_mount(self) -> None:
        """Start looking at the files, and see what a killed session has left."""
        self.set_interval(_LOOK, self._look)
        self.call_after_refresh(self.perform, offer_drafts)

    # Panes

    def on_resize(self, _event: Resize) -> None:
        """An open field stays where it belongs."""
        self.call_after_refresh(fields.place, self)

    def on_lines_moved(self, event: Lines.Moved) -> None:
        """All panes follow the list; the comparison follows the form."""
        if event.lines is self.accounts:
            if self.file is not None and self.entry is not None:
                self.file = self.entry.path
            if self.entry is not None and self.entry.id != self.shown_id and self.run is None:
                self.say("")  # what was said was about another account
            self.show_selected()
            return
        if event.lines is self.form and self.form.row is not None:
            self.comparison.follow(self.form.row.key)
        self.hint()

    def on_lines_sideways(self, event: Lines.Sideways) -> None:
        """Left and right go to the pane there."""
        middle = self.middle
        turned = middle if self.turned == "settings" else self.turned
        self.focus_pane(beside(self.pane, event.step, self.frame, middle, turned))

    def on_source_pane_edited(self, event: SourcePane.Edited) -> None:
        """The form follows the text."""
        buffer = self.desk.buffers.get(event.path)
        if buffer is None:  # what the user saw is what is edited, whatever the file says by now
            buffer = Buffer(path=event.path, base=event.shown, text=event.shown)
        self.desk.put(buffer.edited(event.text))
        self.show_edited()

    def show_edited(self) -> None:
        """Show an edit everywhere, and keep it as a draft soon."""
        super().show_edited()
        if not self._keeping:
            self._keeping = True
            self.set_timer(_KEEP, self._keep)

    def _keep(self) -> None:
        self._keeping = False
        self.perform(lambda _board: self.desk.keep_drafts())

    # Fields

    def on_input_changed(self, event: Input.Changed) -> None:
        """The filter works while it is typed."""
        fields.changed(self, event.input)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter takes over what was typed."""
        fields.submitted(self, event.input)

    def on_inline_input_given_up(self, event: InlineInput.GivenUp) -> None:
        """Escape changes nothing."""
        fields.given_up(self, event.field)

    def on_inline_input_left(self, event: InlineInput.Left) -> None:
        """Going on to another row takes over what was typed."""
        fields.left(self, event.field, event.step)

    # Tests

    def on_happened(self, event: Happened) -> None:
        """A stage was reached or left."""
        from mailferry.checks.events import ConversationEnded

        if isinstance(event.event, ConversationEnded):
            self.desk.heard.add(event.event.account, event.event.transcript)
            return
        event.run.take(event.event)
        if self.entry is not None and event.event.account == self.entry.id:
            self.ladder.show(self.subject, self.run)

    def on_tested(self, event: Tested) -> None:
        """An account is done."""
        event.run.end(event.check)
        self.desk.forget_state(event.check.account)
        total = len(event.run.accounts)
        if total > 1:
            self.say(f"{event.run.progress}; esc stops, m shows the grid", "accent")
        self.accounts.redraw()
        if self.entry is not None and event.check.account == self.entry.id:
            self.ladder.show(self.subject, self.run)

    def on_finished(self, event: Finished) -> None:
        """The run is over."""
        self.run = None
        total, done, failed = len(event.run.accounts), len(event.run.done), event.run.failed
        if event.problem is not None:
            self.complain(event.problem, "The test could not run")
        elif event.run.cancel.is_set():
            self.say(f"stopped; {done} of {total} tested", "warn")
        elif done < total:
            self.say(f"the test ended early; {done} of {total} tested", "bad")
        elif total > 1:
            grid = "; m shows them in a grid" if failed else ""
            tone: Tone = "bad" if failed else "warn" if event.run.not_tried else "good"
            self.say(f"{event.run.progress}{grid}", tone)
        elif event.run.not_tried:
            self.say("not tried: too many passwords were refused there", "warn")
        else:
            self.say("the test failed" if failed else "the test passed", "bad" if failed else "good")
        self.show_selected()
        self.work_out_counts()
        self._offer_password(event.run)

    def _offer_password(self, run: TestRun) -> None:
        """A single test that only lacked a password asks for it, or lets its command ask, and goes on."""
        if len(run.accounts) != 1 or self.app.screen is not self:
            return
        known = self.subject.known if self.subject is not None else None
        if known is not None and known.needs_token:
            return  # a password would not help
        causes = {server.cause for check in run.done.values() for server in check.servers}
        if self.entry is None or self.entry.id not in run.done:
            return
        if "no-password" in causes:
            self.perform(passwords.ask_and_test)
        elif "password-command-failed" in causes:
            self.perform(lending.offer_terminal)

    # Files

    @work(thread=True, exclusive=True, group="look", exit_on_error=False)
    def _look(self) -> None:
        if self.desk.workspace.account_files.changed():
            self.post_message(self.FilesChanged())

    def on_main_screen_files_changed(self, _event: FilesChanged) -> None:
        """Show what others have written; what is being edited here stays."""
        self.perform(outside.show_changes)

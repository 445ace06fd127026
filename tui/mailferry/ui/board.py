"""What the panes show, and actions on it. Data flows from the desk to the panes."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import BindingType

from mailferry.model.problem import MailferryError
from mailferry.model.visible import visible
from mailferry.ui.actions import ACTIONS, action_of
from mailferry.ui.keymap import bindings
from mailferry.ui.panes.accounts import AccountsPane
from mailferry.ui.panes.comparison import ComparisonPane
from mailferry.ui.panes.ladder import LadderPane
from mailferry.ui.panes.settings import SettingsPane
from mailferry.ui.refused import refused_words
from mailferry.ui.spans import Span, Tone
from mailferry.ui.tiling import Tiling
from mailferry.ui.verbs import accepting, repairing
from mailferry.ui.verbs.table import VERBS, Verb

if TYPE_CHECKING:
    from mailferry.model.problem import Problem
    from mailferry.ui.actions import Pane
    from mailferry.ui.desk import Desk
    from mailferry.ui.jobs import TestRun
    from mailferry.ui.subject import Subject
    from mailferry.workspace import AccountEntry

_SLICE = 0.004
"""Seconds of work at a time while the user may be typing."""

_WHILE_TYPING = {"save", "cancel", "help"}
"""Actions that work while a field is open."""


class Board(Tiling):
    """The panes and what they look at. What actions do stands in `verbs`, by their ids."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(ACTIONS, "do")]

    def __init__(self, desk: Desk, *, demo: bool) -> None:
        self.desk = desk
        self.accounts = AccountsPane(desk.state, self._marks, self._needs)
        self.form = SettingsPane()
        self.comparison = ComparisonPane()
        self.ladder = LadderPane(
            partial(refused_words, desk.workspace),
            lambda source: desk.workspace.wallet.may_ask(source) is not None,
        )
        super().__init__((self.accounts, self.form, self.comparison, self.ladder), demo=demo)
        self.run: TestRun | None = None
        self.shown_id = ""  # the account that the panes show
        self.asking = 0  # verbs that have something to ask, or are about to
        self._counts = ""
        self._outdated: frozenset[str] = frozenset()  # people whose iPhone needs a new profile
        self._told: tuple[Problem, ...] = ()  # broken own provider files that the user has been told of

    def on_mount(self) -> None:
        """Read the accounts and show the first."""
        self.perform(lambda _board: self.reload())

    # What is looked at

    @property
    def entry(self) -> AccountEntry | None:
        """The highlighted account."""
        return self.accounts.selected

    @property
    def subject(self) -> Subject | None:
        """The highlighted account with everything known about it."""
        entry = self.entry
        return self.desk.subject(entry) if entry is not None else None

    def show_selected(self) -> None:
        """Show in all panes what is highlighted in the list, as it is now."""
        subject = self.subject
        self.form.show(subject)
        self.comparison.show(subject)
        self.ladder.show(subject, self.run)
        self.show_source()
        self.tell_unsaved()
        self.shown_id = subject.id if subject is not None else ""
        self._note_changes_seen()
        self.hint()

    def turn(self, pane: Pane) -> None:
        """Put a pane in front; changes that a test found are read where its result is in view."""
        super().turn(pane)
        self._note_changes_seen()

    def _note_changes_seen(self) -> None:
        from mailferry.checking import note_seen

        subject = self.ladder.subject
        tested = subject.known.tested if subject is not None and subject.known is not None else None
        in_view = self.frame in ("wide", "large") or (self.frame == "narrow" and self.turned == "test")
        if tested is not None and in_view and self.ladder.run is None:
            note_seen(self.desk.workspace, [tested.check])

    def show_source(self) -> None:
        """Bring the TOML text up to date, where it is open."""
        if self.source is None or self.file is None:
            return
        try:
            buffer = self.desk.buffer(self.file)
        except MailferryError as error:  # gone, or nothing that can be read as text
            self.file = None
            self.focus_pane(self.pane)
            self.complain(error)
            return
        self.source.show(self.file, buffer.text, self.desk.problems(self.file), unsaved=buffer.unsaved)

    def show_edited(self) -> None:
        """Show an edit of the highlighted account everywhere."""
        self.show_selected()
        self.accounts.redraw()

    def open_source(self) -> None:
        """Put the TOML text of `file` in the middle; the text area is made when it is first needed."""
        if self.source is None:
            from mailferry.ui.panes.source import SourcePane

            self.source = SourcePane()
            self.query_one("#panes").mount(self.source, after="#settings-frame")
        self.show_source()

    def show_filtered(self, wanted: str) -> None:
        """Show the accounts that hold some words, and say in the frame that not all are shown."""
        self.accounts.show(self.desk.entries, wanted)
        self.query_one("#accounts-frame").border_subtitle = f"/{wanted}".replace("[", r"\[") if wanted else ""
        self.show_selected()

    def reload(self, select: str | None = None) -> None:
        """Read the accounts from disk again and show them; `select` is the id to highlight."""
        self.desk.load()
        self.accounts.show(self.desk.entries)
        if select is not None and not self.accounts.select(select) and self.desk.entry(select) is not None:
            self.show_filtered("")
            self.accounts.select(select)
        self.show_selected()
        self.work_out_counts()
        self._tell_broken_providers()

    def _tell_broken_providers(self) -> None:
        problems = self.desk.workspace.catalogue.problems()
        if problems and problems != self._told:
            self.complain(MailferryError("\n".join(map(str, problems))), "Own provider files are passed over")
        self._told = problems

    @work(exclusive=True, group="counts")
    async def work_out_counts(self) -> None:
        """Work out how all accounts are doing, a little at a time, and repaint once at the end."""
        started = perf_counter()
        for _ in self.desk.states_to_work_out():
            if perf_counter() - started > _SLICE:
                await asyncio.sleep(_SLICE / 2)
                started = perf_counter()
        self._counts = self.desk.counts()
        self.tell_unsaved()
        self.accounts.redraw()
        if self.desk.may_tell_of_phones:
            self.look_at_phones()

    @work(exclusive=True, group="phones")
    async def look_at_phones(self) -> None:
        """Mark people whose iPhone needs a new profile; all else is there before."""
        self._outdated = await asyncio.to_thread(self.desk.outdated_phones)
        self.accounts.redraw()

    def tell_unsaved(self) -> None:
        """Bring the counts above the panes up to date."""
        self.header.tell(self._counts or f"{len(self.desk.entries)} accounts", len(self.desk.unsaved))

    def _marks(self, entry: AccountEntry) -> str:
        testing = "…" if self.run is not None and self.run.includes(entry.id) else ""
        buffer = self.desk.buffers.get(entry.path)
        return testing + ("•" if buffer is not None and buffer.unsaved else "")

    def _needs(self, person: str) -> str:
        return "! iPhone" if person in self._outdated else ""

    # Saying things

    def say(self, message: str, tone: Tone = "plain") -> None:
        """Say something in the line above the panes."""
        self.header.say(Span(visible(message), tone))

    def complain(self, error: MailferryError, heading: str = "That did not work") -> None:
        """Say what went wrong: in the line above where it fits, else by itself."""
        words = str(error)
        if "\n" not in words and len(words) < self.size.width - 16:
            self.say(words, "bad")
            return
        from mailferry.ui.screens.show import ShowScreen

        self.say(f"{heading}.", "bad")
        self.app.push_screen(ShowScreen(heading, words))

    # Actions

    def action_do(self, action_id: str) -> None:
        """Do what the registry's action of this id says."""
        if action_id != "cancel":
            self.say("")
        self.perform(VERBS[action_id])

    def perform(self, verb: Verb) -> None:
        """Do something now, or see it through where it has to ask first; what fails is said."""
        try:
            outcome = verb(self)
        except MailferryError as error:
            self.complain(error)
            return
        except Exception as error:  # noqa: BLE001  a defect in one action must not end an open link
            self.ferry.report_defect(error)
            return
        if outcome is not None:
            self.asking += 1
            self.run_worker(self._see_through(outcome), group="verbs")

    async def _see_through(self, outcome: Coroutine[None, None, None]) -> None:
        try:
            await outcome
        except MailferryError as error:
            self.complain(error)
        finally:
            self.asking -= 1

    def offers(self, action_id: str) -> bool:
        """Whether the footer should name an action: accepting only where there is something, say."""
        if action_id == "accept":
            return bool(accepting.acceptable(self))
        if action_id == "take-what-works":
            return bool(repairing.seen(self))
        if action_id == "look-up":
            known = self.form.subject.known if self.form.subject else None
            return known is not None and known.recommendation.how == "none"
        return action_id != "accept-all" or bool(accepting.all_acceptable(self))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys work in the panes where their action applies."""
        if action != "do":
            return True
        wanted = str(parameters[0])
        if self.field is not None:
            return wanted in _WHILE_TYPING
        return self.pane in action_of(wanted).panes

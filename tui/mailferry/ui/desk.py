"""What lies on the desk: the accounts, what is being edited and not saved, and how each account is doing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from mailferry.discovering import evidence_of_tests
from mailferry.editing import Editor
from mailferry.model.account import Account
from mailferry.model.check import AccountCheck
from mailferry.model.problem import InvalidFileError, MailferryError, Problem
from mailferry.model.recommendation import Recommendation
from mailferry.ui.buffer import Buffer
from mailferry.ui.heard import Heard
from mailferry.ui.subject import Known, Subject
from mailferry.workspace import NEEDS_ATTENTION, AccountEntry, State, Workspace

if TYPE_CHECKING:
    from mailferry.ui.parcel import ParcelOptions

_FEW = 500
"""Accounts up to which the list says whose iPhone needs a new profile. More would take seconds after each
edit; the list of iPhones itself has no limit."""


class _Reading(msgspec.Struct, frozen=True):
    """A buffer's text and what it says; the account is the last one that could be read."""

    text: str
    account: Account | None
    problems: tuple[Problem, ...]


class Desk:
    """The state of the interface that is not on the screen. Knows nothing of Textual."""

    def __init__(self, workspace: Workspace, editor: Editor) -> None:
        self.workspace = workspace
        self.editor = editor
        self.entries: tuple[AccountEntry, ...] = ()
        self.buffers: dict[Path, Buffer] = {}
        self.heard = Heard()
        self.options: dict[
            tuple[str | None, frozenset[str]], ParcelOptions
        ] = {}  # of profiles, until the end
        self.looked_up: dict[str, Recommendation] = {}  # by address: what was found online, until the end
        self._readings: dict[Path, _Reading] = {}
        self._states: dict[str, tuple[AccountEntry, State]] = {}

    # Accounts

    def load(self) -> None:
        """Read the accounts anew; buffers of files that are gone or as saved now are put away."""
        self.entries = self.workspace.accounts()
        self._states = {
            entry.id: known
            for entry in self.entries
            if (known := self._states.get(entry.id)) is not None and known[0] is entry
        }

    def forget_states(self) -> None:
        """Work the states out anew, because what they depend on has changed."""
        self._states.clear()

    def forget_state(self, account_id: str) -> None:
        """Work one account's state out anew."""
        self._states.pop(account_id, None)

    def entry(self, account_id: str) -> AccountEntry | None:
        """The account of an id, if it is still there."""
        return next((entry for entry in self.entries if entry.id == account_id), None)

    def state(self, entry: AccountEntry) -> State:
        """How an account is doing, as saved."""
        known = self._states.get(entry.id)
        if known is None or known[0] is not entry:
            try:
                state = self.workspace.state(entry)
            except MailferryError:  # its provider's file is broken; the panes say what is wrong
                state = "unreadable"
            self._states[entry.id] = known = (entry, state)
        return known[1]

    def counts(self) -> str:
        """How many accounts there are and how many of them need attention; works out every state."""
        waiting = sum(self.state(entry) in NEEDS_ATTENTION for entry in self.entries)
        total = f"{len(self.entries)} account{'' if len(self.entries) == 1 else 's'}"
        if not waiting:
            return total
        return f"{total} · {waiting} need{'s' if waiting == 1 else ''} attention"

    def states_to_work_out(self) -> Iterator[None]:
        """Work out the states of all accounts, one each time the iterator is asked."""
        for entry in self.entries:
            self.state(entry)
            yield

    # Phones

    @property
    def may_tell_of_phones(self) -> bool:
        """Whether anything was given to an iPhone, and the accounts are few enough to look each time."""
        return len(self.entries) <= _FEW and self.workspace.home.given_file.exists()

    def outdated_phones(self) -> frozenset[str]:
        """The people whose iPhone needs a new profile; takes its time, so use a thread."""
        from mailferry.phones import phones

        try:
            return frozenset(each.name for each in phones(self.workspace) if each.needs_profile)
        except MailferryError:  # a provider's file is broken; the panes say what is wrong
            return frozenset()

    # Looking

    def subject(self, entry: AccountEntry) -> Subject:
        """An account as it is being looked at, unsaved edits included."""
        buffer = self.buffers.get(entry.path)
        if buffer is None:
            account, problems = entry.value, entry.problems
        else:
            reading = self._read(buffer, entry.value)
            account, problems = reading.account, reading.problems
        return Subject(
            id=entry.id,
            path=entry.path,
            unsaved=buffer is not None and buffer.unsaved,
            known=None if account is None else self._known(entry.id, account),
            problems=problems,
        )

    def evidence(self, known: Known) -> Recommendation:
        """What an account follows, with all that tests here and look-ups online have said of it until now."""
        from mailferry.catalog.evidence import RANK

        followed, address = known.recommendation, known.account.address
        looked_up = self.looked_up.get(address)
        tested = evidence_of_tests(self.workspace, address, known.account.provider)
        answers = {each.source: each for each in (looked_up.sources if looked_up else ())}
        answers |= {each.source: each for each in (*followed.sources, *((tested,) if tested else ()))}
        return msgspec.structs.replace(
            followed,
            sources=tuple(sorted(answers.values(), key=lambda each: RANK.index(each.source))),
            choice=looked_up.choice if looked_up is not None and followed.how != "none" else None,
        )

    def result(self, entry: AccountEntry) -> AccountCheck | None:
        """The last test of an account as saved; None where its settings were not tested."""
        if entry.value is None:
            return None
        try:
            stored = self.workspace.last_check(entry.id, entry.value)
        except MailferryError:  # its provider's file is broken; the panes say what is wrong
            return None
        return stored.check if stored is not None else None

    def _recommendation(self, account: Account) -> Recommendation:
        """What an account follows; where that is nothing, with what the last look-up had to say of it."""
        followed = self.workspace.recommendation(account)
        looked_up = self.looked_up.get(account.address)
        if followed.how != "none" or account.provider is not None or looked_up is None:
            return followed
        warnings = looked_up.warnings
        if looked_up.how != "none":
            warnings = (f"The look-up found {looked_up.name}, which is not followed; L looks it up again.",)
        return msgspec.structs.replace(followed, warnings=warnings)

    def _known(self, account_id: str, account: Account) -> Known | None:
        try:
            tested = self.workspace.last_check(account_id, account)
            changed = tested is not None and any(server.changed for server in tested.check.servers)
            return Known(
                account=account,
                settings=self.workspace.settings(account_id, account),
                recommendation=self._recommendation(account),
                comparison=self.workspace.compare(account_id, account),
                tested=tested,
                before=self.workspace.results.get(account_id) if tested is None else None,
                well=self.workspace.results.familiar(account_id) if changed else None,
            )
        except MailferryError:
            return None

    def _read(self, buffer: Buffer, saved: Account | None) -> _Reading:
        known = self._readings.get(buffer.path)
        if known is None or known.text != buffer.text:
            account = known.account if known is not None else saved
            problems: tuple[Problem, ...] = ()
            try:
                account = self.account_in(buffer)
            except InvalidFileError as error:
                problems = error.problems
            self._readings[buffer.path] = known = _Reading(buffer.text, account, problems)
        return known

    def account_in(self, buffer: Buffer) -> Account:
        """The account that a buffer's text states. Raises InvalidFileError."""
        from mailferry.store.decode import decode_account

        return decode_account(buffer.text, str(buffer.path))

    def problems(self, path: Path) -> tuple[Problem, ...]:
        """What is wrong with a file's text as it is now; an account's or an own provider's."""
        try:
            self.editor.validate(path, self.buffer(path).text)
        except InvalidFileError as error:
            return error.problems
        return ()

    # Editing

    def buffer(self, path: Path) -> Buffer:
        """The buffer of a file, filled from disk when it is opened. Raises MailferryError."""
        if path not in self.buffers:
            from mailferry.store.files import read_text

            text = read_text(path)
            return Buffer(path=path, base=text, text=text)
        return self.buffers[path]

    def put(self, buffer: Buffer) -> None:
        """Take over an edited buffer; one that holds nothing unsaved and nothing to undo is put away."""
        if buffer.unsaved or buffer.past or buffer.future or buffer.base is None:
            self.buffers[buffer.path] = buffer
        else:
            self.put_away(buffer.path)

    def put_away(self, path: Path) -> None:
        """Forget the buffer of a file: saved, or given up."""
        self.buffers.pop(path, None)
        self._readings.pop(path, None)

    @property
    def unsaved(self) -> list[Buffer]:
        """Everything that would be lost."""
        return [buffer for buffer in self.buffers.values() if buffer.unsaved]

    def keep_drafts(self) -> None:
        """Keep every unsaved text in the state folder, where the next start finds it."""
        for buffer in self.unsaved:
            self.editor.drafts.keep(buffer.path, buffer.base, buffer.text)

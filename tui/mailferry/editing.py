"""Changing what is on disk: adding, saving, fixing, deleting accounts and own providers, with undo."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from mailferry import acceptances, own_people, own_providers, own_servers
from mailferry.model.account import Account
from mailferry.model.address import Address, parse_address
from mailferry.model.difference import unified_diff
from mailferry.model.finding import NOT_WELL, Finding
from mailferry.model.problem import MailferryError
from mailferry.store.decode import decode_account, decode_provider
from mailferry.store.drafts import Drafts
from mailferry.store.edit import new_account, set_value
from mailferry.store.files import present, read_text
from mailferry.store.history import Change, History, Step
from mailferry.store.home import prepare_home
from mailferry.store.pinning import without_pin
from mailferry.workspace import AccountEntry, Workspace

if TYPE_CHECKING:
    import datetime

    from mailferry.advice.fixes import Fix
    from mailferry.model.config import Person
    from mailferry.model.recommendation import Recommendation


class Proposal(msgspec.Struct, frozen=True):
    """Fixes that have not been saved yet, and the file's text before and after them."""

    path: Path
    before: str
    after: str
    fixes: tuple[Fix, ...]

    def diff(self) -> str:
        """The difference that applying makes, as a unified diff."""
        return unified_diff(self.before, self.after, self.path.name)


class Editor:
    """The verbs that write to one home folder. Every one of them can be undone."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    @cached_property
    def history(self) -> History:
        """What was saved, newest last."""
        return History(self.workspace.home.state / "history", self.workspace.lock)

    @cached_property
    def drafts(self) -> Drafts:
        """What was typed and not saved."""
        return Drafts(self.workspace.home.state / "drafts")

    def add(
        self,
        address: str,
        *,
        person: str | None = None,
        label: str | None = None,
        provider: str | None = None,
        found: Recommendation | None = None,
        stated: Iterable[tuple[str, str | int]] = (),
    ) -> AccountEntry:
        """Create an account file for an address. Raises AddressError, MailferryError.

        `found` is what a look-up online gave, `stated` are settings by their paths, which imply others. A
        provider that the domain does not tell is named in the account; servers of nobody listed go into an
        own provider file, made in the same step.
        """
        parsed = self.check_new(address, label=label)
        besides: list[Change] = []
        if found is not None and found.how not in ("own", "domain", "none"):
            if found.provider is not None:
                provider = provider or found.provider
            elif provider is None:
                besides.append(own_providers.of_found(self.workspace, found)[1])
        if provider is not None:
            self.workspace.catalogue.need(provider)
        text = new_account(str(parsed), person=person, label=label, provider=provider)
        text = own_servers.with_stated(self.workspace, text, stated, found)
        return self._create(label or parsed.local, text, f"add {parsed}", besides)

    def check_new(self, address: str, *, label: str | None = None) -> Address:
        """The address of an account that can be added. Raises AddressError, MailferryError if it cannot."""
        parsed = parse_address(address)
        for entry in self.workspace.accounts():
            if entry.value is None:
                continue
            if label is not None and entry.value.label == label:
                raise MailferryError(f"the label “{label}” is {entry.path.name}'s already; choose another")
            if label is None and parse_address(entry.value.address) == parsed:
                raise MailferryError(
                    f"{parsed} is there already, in {entry.path.name}; a second account of the same"
                    " address needs a label of its own"
                )
        return parsed

    def duplicate(self, entry: AccountEntry) -> AccountEntry:
        """Copy an account file, comments included, under a label of its own.

        On an iPhone it is another account, so what is pinned there stays with the first.
        """
        text = without_pin(read_text(entry.path))
        wish = f"{entry.value.label or entry.id} copy" if entry.value else f"{entry.id} copy"
        taken = {other.value.label for other in self.workspace.accounts() if other.value}
        label = next(
            name
            for number in range(1, 10_000)
            if (name := wish if number == 1 else f"{wish} {number}") not in taken
        )
        return self._create(label, set_value(text, "label", label), f"duplicate {entry.id}")

    def delete(self, entry: AccountEntry) -> None:
        """Delete an account file; undo brings it back. Its password stays in its store."""
        self.commit(f"delete {entry.id}", [Change(entry.path, read_text(entry.path), None)])

    def save(self, path: Path, before: str | None, after: str) -> None:
        """Save an edited text over the one it was edited from.

        Raises InvalidFileError when the new text is not a valid file, ChangedOnDiskError when the file has
        changed since `before` was read.
        """
        self.validate(path, after)
        self.commit(f"edit {path.stem}", [Change(path, before, after)])
        self.drafts.forget(path)

    def validate(self, path: Path, text: str) -> None:
        """Raise InvalidFileError when a text is not a valid account or own provider file."""
        if path.parent == self.workspace.home.providers:
            decode_provider(text, str(path), over=self.workspace.catalogue.shipped_raw(path.stem))
        else:
            decode_account(text, str(path))

    def propose(self, entry: AccountEntry, paths: Sequence[str] | None = None) -> Proposal:
        """The recommended values, all that differ or the named ones, written into the account's text."""
        from mailferry.advice.fixes import chosen_fixes

        account = _readable(entry)
        return self.propose_fixes(entry, chosen_fixes(self.workspace.compare(entry.id, account), paths))

    def propose_tested(self, entry: AccountEntry) -> Proposal:
        """What the last test saw working in place of settings that failed, written into the account's text.

        Without fixes where nothing was seen, or where the settings have changed since.
        """
        from mailferry.advice.fixes import fixes_seen

        stored = self.workspace.last_check(entry.id, _readable(entry))
        return self.propose_fixes(entry, fixes_seen(stored.check) if stored is not None else ())

    def propose_fixes(self, entry: AccountEntry, fixes: Sequence[Fix]) -> Proposal:
        """Values written into the account's text. Raises MailferryError for a file that cannot be read."""
        _readable(entry)
        before = after = read_text(entry.path)
        for fix in fixes:
            after = set_value(after, fix.path, fix.value)
        return Proposal(entry.path, before, after, tuple(fixes))

    def remaining(self, proposal: Proposal, paths: Sequence[str] | None = None) -> tuple[Finding, ...]:
        """What is not well once a proposal is applied: of all settings, or of those named."""
        account_id = proposal.path.stem
        comparison = self.workspace.compare(account_id, decode_account(proposal.after, str(proposal.path)))
        return tuple(
            finding
            for finding in comparison.findings
            if finding.verdict in NOT_WELL and (paths is None or finding.path in paths)
        )

    def propose_all(self, provider_id: str, paths: Sequence[str] | None = None) -> tuple[Proposal, ...]:
        """Proposals for all readable accounts that follow a provider, those without any fix included.

        Raises MailferryError for a provider or a path that there is not.
        """
        from mailferry.advice.fixes import check_paths

        self.workspace.catalogue.need(provider_id)
        check_paths(paths or ())
        return tuple(
            self.propose(entry, paths)
            for entry in self.workspace.accounts()
            if entry.value is not None and self.workspace.recommendation(entry.value).provider == provider_id
        )

    def apply(self, proposals: Sequence[Proposal], what: str) -> None:
        """Save proposals, all or none."""
        self.commit(what, [Change(each.path, each.before, each.after) for each in proposals if each.fixes])

    def accept(
        self, entry: AccountEntry, path: str, reason: str, until: datetime.date | None = None
    ) -> Change:
        """Stand by a setting that deviates, with its value of now, through the day `until` or for good.

        Raises MailferryError, in words, for a setting that does not deviate and for a day that has passed.
        """
        change = acceptances.of_deviation(self.workspace, entry, path, reason, until)
        if change.after != change.before:
            self.commit(f"stand by {path} of {entry.id}", [change])
        return change

    def withdraw(self, entry: AccountEntry, path: str) -> Change:
        """Stand by a deviation no longer. Raises MailferryError for one that is not accepted."""
        change = acceptances.of_withdrawal(entry, path)
        self.commit(f"no longer stand by {path} of {entry.id}", [change])
        return change

    def commit(self, what: str, changes: Sequence[Change]) -> None:
        """Write changes to disk as one step that undo takes back."""
        if not changes:
            return
        prepare_home(self.workspace.home)
        self.history.commit(what, changes)
        self.workspace.forget_cached()

    def undo(self) -> Step | None:
        """Take back the last step; None when there is none."""
        step = self.history.undo()
        self.workspace.forget_cached()
        return step

    def redo(self) -> Step | None:
        """Do the last undone step again; None when there is none."""
        step = self.history.redo()
        self.workspace.forget_cached()
        return step

    def give_outgoing_password(self, entry: AccountEntry) -> AccountEntry:
        """Note in the account's file that its outgoing server has a password of its own, in the keyring."""
        before = read_text(entry.path)
        after = set_value(before, "outgoing.password.from", "keyring")
        self.commit(f"own outgoing password for {entry.id}", [Change(entry.path, before, after)])
        return self.workspace.find(entry.id)

    def set_theme(self, name: str) -> None:
        """Note in config.toml which colours to use."""
        path = self.workspace.home.config_file
        before = present(path)
        self.commit(
            f"theme {name}", [Change(path, before, set_value(before or "schema = 1\n", "theme", name))]
        )

    def set_person(self, name: str, person: Person) -> bool:
        """Note in people.toml what is known of a person's iPhone; False where it says so already.

        Raises MailferryError for a file that cannot be read as it is and for a day that has passed.
        """
        change = own_people.of_person(self.workspace, name, person)
        if change.after == (change.before or ""):
            return False
        self.commit(f"the iPhone of {name}", [change])
        return True

    def keep_found(self, found: Recommendation) -> str:
        """Make an own provider of what a look-up found for a domain nobody lists; returns its id.

        Raises NothingToSaveError when nothing was found or a provider file is followed already.
        """
        provider_id, change = own_providers.of_found(self.workspace, found)
        self.commit(f"provider {provider_id}", [change])
        return provider_id

    def read_autoconfig(self, provider_id: str, data: bytes, source: str, *, replace: bool = False) -> str:
        """Make an own provider of an autoconfig file's content; returns its id. `source` names the file.

        Raises AutoconfigError for what is no such file, and MailferryError when there is a provider of that
        id already and `replace` is not set.
        """
        change = own_providers.of_autoconfig(self.workspace, provider_id, data, source, replace=replace)
        self.commit(f"provider {provider_id} from {Path(source).name}", [change])
        return provider_id

    def delete_provider(self, path: Path) -> None:
        """Delete an own provider file; the shipped one of the same name holds again."""
        self.commit(f"delete provider {path.stem}", [Change(path, read_text(path), None)])

    def _create(self, wish: str, text: str, what: str, besides: Sequence[Change] = ()) -> AccountEntry:
        shelf = self.workspace.account_files
        account_id = shelf.free_id(wish)
        self.commit(what, [*besides, Change(shelf.path(account_id), None, text)])
        entry = shelf.get(account_id)
        assert entry is not None, "the file was written just now"
        return entry


def _readable(entry: AccountEntry) -> Account:
    if entry.value is None:
        raise MailferryError(
            f"{entry.path} cannot be read, so there is nothing to fix", problems=entry.problems
        )
    return entry.value

"""Accounts of a profile made into account files, in one step that undo takes back."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from mailferry.editing import Editor
from mailferry.imported_accounts import AccountText, account_text
from mailferry.imported_identity import Pins, pins_of
from mailferry.iphone.plain import plain
from mailferry.iphone.reading.report import ProfileReport, ReadAccount
from mailferry.model.account import PasswordSource, Role
from mailferry.model.address import AddressError, parse_address
from mailferry.model.app_password import without_blanks
from mailferry.model.problem import InvalidFileError
from mailferry.model.secret import Secret, SecretError
from mailferry.profile_matching import followed_provider, own_account
from mailferry.store.decode import decode_account
from mailferry.store.edit import set_value
from mailferry.store.files import present
from mailferry.store.history import Change
from mailferry.workspace import Workspace

_STILL_THERE = "Do not delete the profile before the password is kept elsewhere: its file alone has it."


class NewAccount(msgspec.Struct, frozen=True, kw_only=True):
    """An account file to be made. `notes` are whole sentences; `passwords` are to be kept in the keyring."""

    payload: int
    id: str
    address: str
    text: str
    notes: tuple[str, ...]
    passwords: Mapping[Role, Secret]


class LeftOut(msgspec.Struct, frozen=True, kw_only=True):
    """An account that no file is made of, and why; `account` is the id of one's own that is there already."""

    payload: int
    who: str
    why: str
    account: str | None = None


class ImportPlan(msgspec.Struct, frozen=True, kw_only=True):
    """What importing a profile will do; nothing is written yet. `notes` are about the profile as a whole."""

    accounts: tuple[NewAccount, ...]
    left: tuple[LeftOut, ...]
    certificates: tuple[Change, ...]
    notes: tuple[str, ...]


def plan_import(
    workspace: Workspace,
    report: ProfileReport,
    *,
    person: str | None = None,
    address: str | None = None,
    keep_passwords: bool = False,
) -> ImportPlan:
    """What importing would make. `address` is that of an account that has none in the profile.

    Raises AddressError for an address that is none.
    """
    if address is not None:
        parse_address(address)
    return _Planning(workspace, report, person, address, keep_passwords).plan()


def carry_out(editor: Editor, plan: ImportPlan, what: str) -> None:
    """Make the files, all or none, as one step; `what` names it for undo. Raises FileError, LockError."""
    files = editor.workspace.account_files
    accounts = [Change(files.path(each.id), None, each.text) for each in plan.accounts]
    editor.commit(what, [*plan.certificates, *accounts])


def keep_passwords(workspace: Workspace, plan: ImportPlan) -> tuple[str, ...]:
    """Put passwords that stood in the profile into the keyring; sentences say what could not be kept."""
    failed = []
    for each in plan.accounts:
        for role, secret in each.passwords.items():
            joined = without_blanks(secret.reveal())
            try:
                workspace.wallet.set(
                    each.address, role, PasswordSource(), Secret(joined) if joined is not None else secret
                )
            except SecretError as error:
                failed.append(f"The password of {each.id} was not kept: {error}")
    if failed:
        failed.append(_STILL_THERE)
    return tuple(failed)


class _Planning:
    """The accounts of one profile, one after the other, each with an id and a label of its own."""

    def __init__(
        self,
        workspace: Workspace,
        report: ProfileReport,
        person: str | None,
        address: str | None,
        keep: bool,
    ) -> None:
        self._workspace = workspace
        self._report = report
        self._person = person
        self._address = address
        self._keep = keep
        self._labels = {
            (entry.value.label or entry.value.address).casefold()
            for entry in workspace.accounts()
            if entry.value
        }
        self._ids: set[str] = set()
        self._made: set[tuple[str, str]] = set()

    def plan(self) -> ImportPlan:
        pins = pins_of(self._workspace, self._report)
        authority = _authority_file(self._workspace, self._report)
        made: list[NewAccount] = []
        left: list[LeftOut] = []
        uses_authority = False
        for read in self._report.accounts:
            planned = self._planned(read, pins, authority)
            if isinstance(planned, LeftOut):
                left.append(planned)
            else:
                made.append(planned)
                uses_authority = uses_authority or "ca_file" in planned.text
        return ImportPlan(
            accounts=tuple(made),
            left=tuple(left),
            certificates=(authority,) if uses_authority and authority and authority.before is None else (),
            notes=pins.notes if made else (),
        )

    def _planned(self, read: ReadAccount, pins: Pins, authority: Change | None) -> NewAccount | LeftOut:
        written = read.address or self._address
        if written is None:
            return LeftOut(
                payload=read.payload,
                who=read.label or "an account",
                why="the profile leaves the address to the iPhone; --address names it",
            )
        read = msgspec.structs.replace(read, address=written)
        try:
            address = str(parse_address(written))
            there = own_account(self._workspace, read)
            if there is not None:
                return _there_already(read, address, there.id)
            protocol = read.incoming.protocol if read.incoming is not None else read.type
            if (address, protocol) in self._made:
                return LeftOut(payload=read.payload, who=address, why="it stands in the profile twice")
            draft = account_text(
                self._workspace,
                read,
                address,
                label=self._label(read, address),
                person=self._person,
                provider=followed_provider(self._workspace, read),
            )
            text = self._with_the_rest(draft, read, pins, authority)
            decode_account(text, "the account")
        except AddressError as error:
            return LeftOut(payload=read.payload, who=plain(written), why=str(error))
        except InvalidFileError as error:
            why = "; ".join(
                f"{each.key}: {each.message}" if each.key else each.message for each in error.problems
            )
            return LeftOut(payload=read.payload, who=plain(written), why=why)
        self._made.add((address, protocol))
        return NewAccount(
            payload=read.payload,
            id=self._id(read, address),
            address=address,
            text=text,
            notes=draft.notes,
            passwords=read.passwords if self._keep else {},
        )

    def _with_the_rest(
        self, draft: AccountText, read: ReadAccount, pins: Pins, authority: Change | None
    ) -> str:
        text = draft.text
        if authority is not None:
            for role in draft.unlisted:
                text = set_value(text, f"{role}.ca_file", authority.path.name)
        if self._keep and "outgoing" in read.passwords:
            text = set_value(text, "outgoing.password.from", "keyring")
        for path, value in pins.values:
            text = set_value(text, path, value)
        return text

    def _label(self, read: ReadAccount, address: str) -> str | None:
        """The profile's name of the account, unless another bears it; None where the address will do."""
        kind = " (POP)" if read.incoming is not None and read.incoming.protocol == "pop3" else " (2)"
        for wish in (plain(read.label or "") or address, address, f"{address}{kind}"):
            if wish.casefold() not in self._labels:
                self._labels.add(wish.casefold())
                return None if wish == address else wish
        return None

    def _id(self, read: ReadAccount, address: str) -> str:
        """A file's stem, after the label or else the part before the @."""
        files = self._workspace.account_files
        stem = files.free_id(plain(read.label or "") or address.rpartition("@")[0])
        free, number = stem, 1
        while free in self._ids:
            number += 1
            free = files.free_id(f"{stem}-{number}")
        self._ids.add(free)
        return free


def _there_already(read: ReadAccount, address: str, account: str) -> LeftOut:
    return LeftOut(
        payload=read.payload,
        who=address,
        why=f"it is there already, as “{account}”, and was left as it is",
        account=account,
    )


def _authority_file(workspace: Workspace, report: ProfileReport) -> Change | None:
    """A file in the home folder with the certificate authorities of the profile; None if there are none.

    It is written only where no file says the same already.
    """
    found = [other.certificate for other in report.other_payloads if other.certificate is not None]
    pem = "".join(ssl.DER_cert_to_PEM_cert(each.der) for each in found if each.authority)
    if not pem:
        return None
    names = (each.name for each in found if each.authority)
    stem = re.sub(r"[^a-z0-9]+", "-", next(names).lower()).strip("-")[:40].rstrip("-") or "profile"
    for path in _numbered(workspace, stem):
        before = present(path)
        if before is None or before == pem:
            return Change(path, before, pem)
    return None


def _numbered(workspace: Workspace, stem: str) -> Iterator[Path]:
    for number in range(1, 1_000):
        yield workspace.home.config / (f"{stem}-ca.pem" if number == 1 else f"{stem}-{number}-ca.pem")

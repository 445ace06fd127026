"""What goes to the iPhone: profiles and sheets of accounts as they are now."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from mailferry.iphone.account import PhoneAccount, Proof
from mailferry.iphone.preflight import preflight
from mailferry.iphone.profile import build_profile
from mailferry.iphone.remark_words import said
from mailferry.model.problem import MailferryError
from mailferry.model.settings import ROLES
from mailferry.store.files import write_atomically
from mailferry.workspace import AccountEntry, Workspace

SheetForm = Literal["text", "markdown"]


class NotExportableError(MailferryError):
    """A profile cannot carry an account; the message says why and which way works instead."""


class Export(msgspec.Struct, frozen=True):
    """What was made: its bytes, the file name to suggest, and what to know before using it."""

    content: bytes
    file_name: str
    warnings: tuple[str, ...]


def export_profile(
    workspace: Workspace, entries: Sequence[AccountEntry], *, person: str | None = None
) -> Export:
    """One configuration profile that holds all the accounts. Raises NotExportableError."""
    accounts = [_profile_account(workspace, entry) for entry in entries]
    warnings: list[str] = []
    refusals: list[str] = []
    for entry, account in zip(entries, accounts, strict=True):
        label = account.settings.label
        flight = preflight(account, now=datetime.datetime.now(datetime.UTC))
        refused = [*_slips(workspace, entry), *map(said, flight.refusals)]
        refusals += [f"{label}: {words}" for words in refused]
        cautions = (*_cautions(workspace, entry), *map(said, flight.warnings))
        warnings += [f"{label}: {words}" for words in cautions]
    if refusals:
        raise NotExportableError("\n".join(refusals))
    return Export(
        content=build_profile(accounts, person=person),
        file_name=f"{file_stem(entries, person)}.mobileconfig",
        warnings=tuple(warnings),
    )


def export_sheet(
    workspace: Workspace,
    entries: Sequence[AccountEntry],
    form: SheetForm,
    *,
    person: str | None = None,
    ios: int | None = None,
    lang: str | None = None,
) -> Export:
    """The set-up instructions for all the accounts; version and language default to the person's own.

    Raises NotExportableError for accounts that nobody could set up by them.
    """
    from mailferry.iphone.sheet import sheets

    accounts = [_profile_account(workspace, entry) for entry in entries]
    refusals = [
        f"{account.settings.label}: {words}"
        for entry, account in zip(entries, accounts, strict=True)
        for words in (*_slips(workspace, entry), *_without_servers(account))
    ]
    if refusals:
        raise NotExportableError("\n".join(refusals))
    owner = person or (entries[0].value.person if entries[0].value else None)
    phone = workspace.people.get(owner) if owner else None
    text = sheets(
        [
            msgspec.structs.replace(account, proof=_proof(workspace, entry, account))
            for entry, account in zip(entries, accounts, strict=True)
        ],
        form=form,
        ios=ios or (phone.ios if phone and phone.ios else 26),
        lang=lang or (phone.language if phone and phone.language else "en"),
        person=owner,
        now=datetime.datetime.now(datetime.UTC),
    )
    return Export(
        content=text.encode(),
        file_name=f"{file_stem(entries, person)}.{'txt' if form == 'text' else 'md'}",
        warnings=tuple(
            f"{account.settings.label}: {words}"
            for entry, account in zip(entries, accounts, strict=True)
            for words in _cautions(workspace, entry)
        ),
    )


def save_export(export: Export, where: Path) -> Path:
    """Write an export to a file, mode 0600, or into a folder under its own name. Returns the file's path.

    Raises MailferryError when it cannot be written.
    """
    path = where / export.file_name if where.is_dir() else where
    if path.exists() and not path.is_file():
        raise MailferryError(f"{path} is not an ordinary file; name another")
    write_atomically(path, export.content)
    return path


def _profile_account(workspace: Workspace, entry: AccountEntry) -> PhoneAccount:
    if entry.value is None:
        raise MailferryError(f"{entry.path} cannot be read", problems=entry.problems)
    return PhoneAccount(
        settings=workspace.settings(entry.id, entry.value),
        recommendation=workspace.recommendation(entry.value),
    )


def untested(workspace: Workspace, entry: AccountEntry) -> str | None:
    """Why an account's settings are not known to work; None when they passed their test as they are now."""
    stored = workspace.last_check(entry.id, entry.value) if entry.value else None
    if stored is None:
        return "Not tested with these settings yet; a test shows whether they work."
    failed = [server for server in stored.check.servers if not server.ok]
    if not failed:
        return None
    where = ", ".join(f"{server.protocol.upper()}: {server.cause or 'unknown'}" for server in failed)
    return f"The last test failed ({where}); what is exported will not work until that is mended."


def _cautions(workspace: Workspace, entry: AccountEntry) -> Iterator[str]:
    """What to know before handing an account out: how it was tested, and what is wrong with its settings."""
    words = untested(workspace, entry)
    if words is not None:
        yield words
    assert entry.value is not None, "a broken file is refused before"
    for finding in workspace.compare(entry.id, entry.value).findings:
        if finding.verdict in ("wrong", "insecure", "outdated"):
            yield f"{finding.path}: {finding.why}"


def _slips(workspace: Workspace, entry: AccountEntry) -> Iterator[str]:
    """Hosts that may be a stranger's: the iPhone would send the password there without a question."""
    assert entry.value is not None, "a broken file is refused before"
    for role in ROLES:
        host, slip = entry.value.server(role).host, workspace.unconfirmed_slip(entry.value, role)
        if slip is not None:
            yield (
                f"{host} looks like a typing slip of {slip}, and the iPhone would send"
                f" the password there. Put the right name in first: mailferry fix {entry.id} {role}.host"
            )


def _without_servers(account: PhoneAccount) -> Iterator[str]:
    """An account that no button of the iPhone's sets up needs its servers named."""
    if account.recommendation.iphone.add_account != "Other":
        return
    for role in ROLES:
        if account.settings.server(role).host is None:
            yield f"no {role} server is known; write its host into the account's file first"


def _proof(workspace: Workspace, entry: AccountEntry, account: PhoneAccount) -> Proof | None:
    """When the account passed its test as it is now, and against which servers; None when it has not."""
    stored = workspace.last_check(entry.id, entry.value) if entry.value else None
    if stored is None or not stored.check.ok:
        return None
    hosts = (account.settings.server(role).host for role in ROLES)
    return Proof(day=stored.when.astimezone().date(), hosts=tuple(filter(None, hosts)))


def file_stem(entries: Sequence[AccountEntry], person: str | None) -> str:
    """The file name to suggest, without ending."""
    return entries[0].id if person is None else person.casefold().replace(" ", "-").replace("/", "-")

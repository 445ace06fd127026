"""What goes to the iPhone: profiles and sheets of accounts as they are now."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import msgspec

from mailferry.iphone.preflight import preflight
from mailferry.iphone.profile import ProfileAccount, build_profile
from mailferry.model.problem import MailferryError
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
        flight = preflight(
            account.settings, account.recommendation, proven=_proven(workspace, entry) is not None
        )
        refusals += [f"{account.settings.label}: {each.why} {each.instead}" for each in flight.refusals]
        warnings += [f"{account.settings.label}: {warning}" for warning in flight.warnings]
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
    """The set-up instructions for all the accounts; version and language default to the person's own."""
    from mailferry.iphone.sheet import sheets

    owner = person or (entries[0].value.person if entries[0].value else None)
    phone = workspace.people.get(owner) if owner else None
    proven = [_proven(workspace, entry) for entry in entries]
    text = sheets(
        [_profile_account(workspace, entry) for entry in entries],
        form=form,
        ios=ios or (phone.ios if phone and phone.ios else 26),
        lang=lang or (phone.language if phone and phone.language else "en"),
        person=owner,
        proven=proven,
    )
    return Export(
        content=text.encode(),
        file_name=f"{file_stem(entries, person)}.{'txt' if form == 'text' else 'md'}",
        warnings=tuple(
            f"{entry.id}: not tested yet; run mailferry check {entry.id} first"
            for entry, seen in zip(entries, proven, strict=True)
            if seen is None
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


def _profile_account(workspace: Workspace, entry: AccountEntry) -> ProfileAccount:
    if entry.value is None:
        raise MailferryError(f"{entry.path} cannot be read", problems=entry.problems)
    return ProfileAccount(
        settings=workspace.settings(entry.id, entry.value),
        recommendation=workspace.recommendation(entry.value),
    )


def _proven(workspace: Workspace, entry: AccountEntry) -> str | None:
    """When the account passed its test as it is now, in words; None when it has not."""
    stored = workspace.last_check(entry.id, entry.value) if entry.value else None
    return f"{stored.when.astimezone():%-d %B %Y}" if stored and stored.check.ok else None


def file_stem(entries: Sequence[AccountEntry], person: str | None) -> str:
    """The file name to suggest, without ending."""
    return entries[0].id if person is None else person.casefold().replace(" ", "-").replace("/", "-")

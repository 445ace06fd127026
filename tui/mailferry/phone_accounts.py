"""Accounts on their way to an iPhone: what profile and sheet need, gathered from one home folder."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

import msgspec

from mailferry.iphone.account import PhoneAccount
from mailferry.iphone.authorities import authority_certificates
from mailferry.iphone.certificate_payload import CertificateError
from mailferry.iphone.identity import account_identity
from mailferry.iphone.payload_kind import payload_kind
from mailferry.iphone.refusals import refusals
from mailferry.iphone.remark import Remark
from mailferry.model.account import Account, Role
from mailferry.model.problem import MailferryError
from mailferry.model.secret import Secret
from mailferry.model.settings import ROLES, SETTING_PATHS, Settings
from mailferry.phone_names import phone_name
from mailferry.proofs import proof_of
from mailferry.store.files import FileError, read_bytes
from mailferry.store.given import GivenAccount
from mailferry.workspace import AccountEntry, Workspace, secret_role

_NOT_ON_THE_PHONE = frozenset(
    {"incoming.ca_file", "incoming.fingerprint", "outgoing.ca_file", "outgoing.fingerprint"}
)
_OF_EXCHANGE = ("incoming.host", "incoming.username")


class Gathered(msgspec.Struct, frozen=True, kw_only=True):
    """An account's file as it was read, what goes to the iPhone of it, and why a profile cannot carry it.

    `copied_from` is the account whose name on iPhones the file pins; that name does not count.
    """

    entry: AccountEntry
    value: Account
    account: PhoneAccount
    refused: tuple[Remark, ...]
    copied_from: str | None = None


def gather(workspace: Workspace, entry: AccountEntry) -> Gathered:
    """All that is known of an account, but for its passwords. Raises MailferryError for a broken file."""
    if entry.value is None:
        raise MailferryError(f"{entry.path} cannot be read", problems=entry.problems)
    value = entry.value
    settings = workspace.settings(entry.id, value)
    certificates, unusable = _authorities(workspace, settings)
    phone = workspace.people.get(value.person) if value.person else None
    name = phone_name(workspace, entry.id, value)
    account = PhoneAccount(
        settings=settings,
        recommendation=workspace.recommendation(value),
        pinned=name.iphone,
        proof=proof_of(workspace, entry.id, value),
        certificates=certificates,
        supervised=phone is not None and phone.supervised,
    )
    # The files say better what is wrong with them than what could be made of them.
    others = (remark for remark in refusals(account) if remark.code != "bad-certificate")
    return Gathered(
        entry=entry,
        value=value,
        account=account,
        refused=(*others, *unusable),
        copied_from=name.copied_from,
    )


def with_passwords(workspace: Workspace, gathered: Gathered) -> Gathered:
    """The account with the passwords that are to stand in its profile. Raises SecretError."""
    settings, value = gathered.account.settings, gathered.value
    if payload_kind(gathered.account) != "mail":
        return gathered
    kept: dict[Role, Secret] = {}
    passwords: dict[Role, Secret] = {}
    for role in ROLES:
        if settings.server(role).auth == "none":
            continue
        under = secret_role(value, role)
        if under not in kept:
            kept[under] = workspace.wallet.get(value.address, under, value.password_source(under))
        passwords[role] = kept[under]
    account = msgspec.structs.replace(gathered.account, passwords=passwords)
    return msgspec.structs.replace(gathered, account=account, refused=tuple(refusals(account)))


def as_with_passwords(account: PhoneAccount) -> PhoneAccount:
    """The account as one whose passwords stand in its profile, for what only says so and needs none."""
    if payload_kind(account) != "mail":
        return account
    return msgspec.structs.replace(account, passwords={role: Secret("•••") for role in ROLES})


def given_account(workspace: Workspace, gathered: Gathered) -> GivenAccount:
    """What is kept of an account that was handed over: nothing that is secret."""
    account = gathered.account
    return GivenAccount(
        id=gathered.entry.id,
        address=account.settings.address,
        identifier=account_identity(account).identifier,
        settings=dict(_on_the_phone(account)),
        digest=workspace.digest(gathered.entry.id, gathered.value),
    )


def owner_of(accounts: Sequence[Gathered]) -> str | None:
    """Whose iPhone the accounts are for; None where they are not all one person's."""
    owners = {each.value.person for each in accounts}
    return owners.pop() if len(owners) == 1 else None


def _on_the_phone(account: PhoneAccount) -> Iterator[tuple[str, str | int]]:
    """The settings that the iPhone has from a profile, by their paths."""
    settings, kind = account.settings, payload_kind(account)
    yield "label", settings.label
    if settings.name:
        yield "name", settings.name
    if kind != "mail":
        yield "payload", kind
    for path in SETTING_PATHS:
        value = settings.value(path)
        carried = path not in _NOT_ON_THE_PHONE if kind == "mail" else path in _OF_EXCHANGE
        if carried and value is not None:
            yield path, value
    if account.certificates:
        prints = (hashlib.sha256(each).hexdigest()[:16] for each in account.certificates)
        yield "certificates", ", ".join(prints)


def _authorities(workspace: Workspace, settings: Settings) -> tuple[tuple[bytes, ...], tuple[Remark, ...]]:
    """The certificates of private authorities that the servers need, and what is wrong with their files."""
    files = dict.fromkeys(file for role in ROLES if (file := settings.server(role).ca_file))
    found: dict[bytes, None] = {}
    unusable = []
    for file in files:
        try:
            data = read_bytes(workspace.home.config / file)
            found.update(dict.fromkeys(authority_certificates(data)))
        except (FileError, CertificateError) as error:
            problem = error.problems[0].message if isinstance(error, FileError) else str(error)
            unusable.append(Remark(code="bad-certificate", facts={"file": file, "problem": problem}))
    # No profile is made without a certificate that its servers need.
    return (tuple(found) if not unusable else (b"",)), tuple(unusable)

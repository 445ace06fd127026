"""What goes to the iPhone: profiles and sheets of accounts as they are now. Nothing is written here."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import repeat
from typing import TYPE_CHECKING

import msgspec

from mailferry.file_names import file_stem
from mailferry.iphone.account import PhoneAccount
from mailferry.iphone.forms import Form
from mailferry.iphone.identity import account_identity
from mailferry.iphone.preflight import preflight
from mailferry.iphone.profile import ProfileStatement, build_profile, removal_day
from mailferry.iphone.profile_words import display_name
from mailferry.iphone.remark_words import said
from mailferry.iphone.signer import Signer
from mailferry.model.account import OwnIphone
from mailferry.model.address import parse_address
from mailferry.model.config import Person
from mailferry.model.problem import MailferryError
from mailferry.person_profiles import kept_identity
from mailferry.phone_accounts import (
    Gathered,
    as_with_passwords,
    gather,
    given_account,
    owner_of,
    with_passwords,
)
from mailferry.precautions import (
    profile_refusals,
    sheet_refusals,
    shown,
    unproven,
    warnings,
)
from mailferry.store.given import GivenProfile, GivenSigner
from mailferry.store.pinning import Pin
from mailferry.workspace import AccountEntry, Workspace

if TYPE_CHECKING:
    from mailferry.iphone.signing import SigningIdentity

_ENDINGS = {"html": "html", "text": "txt", "markdown": "md"}


class NotExportableError(MailferryError):
    """A profile cannot carry an account; the message says why and which way works instead."""


class ProfileWishes(msgspec.Struct, frozen=True, kw_only=True):
    """What a profile is to say besides its accounts; what is None is as config.toml and people.toml say.

    With `with_password`, the passwords stand in it, readable for whoever has the file. `lang` is the language
    that it describes itself in.
    """

    with_password: bool = False
    organization: str | None = None
    consent: Mapping[str, str] | None = None
    remove_on: datetime.date | None = None
    lang: str | None = None


class Export(msgspec.Struct, frozen=True, kw_only=True):
    """What was made, and what to know before using it, in whole sentences.

    `warnings` are all there are; `unproven` those among them that say of an account that it has not passed a
    test as it is. `shown` is what the iPhone will show and ask. `given` is what is kept of a profile when it
    is handed over, and `pins` what the accounts' files say from then on.
    """

    content: bytes
    file_name: str
    warnings: tuple[str, ...] = ()
    unproven: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    given: GivenProfile | None = None
    pins: tuple[Pin, ...] = ()


_NO_WISHES = ProfileWishes()


def export_profile(
    workspace: Workspace,
    entries: Sequence[AccountEntry],
    *,
    person: str | None = None,
    wishes: ProfileWishes = _NO_WISHES,
    identity: SigningIdentity | None = None,
) -> Export:
    """One configuration profile that holds all the accounts, signed if there is an identity.

    With `person` it is the profile of all that is theirs, which keeps its name however many accounts there
    are. Raises NotExportableError, SecretError for a password that cannot be had, IdentityError.
    """
    # In one order, whoever names the accounts in whichever: the same accounts are the same bytes.
    gathered = [gather(workspace, entry) for entry in sorted(entries, key=lambda entry: entry.id)]
    _refuse(gathered, [profile_refusals(workspace, each) for each in gathered])
    if wishes.with_password:
        gathered = [with_passwords(workspace, each) for each in gathered]
        _refuse(gathered, [map(said, each.refused) for each in gathered])
    person = _as_written(gathered, person)
    statement = _statement(workspace, person, person or owner_of(gathered), wishes)
    accounts = [each.account for each in gathered]
    remove_on = removal_day(accounts, person, statement)
    now = datetime.datetime.now(datetime.UTC)
    signer = identity.signer if identity is not None else None
    flights = [
        preflight(account, now=now, signer=signer, consent=bool(statement.consent), remove_on=remove_on)
        for account in accounts
    ]
    _refuse(gathered, [map(said, flight.refusals) for flight in flights])
    name = kept_identity(workspace, accounts, person)
    build = partial(build_profile, person=person, statement=statement, identity=name)
    content = build(accounts)
    given = GivenProfile(
        identifier=name.identifier,
        name=display_name([parse_address(account.settings.address) for account in accounts], person),
        content=_digest(content, accounts, build),
        accounts=tuple(given_account(workspace, each) for each in gathered),
        person=person,
        owner=person or owner_of(gathered),
        signer=_given_signer(signer),
        remove_on=remove_on,
        with_password=any(account.passwords for account in accounts),
        consent=dict(statement.consent),
        organization=statement.organization,
    )
    return Export(
        content=_signed(content, identity),
        file_name=f"{file_stem(entries, person)}.mobileconfig",
        warnings=warnings(workspace, gathered, [flight.warnings for flight in flights]),
        unproven=tuple(unproven(workspace, gathered)),
        shown=shown(gathered, [flight.shown for flight in flights]),
        given=given,
        pins=tuple(_pin(workspace, each, identified=True) for each in gathered),
    )


def export_sheet(
    workspace: Workspace,
    entries: Sequence[AccountEntry],
    form: Form,
    *,
    person: str | None = None,
    ios: int | None = None,
    lang: str | None = None,
    signer: Signer | None = None,
    install_url: str | None = None,
    with_password: bool = False,
    leaving: bool = False,
) -> Export:
    """The set-up instructions for all the accounts, or with `leaving` those for taking them off the iPhone.

    Version and language default to the person's own. `signer` would sign the profile that the sheet speaks
    of, which `install_url` offers; `with_password` tells that the passwords stand in that profile, and none
    is asked for here. Raises UnknownPhoneError, and NotExportableError for accounts that nobody could set up
    by it.
    """
    from mailferry.iphone import sheet

    # In the order of the profile, which may be named after the first.
    gathered = [gather(workspace, entry) for entry in sorted(entries, key=lambda entry: entry.id)]
    if not leaving:
        _refuse(gathered, [sheet_refusals(workspace, each) for each in gathered])
    owner = _as_written(gathered, person) or owner_of(gathered)
    phone = workspace.people.get(owner) if owner else None
    ios = ios or (phone.ios if phone else None) or 26
    lang = lang or (phone.language if phone else None) or "en"
    accounts = [_until(each.account, phone, person) for each in gathered]
    if with_password:
        accounts = [as_with_passwords(account) for account in accounts]
    now = datetime.datetime.now(datetime.UTC)
    if leaving:
        text = sheet.leaving(accounts, form=form, ios=ios, lang=lang, person=owner, now=now)
        return Export(
            content=text.encode(), file_name=f"{file_stem(entries, person)}-leaving.{_ENDINGS[form]}"
        )
    text = sheet.sheets(
        accounts,
        form=form,
        ios=ios,
        lang=lang,
        person=owner,
        signer=signer,
        organization=workspace.config.profiles.organization,
        consent=bool(workspace.config.profiles.consent),
        remove_on=phone.remove_on if phone and person else None,
        install_url=install_url,
        profile_person=_as_written(gathered, person),
        now=now,
    )
    return Export(
        content=text.encode(),
        file_name=f"{file_stem(entries, person)}.{_ENDINGS[form]}",
        warnings=warnings(workspace, gathered, repeat(())),
        unproven=tuple(unproven(workspace, gathered)),
        pins=tuple(_pin(workspace, each, identified=False) for each in gathered),
    )


def _as_written(gathered: Sequence[Gathered], person: str | None) -> str | None:
    """A person's name as their accounts have it: the iPhone knows the profile by it."""
    return gathered[0].value.person or person if person is not None and gathered else person


def _statement(
    workspace: Workspace, person: str | None, owner: str | None, wishes: ProfileWishes
) -> ProfileStatement:
    """The day of removal is of all that is a person's; the language, of whoever's iPhone it is."""
    profiles = workspace.config.profiles
    phone = workspace.people.get(owner or "", Person())
    return ProfileStatement(
        organization=profiles.organization if wishes.organization is None else wishes.organization,
        consent=profiles.consent if wishes.consent is None else wishes.consent,
        remove_on=wishes.remove_on or (phone.remove_on if person is not None else None),
        lang=wishes.lang or phone.language or "en",
    )


def _until(account: PhoneAccount, phone: Person | None, person: str | None) -> PhoneAccount:
    """The account with the day on which the profile vanishes that the sheet speaks of."""
    if person is None or phone is None or phone.remove_on is None:
        return account
    pinned = msgspec.structs.replace(account.pinned, remove_on=phone.remove_on)
    return msgspec.structs.replace(account, pinned=pinned)


def _signed(content: bytes, identity: SigningIdentity | None) -> bytes:
    if identity is None:
        return content
    from mailferry.iphone.signing import sign

    return sign(content, identity)


def _given_signer(signer: Signer | None) -> GivenSigner | None:
    if signer is None:
        return None
    return GivenSigner(name=signer.name, fingerprint=signer.fingerprint, lapses=signer.not_after)


def _digest(
    content: bytes, accounts: Sequence[PhoneAccount], build: Callable[[Sequence[PhoneAccount]], bytes]
) -> str:
    """What tells one version from another: neither the day of a test nor, which none may keep, a password."""
    inside = any(account.passwords for account in accounts)
    if inside or any(account.proof for account in accounts):
        content = build([msgspec.structs.replace(each, proof=None, passwords={}) for each in accounts])
    return hashlib.sha256(content + (b"with password" if inside else b"")).hexdigest()[:16]


def _pin(workspace: Workspace, gathered: Gathered, *, identified: bool) -> Pin:
    """What the account's file is to say: by what name the iPhone knows it, and how it was tested."""
    account, value = gathered.account, gathered.value
    proof = account.proof
    identifier, uuid = value.iphone.identifier, value.iphone.uuid
    if identified:
        identity = account_identity(account)
        identifier, uuid = identity.identifier, identity.uuid
    iphone = OwnIphone(
        identifier=identifier,
        uuid=uuid,
        tested=proof.day if proof is not None else None,
        tested_as=workspace.digest(gathered.entry.id, value) if proof is not None else None,
        remove_on=value.iphone.remove_on,
    )
    return Pin(path=gathered.entry.path, account=value, iphone=iphone)


def _refuse(gathered: Sequence[Gathered], refusals: Iterable[Iterable[str]]) -> None:
    """Raise NotExportableError where there is any refusal, by the account that it is about."""
    lines = [
        f"{each.account.settings.label}: {words}"
        for each, refused in zip(gathered, refusals, strict=True)
        for words in refused
    ]
    if lines:
        raise NotExportableError("\n".join(lines))

"""Configuration profiles: accounts as the file that an iPhone installs."""

from __future__ import annotations

import datetime
import plistlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from mailferry.iphone.account import PhoneAccount
from mailferry.iphone.certificate_payload import certificate_payload
from mailferry.iphone.exchange_payload import exchange_payload
from mailferry.iphone.google_payload import google_payload
from mailferry.iphone.identity import Identity, payload_stems, profile_identity, uuid_of
from mailferry.iphone.mail_payload import mail_payload
from mailferry.iphone.payload_kind import payload_kind
from mailferry.iphone.plain import plain, plain_lines
from mailferry.iphone.profile_words import description, display_name
from mailferry.iphone.refusals import refusals
from mailferry.iphone.remark_words import said
from mailferry.iphone.schema import violations
from mailferry.model.address import Address, parse_address
from mailferry.model.problem import MailferryError

_IPHONE = 1
"""TargetDeviceType: without it, a phone with a paired Watch first asks which device is meant."""

_PAYLOADS = {"mail": mail_payload, "exchange": exchange_payload, "google": google_payload}


class ProfileError(MailferryError):
    """A profile cannot carry an account; the message says why and what works instead."""


class ProfileStatement(msgspec.Struct, frozen=True, kw_only=True):
    """What a profile says besides its accounts.

    `consent` is the text to agree to, by language code or “default”. On `remove_on`, as the day begins in
    UTC, the profile vanishes from the iPhone with its accounts. `lang` is the language of its description,
    one of `language.LANGUAGES`; by its names the iPhone knows an account again, so they have none.
    """

    organization: str = "mailferry"
    consent: Mapping[str, str] = msgspec.field(default_factory=dict)
    remove_on: datetime.date | None = None
    lang: str = "en"


_NOTHING_MORE = ProfileStatement()


def build_profile(
    accounts: Sequence[PhoneAccount],
    *,
    person: str | None = None,
    statement: ProfileStatement = _NOTHING_MORE,
    identity: Identity | None = None,
) -> bytes:
    """One profile with all the accounts, as an XML property list.

    `identity` is that of the profile which it is to replace; left out, what follows from accounts and person.
    The same accounts give the same bytes on every machine. There is no password in it that is not among an
    account's `passwords`: the iPhone asks for the others.

    Raises ProfileError when an account cannot be carried, AddressError for an address that is none.
    """
    if not accounts:
        raise ProfileError("there is no account to make a profile of")
    for account in accounts:
        _refuse_what_cannot_work(account)
    addresses = [parse_address(account.settings.address) for account in accounts]
    identity = identity or profile_identity(accounts, person)
    profile = {
        "PayloadType": "Configuration",
        "PayloadVersion": 1,
        "PayloadIdentifier": identity.identifier,
        "PayloadUUID": identity.uuid,
        "PayloadDisplayName": display_name(addresses, person),
        "PayloadDescription": description(accounts, addresses, statement.lang),
        "TargetDeviceType": _IPHONE,
        "PayloadContent": [
            *_account_payloads(accounts, addresses, identity.identifier),
            *_certificate_payloads(accounts, identity.identifier),
        ],
        **_stated(statement, removal_day(accounts, person, statement)),
    }
    wrong = violations(profile)
    if wrong:
        raise ProfileError(f"the profile would not be what an iPhone takes: {'; '.join(wrong)}")
    return plistlib.dumps(profile, sort_keys=True)


def removal_day(
    accounts: Sequence[PhoneAccount], person: str | None, statement: ProfileStatement
) -> datetime.date | None:
    """The day on which a profile vanishes: as stated; else, in an account's own profile, as its file says."""
    if statement.remove_on is not None:
        return statement.remove_on
    return accounts[0].pinned.remove_on if len(accounts) == 1 and person is None else None


def _refuse_what_cannot_work(account: PhoneAccount) -> None:
    reasons = " ".join(said(refusal) for refusal in refusals(account))
    if reasons:
        raise ProfileError(f"{plain(account.settings.label)}: {reasons}")


def _account_payloads(
    accounts: Sequence[PhoneAccount], addresses: Sequence[Address], profile: str
) -> Iterator[dict[str, Any]]:
    for account, address, stem in zip(accounts, addresses, payload_stems(accounts), strict=True):
        identifier = f"{profile}.{stem}"
        yield {
            "PayloadVersion": 1,
            "PayloadIdentifier": identifier,
            "PayloadUUID": uuid_of(identifier),
            # Of an Exchange account this is also what the account is called on the iPhone.
            "PayloadDisplayName": plain(account.settings.label) or plain(str(address)),
            **_PAYLOADS[payload_kind(account)](account, address),
        }


def _certificate_payloads(accounts: Sequence[PhoneAccount], profile: str) -> Iterator[dict[str, Any]]:
    """Each certificate once, however many accounts rely on it."""
    for certificate in dict.fromkeys(each for account in accounts for each in account.certificates):
        yield certificate_payload(certificate, profile)


def _stated(statement: ProfileStatement, remove_on: datetime.date | None) -> dict[str, Any]:
    stated: dict[str, Any] = {}
    if organization := plain(statement.organization):
        stated["PayloadOrganization"] = organization
    consent = {plain(code): plain_lines(text) for code, text in statement.consent.items()}
    if consent := {code: text for code, text in consent.items() if code and text}:
        stated["ConsentText"] = consent
    if remove_on is not None:
        # A property list's dates are in UTC and say so by themselves.
        stated["RemovalDate"] = datetime.datetime.combine(remove_on, datetime.time())
    return stated

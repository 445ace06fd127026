"""Configuration profiles: an account as the file that an iPhone installs."""

from __future__ import annotations

import plistlib
from collections import Counter
from collections.abc import Sequence
from typing import Any

from mailferry.iphone.account import PhoneAccount
from mailferry.iphone.identity import (
    account_identifier,
    account_name,
    group_identifier,
    person_identifier,
    uuid_of,
)
from mailferry.iphone.plain import plain
from mailferry.iphone.preflight import preflight
from mailferry.model.account import AuthMethod
from mailferry.model.address import Address, domain_to_ascii, parse_address
from mailferry.model.problem import MailferryError
from mailferry.model.settings import ServerSettings, Settings

_IPHONE = 1
"""TargetDeviceType: without it, a phone with a paired Watch first asks which device is meant."""

_AUTHENTICATION: dict[AuthMethod, str] = {
    "password": "EmailAuthPassword",
    "cram-md5": "EmailAuthCRAMMD5",
    "ntlm": "EmailAuthNTLM",
    "none": "EmailAuthNone",
}

_SMIME_STAYS_THE_USERS_CHOICE = {
    "SMIMESigningUserOverrideable": True,
    "SMIMESigningCertificateUUIDUserOverrideable": True,
    "SMIMEEncryptByDefaultUserOverrideable": True,
    "SMIMEEncryptionCertificateUUIDUserOverrideable": True,
    "SMIMEEnableEncryptionPerMessageSwitch": True,
}
"""A profile locks what it does not declare overridable; without these nobody could switch S/MIME on."""


class ProfileError(MailferryError):
    """A profile cannot carry an account; the message says why and what works instead."""


def build_profile(accounts: Sequence[PhoneAccount], *, person: str | None = None) -> bytes:
    """One profile with all the accounts, as an XML property list (Apple: com.apple.mail.managed).

    The same accounts give the same bytes on every machine. There is no password in it: the iPhone asks.

    Raises ProfileError when an account cannot be carried, AddressError for an address that is none.
    """
    if not accounts:
        raise ProfileError("there is no account to make a profile of")
    for account in accounts:
        _refuse_what_cannot_work(account)
    addresses = [parse_address(account.settings.address) for account in accounts]
    names = _distinct(
        [
            account_name(address, account.settings.incoming.protocol)
            for address, account in zip(addresses, accounts, strict=True)
        ]
    )
    identifier = _profile_identifier(names, person)
    profile = {
        "PayloadType": "Configuration",
        "PayloadVersion": 1,
        "PayloadIdentifier": identifier,
        "PayloadUUID": uuid_of(identifier),
        "PayloadDisplayName": _display_name(addresses, person),
        "PayloadDescription": _description(addresses),
        "PayloadOrganization": "mailferry",
        "TargetDeviceType": _IPHONE,
        "PayloadContent": [
            _mail_payload(account.settings, address, f"{identifier}.{name}")
            for account, address, name in zip(accounts, addresses, names, strict=True)
        ],
    }
    return plistlib.dumps(profile, sort_keys=True)


def _refuse_what_cannot_work(account: PhoneAccount) -> None:
    refusals = preflight(account.settings, account.recommendation).refusals
    if refusals:
        reasons = " ".join(f"{refusal.why} {refusal.instead}" for refusal in refusals)
        raise ProfileError(f"{plain(account.settings.label)}: {reasons}")


def _distinct(names: Sequence[str]) -> list[str]:
    """Number those that occur again: a UUID used twice makes iOS reject the whole profile."""
    seen: Counter[str] = Counter()
    numbered = []
    for name in names:
        seen[name] += 1
        numbered.append(name if seen[name] == 1 else f"{name}.{seen[name]}")
    return numbered


def _profile_identifier(names: Sequence[str], person: str | None) -> str:
    if person is not None:
        return person_identifier(person)
    return account_identifier(names[0]) if len(names) == 1 else group_identifier(names)


def _display_name(addresses: Sequence[Address], person: str | None) -> str:
    """iOS also tells accounts apart by this name, so it says whose mail it is and never counts."""
    if len(addresses) == 1:
        address = plain(str(addresses[0]))
        return f"Mail for {address}" if person is None else f"Mail for {plain(person)} ({address})"
    if person is not None:
        return f"Mail for {plain(person)}"
    return f"Mail for {plain(str(addresses[0]))} and {len(addresses) - 1} more"


def _description(addresses: Sequence[Address]) -> str:
    every = ", ".join(plain(str(address)) for address in addresses)
    return f"Sets up the Mail app for {every}. There is no password in this file; the iPhone asks for it."


def _mail_payload(settings: Settings, address: Address, identifier: str) -> dict[str, Any]:
    label = plain(settings.label) or str(address)
    payload: dict[str, Any] = {
        "PayloadType": "com.apple.mail.managed",
        "PayloadVersion": 1,
        "PayloadIdentifier": identifier,
        "PayloadUUID": uuid_of(identifier),
        "PayloadDisplayName": label,
        "EmailAccountType": "EmailTypePOP" if settings.incoming.protocol == "pop3" else "EmailTypeIMAP",
        "EmailAccountDescription": label,
        "EmailAddress": plain(str(address)),
        "OutgoingPasswordSameAsIncomingPassword": _one_password(settings),
        **_SMIME_STAYS_THE_USERS_CHOICE,
        **_server_keys("Incoming", settings.incoming),
        **_server_keys("Outgoing", settings.outgoing),
    }
    # An empty string would count as absent, so what is not known is left out and the iPhone asks for it.
    if name := plain(settings.name or ""):
        payload["EmailAccountName"] = name
    return payload


def _server_keys(which: str, server: ServerSettings) -> dict[str, Any]:
    # preflight has refused what lacks these; the type checker cannot know.
    assert server.host is not None
    assert server.auth is not None
    keys: dict[str, Any] = {
        f"{which}MailServerHostName": domain_to_ascii(server.host),
        f"{which}MailServerPortNumber": server.port,
        # There is no key for the kind of TLS: true demands it, and the port decides between
        # TLS from the start and STARTTLS.
        f"{which}MailServerUseSSL": server.security in ("tls", "starttls"),
        f"{which}MailServerAuthentication": _AUTHENTICATION[server.auth],
    }
    if server.username:
        keys[f"{which}MailServerUsername"] = server.username
    return keys


def _one_password(settings: Settings) -> bool:
    """Whether the iPhone may ask once and use the answer for both servers."""
    return (
        "none" not in (settings.incoming.auth, settings.outgoing.auth)
        and settings.incoming_password == settings.outgoing_password
    )

"""Names by which an iPhone knows a profile again: always the same for the same account."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import msgspec

from mailferry.iphone.account import PhoneAccount
from mailferry.model.address import Address, parse_address
from mailferry.model.settings import Settings

_NAMESPACE = uuid.UUID("260de267-293c-5835-b15b-e5366d3d88ae")
"""uuid5(NAMESPACE_DNS, "mailferry.app"). Never to change: a new export would no longer replace the profile
that is installed."""

_ROOT = "app.mailferry"
_ACCOUNT = f"{_ROOT}.account."


class Identity(msgspec.Struct, frozen=True):
    """PayloadIdentifier and PayloadUUID of a profile: one with the same identifier replaces it."""

    identifier: str
    uuid: str


def account_identity(account: PhoneAccount) -> Identity:
    """The identity of the account's own profile: what its file pins, else what follows from its address.

    Raises AddressError for an address that is none.
    """
    identifier = account.pinned.identifier or usual_identifier(account.settings)
    return Identity(identifier, account.pinned.uuid or uuid_of(identifier))


def usual_identifier(settings: Settings) -> str:
    """The identifier of the profile of an account that pins none. Raises AddressError."""
    # Host, port and user name are left out on purpose: a corrected account replaces the one on the phone.
    # The protocol is in it because one mailbox may well be there twice, by IMAP and by POP.
    return f"{address_stem(parse_address(settings.address))}.{settings.incoming.protocol}"


def address_stem(address: Address) -> str:
    """What the usual identifiers of all accounts of an address begin with, up to the last dot."""
    domain = ".".join(reversed(address.domain.split(".")))
    return f"{_ACCOUNT}{domain}.{_label(address.local)}"


def identifier_beside(usual: str, name: str) -> str:
    """The identifier of another account of the same address and protocol, told apart by a name of its own."""
    return f"{usual}.{_label(name)}"


def profile_identity(accounts: Sequence[PhoneAccount], person: str | None) -> Identity:
    """The identity of the profile that holds these accounts, in any order: a person's, or a lone account's.

    A person's profile keeps its identity whichever accounts come and go. Raises AddressError.
    """
    if person is not None:
        identifier = f"{_ROOT}.person.{_label(person)}"
        return Identity(identifier, uuid_of(identifier))
    if len(accounts) == 1:
        return account_identity(accounts[0])
    group = uuid.uuid5(_NAMESPACE, " ".join(sorted(payload_stems(accounts)))).hex
    identifier = f"{_ROOT}.accounts.{group}"
    return Identity(identifier, uuid_of(identifier))


def payload_stems(accounts: Sequence[PhoneAccount]) -> list[str]:
    """For each account the last part of its payload's identifier, in whichever profile it stands.

    It follows the account's identity, so that an account that was renamed, or had a profile of another
    maker's, is still the same one. Those that occur again are numbered: a UUID used twice makes iOS reject
    the whole profile. Raises AddressError.
    """
    stems: dict[str, None] = {}
    for account in accounts:
        first = stem = account_identity(account).identifier.removeprefix(_ACCOUNT)
        number = 1
        while stem in stems:
            number += 1
            stem = f"{first}.{number}"
        stems[stem] = None
    return list(stems)


def uuid_of(identifier: str) -> str:
    """The UUID (version 5, RFC 9562 section 5.5) that goes with an identifier."""
    return str(uuid.uuid5(_NAMESPACE, identifier)).upper()


def _label(text: str) -> str:
    """Letters and digits as they are, all else as `-` and two hex digits per byte: nothing collides."""
    return "".join(
        character
        if character.isascii() and character.isalnum()
        else "".join(f"-{byte:02x}" for byte in character.encode("utf-8", "surrogatepass"))
        for character in text
    )

"""Names by which an iPhone knows a profile again: always the same for the same account."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from mailferry.model.account import Protocol
from mailferry.model.address import Address

_NAMESPACE = uuid.UUID("260de267-293c-5835-b15b-e5366d3d88ae")
"""uuid5(NAMESPACE_DNS, "mailferry.app"). Never to change: a new export would no longer replace the profile
that is installed."""

_ROOT = "app.mailferry"


def account_name(address: Address, protocol: Protocol) -> str:
    """Reverse-DNS name of one account, without a prefix.

    Host, port and user name are left out on purpose: a corrected account replaces the one on the phone.
    The protocol is in it because one mailbox may well be there twice, by IMAP and by POP.
    """
    domain = ".".join(reversed(address.domain.split(".")))
    return f"{domain}.{_label(address.local)}.{protocol}"


def account_identifier(name: str) -> str:
    """Identifier of the profile that holds just the account of that name."""
    return f"{_ROOT}.account.{name}"


def person_identifier(person: str) -> str:
    """Identifier of the profile that holds all of a person's accounts, however many they become."""
    return f"{_ROOT}.person.{_label(person)}"


def group_identifier(names: Iterable[str]) -> str:
    """Identifier of a profile that holds the accounts of these names, in any order."""
    return f"{_ROOT}.accounts.{uuid.uuid5(_NAMESPACE, ' '.join(sorted(names))).hex}"


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

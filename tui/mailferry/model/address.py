"""Mail addresses as people type them."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import msgspec

from mailferry.model.problem import MailferryError

_MAX_LOCAL = 64  # octets, RFC 5321 section 4.5.3.1.1
_MAX_DOMAIN = 255  # octets, RFC 5321 section 4.5.3.1.2


class AddressError(MailferryError):
    """The text is not a mail address; the message says why."""


class Address(msgspec.Struct, frozen=True):
    """A mail address. `local` is kept as written (its case can matter); `domain` is lower-case A-labels."""

    local: str
    domain: str

    def __str__(self) -> str:
        return f"{self.local}@{self.domain}"


# The same few addresses and hosts are looked at again and again, by whoever handles an account.
@lru_cache(maxsize=1024)
def parse_address(text: str) -> Address:
    """Read an address, forgiving what people paste: outer blanks, capitals and a final dot in the domain.

    The domain is compared and kept in its ASCII form (RFC 5890), so `eva@bücher.example` and
    `eva@xn--bcher-kva.example` are one address. A quoted local part keeps its quotes.

    Raises AddressError.
    """
    trimmed = text.strip()
    if not trimmed:
        raise AddressError("an address is needed, like joe@example.com")
    if any(unicodedata.category(character) == "Cc" for character in trimmed):
        raise AddressError("the address holds a control character")
    local, at, domain = trimmed.rpartition("@")
    if not at:
        raise AddressError(f"“{trimmed}” has no @; an address looks like joe@example.com")
    if not local:
        raise AddressError(f"“{trimmed}” has nothing before the @")
    quoted = len(local) >= 2 and local[0] == local[-1] == '"'
    if not quoted:
        if "@" in local:
            raise AddressError(f"“{trimmed}” has more than one @")
        if any(character.isspace() for character in local):
            raise AddressError(f"“{trimmed}” has a blank inside")
        if any(character in '()<>[]:;,\\"' for character in local):
            raise AddressError(f"“{trimmed}” has a character before the @ that an address cannot have")
    if len(local.encode()) > _MAX_LOCAL:
        raise AddressError(f"the part before the @ is longer than {_MAX_LOCAL} characters")
    return Address(local, domain_to_ascii(domain))


def pasted_address(text: str) -> str:
    """The address in what people paste from a message's header: `Joe <joe@example.com>` (RFC 5322)."""
    trimmed = text.strip()
    return trimmed[trimmed.rindex("<") + 1 : -1] if trimmed.endswith(">") and "<" in trimmed else text


def domain_for_people(domain: str) -> str:
    """A domain in A-labels as its owner writes it, with the A-labels behind where they are another text."""
    if "xn--" not in domain:
        return domain
    import idna

    try:
        written = idna.decode(domain)
    except idna.IDNAError:  # looks like an A-label and is none
        return domain
    return f"{written} ({domain})"


@lru_cache(maxsize=1024)
def domain_to_ascii(text: str) -> str:
    """The lower-case A-label form of a domain or host name (RFC 5890), without a final dot.

    Raises AddressError when the text cannot be a host name.
    """
    domain = text.strip().lower().removesuffix(".")
    if not domain:
        raise AddressError("the domain after the @ is missing")
    if any(character.isspace() for character in domain):
        raise AddressError(f"“{text}” has a blank inside")
    if not domain.isascii():
        import idna

        try:
            domain = idna.encode(domain, uts46=True).decode("ascii")
        except idna.IDNAError as error:
            raise AddressError(f"“{text}” is not a domain name: {error}") from None
    if len(domain) > _MAX_DOMAIN:
        raise AddressError("the domain is longer than 255 characters")
    for label in domain.split("."):
        if not label:
            raise AddressError(f"“{text}” has two dots in a row or begins with one")
        if len(label) > 63 or label[0] == "-" or label[-1] == "-":
            raise AddressError(f"“{text}” is not a domain name (“{label}”)")
        if not all(character.isalnum() or character in "-_" for character in label):
            raise AddressError(f"“{text}” is not a domain name")
    return domain

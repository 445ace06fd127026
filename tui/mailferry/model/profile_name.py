"""What an account file may pin as the name of its profile: PayloadIdentifier and PayloadUUID."""

from __future__ import annotations

import re

_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_LENGTHS = range(2, 201)
_UNFIT = frozenset("<>/\\\"'&")
"""What no maker of profiles writes there: the identifier was cut out of a file with something around it."""


def identifier_fault(identifier: str) -> str | None:
    """Why a text is no identifier of a profile, in words; None when it is one.

    Apple asks for reverse-DNS and takes any text, so makers of profiles write product names and bare UUIDs
    as well. Those stay usable: only under the very same identifier one profile replaces another.
    """
    if len(identifier) not in _LENGTHS:
        return "is no identifier of a profile, which has 2 to 200 characters, as in “com.example.mail”"
    for character in identifier:
        if character in _UNFIT or not character.isprintable():
            shown = f"“{character}”" if character.isprintable() else "a character that does not show"
            return f"has {shown} in it, as no identifier of a profile has; “com.example.mail” is one"
    if identifier != identifier.strip():
        return "has a blank at an end, as no identifier of a profile has"
    return None


def is_uuid(text: str) -> bool:
    """Whether a text has the form of a UUID (RFC 9562 section 4), in letters of either case."""
    return _UUID.fullmatch(text) is not None

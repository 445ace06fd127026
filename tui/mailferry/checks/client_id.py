"""Telling an IMAP server who asks (RFC 2971), where it wants to know before it opens an inbox."""

from __future__ import annotations

import re
from collections.abc import Collection

from mailferry import __version__
from mailferry.model.account import Quirk

ARGUMENT = f'("name" "mailferry" "version" "{__version__}")'
"""What we say of ourselves; nothing of the user or the machine."""

_COREMAIL = re.compile(r"\bcoremail\b", re.IGNORECASE)
_UNSAFE = re.compile(r"unsafe login", re.IGNORECASE)


def is_coremail(greeting: str | None) -> bool:
    """Whether a server's first line says Coremail, which wants the ID and offers SASL-IR falsely."""
    return _COREMAIL.search(greeting or "") is not None


def is_wanted(quirks: Collection[Quirk], greeting: str | None, capabilities: Collection[str]) -> bool:
    """Whether to send the ID unasked."""
    return "send-id" in quirks or (is_coremail(greeting) and "ID" in capabilities)


def is_missed(said: str | None) -> bool:
    """Whether a refusal says that the server does not know who asks (163 and its sisters)."""
    return _UNSAFE.search(said or "") is not None

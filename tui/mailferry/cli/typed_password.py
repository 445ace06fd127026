"""A password that somebody typed or pasted."""

from __future__ import annotations

from mailferry.cli.output import words
from mailferry.model.app_password import BLANKS_REMOVED, without_blanks
from mailferry.model.secret import Secret


def typed_password(text: str) -> Secret:
    """The password as meant: an app password loses the blanks it is shown with, and that is said."""
    joined = without_blanks(text)
    if joined is None:
        return Secret(text)
    words(BLANKS_REMOVED)
    return Secret(joined)

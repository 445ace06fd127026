"""User names with placeholders, between the autoconfig format's spelling and that of provider files."""

from __future__ import annotations

import re

_OURS = {
    "%EMAILADDRESS%": "{address}",
    "%EMAILLOCALPART%": "{local}",
    "%EMAILDOMAIN%": "{domain}",
}
_THEIRS = {ours: theirs for theirs, ours in _OURS.items()}
_WORDS = {"address": "%EMAILADDRESS%", "local-part": "%EMAILLOCALPART%"}
_PLACEHOLDER = re.compile("|".join(_OURS))
_LOOKS_LIKE_ONE = re.compile(r"%\w")


def form_of(text: str) -> str | None:
    """A provider file's form of a user name that is written as autoconfig does; None if it has none.

    It has none where a placeholder is unknown or not closed, or where the text means something else to us.
    """
    if _LOOKS_LIKE_ONE.search(_PLACEHOLDER.sub("", text)):
        return None
    for form, written in _WORDS.items():
        if text == written:
            return form
    taken = text in (*_WORDS, "ask") or any(ours in text for ours in _THEIRS)
    return None if taken or not text else _PLACEHOLDER.sub(lambda found: _OURS[found[0]], text)


def written(form: str) -> str | None:
    """A provider file's form of a user name as autoconfig writes it; None for “ask”, which it cannot say."""
    if form == "ask":
        return None
    if form in _WORDS:
        return _WORDS[form]
    for ours, theirs in _THEIRS.items():
        form = form.replace(ours, theirs)
    return form

"""App passwords as their makers show them: in groups with blanks between, which are not part of them."""

from __future__ import annotations

import re

_GROUPS = re.compile(r"[a-z]{4}(?:[ \t\u00a0]+[a-z]{4}){3}")
"""Google, Yahoo, AOL: 16 small letters in four groups; copied from a page, the blanks may be no-break."""
_CONSONANTS = "[^aeiouy]"
_WORDLIKE = re.compile(
    f"(?=.*[aeiouy])(?!{_CONSONANTS}{{3}}(?<!chr|scr|shr|spr|str|thr))"
    f"(?!.{_CONSONANTS}{{3}}(?<!ch|sh|th|.s))[a-z]{{4}}"
)


def without_blanks(password: str) -> str | None:
    """The app password that a text is, when it was copied with the blanks that it is shown with.

    None for every other text. Four words of four letters are a passphrase, whose blanks belong to it.
    """
    if not _GROUPS.fullmatch(password.strip()):
        return None
    groups = password.split()
    if all(_WORDLIKE.fullmatch(group) for group in groups):
        return None
    return "".join(groups)


BLANKS_REMOVED = (
    "The blanks between the groups of letters were left out: the app password is what stands between them."
)
"""Said when a password is typed or pasted so."""

"""Hiding secrets in what was said, whatever form a server gives them."""

from __future__ import annotations

import re
from collections.abc import Iterable

MASK = "•••"
_MASK = MASK.encode()
_SHORT = 6
"""Secrets shorter than this are masked as whole words only, or they would eat the server's words."""


class Masks:
    """The secrets of one conversation, and how to cover them."""

    def __init__(self) -> None:
        self._secrets: list[re.Pattern[bytes]] = []

    def conceal(self, forms: Iterable[bytes]) -> None:
        """Cover these byte strings from now on."""
        for form in sorted(set(forms) - {b""}, key=len, reverse=True):
            text = re.escape(form)
            whole_word = rb"(?<!\w)" + text + rb"(?!\w)"
            self._secrets.append(re.compile(whole_word if len(form) < _SHORT else text))

    def cover(self, line: bytes, limit: int) -> bytes:
        """The first `limit` bytes of a line, its secrets masked."""
        for secret in self._secrets:
            line = secret.sub(_MASK, line)
        return line[:limit]

"""What was said in the tests of this session: kept in memory until mailferry ends, never on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailferry.model.account import Role
from mailferry.model.settings import ROLES

if TYPE_CHECKING:
    from mailferry.model.transcript import ServerTranscript

_ACCOUNTS = 500
"""How many accounts' conversations are kept; of more, those tested longest ago are forgotten."""


class Heard:
    """The conversations of each account's last test."""

    def __init__(self) -> None:
        self._kept: dict[str, dict[Role, ServerTranscript]] = {}

    def begin(self, account_id: str) -> None:
        """Forget an account's last test, because another begins."""
        self._kept.pop(account_id, None)

    def add(self, account_id: str, transcript: ServerTranscript) -> None:
        """Keep what was said to one server of an account."""
        self._kept.setdefault(account_id, {})[transcript.role] = transcript
        if len(self._kept) > _ACCOUNTS:
            del self._kept[next(iter(self._kept))]

    def of(self, account_id: str) -> tuple[ServerTranscript, ...]:
        """An account's conversations, the incoming server's first; none where it was not tested here."""
        kept = self._kept.get(account_id, {})
        return tuple(kept[role] for role in ROLES if role in kept)

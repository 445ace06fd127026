"""A password that cannot be printed by accident."""

from __future__ import annotations

from typing import Literal

from mailferry.model.problem import MailferryError

UNSENDABLE = "the user name or the password holds a character that cannot be sent"
"""What a stage that sends no password says then; more may follow."""


class Secret:
    """A password or token. `repr`, `str` and formatting show dots; `reveal()` is the only way to the text."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself. Call it where it is sent, and keep it in no variable."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(•••)"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("a Secret is never pickled or copied to disk")


class SecretError(MailferryError):
    """A password could not be had. `cause` is the slug that a check reports for it."""

    def __init__(
        self,
        message: str,
        *,
        cause: Literal["no-password", "password-command-failed", "cancelled"] = "no-password",
    ) -> None:
        super().__init__(message)
        self.cause = cause

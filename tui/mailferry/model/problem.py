"""What is wrong with something a person wrote, said so that the person can mend it."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One mistake in one place.

    `file` is the path as a person would type it, `line` counts from 1, `key` is the dotted key
    (`incoming.port`), `message` says what is wrong and what would be right.
    """

    message: str
    file: str | None = None
    line: int | None = None
    key: str | None = None

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line) if part is not None)
        words = f"{self.key}: {self.message}" if self.key else self.message
        return f"{place}: {words}" if place else words


class MailferryError(Exception):
    """Every failure that a person caused or can mend. Both faces show its words, never a traceback."""

    def __init__(self, message: str, *, problems: Iterable[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


class InvalidFileError(MailferryError):
    """A file that does not say what such a file must say; `problems` has at least one entry."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        found = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in found), problems=found)

"""The failure book as files: the shipped one, and one's own `failures.toml` over it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

from mailferry.advice.book import check_book
from mailferry.model.failure import FailureBook
from mailferry.model.problem import InvalidFileError, Problem
from mailferry.store.decode import decode_failures, line_of
from mailferry.store.files import read_text
from mailferry.store.shipped import shipped


def shipped_failures() -> Path:
    """The file that comes with the program."""
    return shipped("profiles") / "failures.toml"


@cache
def shipped_book() -> FailureBook:
    """The book that comes with the program, found sound by tests; reading it takes a third of a check."""
    file = shipped_failures()
    return decode_failures(read_text(file), str(file))


def read_failures(file: Path) -> FailureBook:
    """A failure book whose every rule can be used. One's own needs no advice for every cause.

    Raises InvalidFileError with every problem and its line, FileError for a file that cannot be read.
    """
    text = read_text(file)
    book = decode_failures(text, str(file))
    problems = check_book(book, str(file), complete=file == shipped_failures())
    if problems:
        raise InvalidFileError([_placed(problem, text) for problem in problems])
    return book


def _placed(problem: Problem, text: str) -> Problem:
    """A problem with its line, and its key as TOML writes it; which rule is meant, the line tells."""
    path = (problem.key or "").split(".")
    key = ".".join(part for part in path if not part.isdigit())
    return msgspec.structs.replace(problem, line=line_of(text, tuple(path)), key=key)


def joined(own: FailureBook, book: FailureBook) -> FailureBook:
    """One's own rules before the others, and one's own advice instead of the other, cause by cause."""
    return FailureBook(rule=(*own.rule, *book.rule), cause={**book.cause, **own.cause})

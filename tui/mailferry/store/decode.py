"""From the text of a file to a value of the model, or to everything that is wrong with it, line by line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from typing import TypeVar

import msgspec

from mailferry.model.account import Account
from mailferry.model.config import Config, Person
from mailferry.model.failure import FailureBook
from mailferry.model.problem import InvalidFileError, Problem
from mailferry.model.provider import Provider
from mailferry.model.theme import Theme
from mailferry.model.visible import visible
from mailferry.store import rules
from mailferry.store.fault import Fault

T = TypeVar("T")

_TOO_DEEP = "is nested too deeply"
_MOST = 50  # problems reported of one file; beyond that it is not the file that was meant
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SYNTAX_PLACE = re.compile(r" \((?:at line (\d+), column (\d+)|at end of document)\)$")
_SYNTAX_WORDS = (
    ("Cannot overwrite a value", "this key is there twice"),
    ("Cannot declare", "this table is there twice"),
    ("Invalid value", "this value is not TOML; text needs quotes around it"),
    ("Expected '=' after a key", "“=” and a value are missing after the key"),
    ("Unterminated string", "the text has no closing quote"),
    ("Illegal character", "the text holds a character that must not be there; is its closing quote missing?"),
    ("Expected newline or end of document after a statement", "there is something after the value"),
)


def decode_account(text: str, file: str) -> Account:
    """Read an account file. Raises InvalidFileError with every problem."""
    return _decode(text, file, Account, rules.account_faults, needs='address = "joe@example.com"')


def decode_provider(text: str, file: str, *, over: Mapping[str, object] | None = None) -> Provider:
    """Read a provider file. Raises InvalidFileError with every problem.

    `over` holds the values of the shipped file of the same name; an own file then states what differs.
    """
    return _decode(
        text,
        file,
        Provider,
        rules.provider_faults,
        needs='name = "…"' if over is None else None,
        over=over or {},
    )


def decode_theme(text: str, file: str) -> Theme:
    """Read a theme file. Raises InvalidFileError with every problem."""
    return _decode(text, file, Theme, rules.text_faults, needs='name = "…" and its colours')


def decode_config(text: str, file: str) -> Config:
    """Read config.toml. Raises InvalidFileError with every problem."""
    return _decode(text, file, Config, rules.text_faults)


def decode_people(text: str, file: str) -> dict[str, Person]:
    """Read people.toml. Raises InvalidFileError with every problem."""
    return _decode(text, file, dict[str, Person], rules.people_faults)


def decode_failures(text: str, file: str) -> FailureBook:
    """Read the failure book. Raises InvalidFileError with every problem."""
    return _decode(text, file, FailureBook, rules.failures_faults)


def parse(text: str, file: str | None = None) -> dict[str, object]:
    """The values of a TOML text. Raises InvalidFileError that names line and column."""
    try:
        return tomllib.loads(text)
    except RecursionError:
        problem = Problem(file=file, message=_TOO_DEEP)
    except ValueError as error:  # TOMLDecodeError, and int() for a number of thousands of digits
        problem = _syntax_problem(str(error), text, file)
    raise InvalidFileError([problem])


def overlay(below: Mapping[str, object], above: Mapping[str, object]) -> dict[str, object]:
    """Values of two files joined: `above` wins, tables key by key, arrays and all else as a whole."""
    joined = dict(below)
    for key, value in above.items():
        under = joined.get(key)
        joined[key] = overlay(under, value) if isinstance(under, dict) and isinstance(value, dict) else value
    return joined


def line_of(text: str, path: tuple[str | int, ...]) -> int | None:
    """The line, from 1, at which a value stands; of one that is not there, the line of its table."""
    from mailferry.store.statements import line_in, statements

    return line_in(statements(text), path)


def _decode(
    text: str,
    file: str,
    model: type[T],
    rule: rules.Rule,
    *,
    needs: str | None = None,
    over: Mapping[str, object] | None = None,
) -> T:
    own = parse(text, file)
    if not own and needs is not None:
        raise InvalidFileError([Problem(file=file, message=f"is empty; it needs at least {needs}")])
    raw = overlay(over, own) if over else own
    try:
        faults = list(rule(raw))
    except RecursionError:  # dotted keys nest tables deeper than the parser's own recursion goes
        raise InvalidFileError([Problem(file=file, message=_TOO_DEEP)]) from None
    try:
        value = msgspec.convert(raw, model)
    except msgspec.ValidationError as error:
        from mailferry.store.shape import shape_faults

        # msgspec's own words are the last resort: they know no lines
        faults = [*shape_faults(raw, model), *faults] or [Fault((), visible(str(error)))]
    else:
        if not faults:
            return value
    raise InvalidFileError(_problems(faults, text, file))


def _problems(faults: Iterable[Fault], text: str, file: str) -> list[Problem]:
    """Faults as problems with their lines, in the order of the file; one for each place."""
    from mailferry.store.statements import line_in, statements

    stated = statements(text)
    places: dict[tuple[str | int, ...], str] = {}
    for fault in faults:
        places.setdefault(fault.path, fault.message)
    problems = [
        Problem(file=file, line=line_in(stated, path) if path else None, key=_dotted(path), message=message)
        for path, message in places.items()
    ]
    problems.sort(key=lambda problem: problem.line or 0)
    if len(problems) > _MOST:
        rest = Problem(file=file, message=f"and {len(problems) - _MOST} problems more")
        return [*problems[:_MOST], rest]
    return problems


def _dotted(path: tuple[str | int, ...]) -> str | None:
    """The keys as TOML writes them; which element of an array is meant, the line tells."""
    keys = [part for part in path if isinstance(part, str)]
    return ".".join(key if _BARE_KEY.fullmatch(key) else f'"{visible(key)}"' for key in keys) or None


def _syntax_problem(words: str, text: str, file: str | None) -> Problem:
    place = _SYNTAX_PLACE.search(words)
    if place is None:
        return Problem(file=file, message="holds a number that is far too long")
    said = words[: place.start()]
    said = next((ours for theirs, ours in _SYNTAX_WORDS if said.startswith(theirs)), visible(said))
    if place[1] is None:
        return Problem(
            file=file, line=text.count("\n") + (not text.endswith("\n")), message=f"{said} (at the end)"
        )
    return Problem(file=file, line=int(place[1]), message=f"{said} (column {place[2]})")

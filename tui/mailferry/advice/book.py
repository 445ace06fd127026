"""Reading the failure book: its rules against a server's words, and what is wrong with the book itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TypeVar, get_args

from mailferry.model.cause import Cause
from mailferry.model.check import ServerCheck
from mailferry.model.failure import BookRule, FailureBook, FailureRule
from mailferry.model.problem import MailferryError, Problem

WORDS_READ = 2_000
"""Characters of a server's words that rules are held against."""

PLACEHOLDERS = frozenset(
    {
        "host",
        "port",
        "username",
        "protocol",
        "provider",
        "names",
        "not_after",
        "not_before",
        "issuer",
        "mechanisms",
        "app_password_url",
        "recommended_host",
    }
)
"""What the texts of the book may leave to be filled in."""

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
# A repetition of a group that repeats inside, such as (a+)+, can take longer than a life to fail.
_NESTED_REPEAT = re.compile(r"(?<!\\)[+*}]\)(?:[+*]|\{\d+,\d*\})")

Rule = TypeVar("Rule", bound=FailureRule)


def first_match(rules: Sequence[Rule], check: ServerCheck) -> Rule | None:
    """The first rule that holds for the failed stage, the protocol and the server's words.

    Raises MailferryError for a rule whose pattern is none.
    """
    words = (check.server_said or "")[:WORDS_READ]
    if not words.strip():
        return None
    return next(
        (rule for rule in rules if _applies(rule, check) and _pattern(rule.matches).search(words)), None
    )


def fill(text: str, values: dict[str, str]) -> str:
    """A text of the book with its placeholders filled; braces that are none stay as they are."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def check_book(book: FailureBook, file: str | None = None) -> tuple[Problem, ...]:
    """What is wrong with a failure book: patterns, placeholders, and causes without advice."""
    problems = list(check_rules(book.rule, file))
    for slug in get_args(Cause):
        advice = book.cause.get(slug)
        key = f"cause.{slug}"
        if advice is None:
            problems.append(Problem(file=file, key=key, message="no advice for this cause"))
            continue
        for text in (advice.what, advice.why, advice.do, advice.as_recommended):
            problems += _unknown_placeholders(text, file, key)
    return tuple(problems)


def check_rules(rules: Iterable[FailureRule], file: str | None = None) -> tuple[Problem, ...]:
    """What is wrong with rules, the book's or a provider's: unusable patterns, unknown placeholders."""
    problems: list[Problem] = []
    for number, rule in enumerate(rules, start=1):
        key = f"rule {number}"
        try:
            _pattern(rule.matches)
        except MailferryError as error:
            problems.append(Problem(file=file, key=key, message=str(error)))
        problems += _unknown_placeholders(rule.advice, file, key)
    return tuple(problems)


def _applies(rule: FailureRule, check: ServerCheck) -> bool:
    if rule.stage is not None and rule.stage != check.failed_stage:
        return False
    return not isinstance(rule, BookRule) or not rule.protocols or check.protocol in rule.protocols


@lru_cache(maxsize=1024)
def _pattern(text: str) -> re.Pattern[str]:
    try:
        compiled = re.compile(text, re.IGNORECASE | re.MULTILINE)
    except (re.error, OverflowError, RecursionError) as error:
        raise MailferryError(f"“{text}” is not a regular expression: {error}") from None
    if _NESTED_REPEAT.search(text):
        raise MailferryError(
            f"“{text}” repeats a group that repeats inside, which can take for ever; repeat one of the two"
        )
    return compiled


def _unknown_placeholders(text: str | None, file: str | None, key: str) -> list[Problem]:
    return [
        Problem(
            file=file,
            key=key,
            message=f"{{{name}}} cannot be filled in; there are {', '.join(sorted(PLACEHOLDERS))}",
        )
        for name in _PLACEHOLDER.findall(text or "")
        if name not in PLACEHOLDERS
    ]

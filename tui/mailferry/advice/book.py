"""Reading the failure book: its rules against a server's words, and what is wrong with the book itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TypeVar, get_args

from mailferry.advice.blanking import blanked
from mailferry.advice.pattern import compiled
from mailferry.advice.reading import readings
from mailferry.model.cause import Cause
from mailferry.model.check import ServerCheck
from mailferry.model.failure import AdviceVariant, BookRule, CauseAdvice, FailureBook, FailureRule
from mailferry.model.problem import MailferryError, Problem

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
        "recommended",
        "other_way",
        "username_form",
        "answering",
        "web_page",
        "other_auth",
        "table",
    }
)
"""What the texts of the book may leave to be filled in."""

_PLACEHOLDER = re.compile(r"\{(\w+)\}")

Rule = TypeVar("Rule", bound=FailureRule)


def first_match(rules: Sequence[Rule], check: ServerCheck, names: Sequence[str] = ()) -> Rule | None:
    """The first rule that holds for the failed stage, the protocol and the server's words.

    What looks like an address or a host is taken out of the words first, and so are `names`: whose test it
    is gives no reason. Raises MailferryError for a rule whose pattern is none.
    """
    read = [blanked(words, names) for words in readings(check.server_said or "")]
    return next((rule for rule in rules if _applies(rule, check) and _matches(rule, read)), None)


def fill(text: str, values: dict[str, str]) -> str:
    """A text of the book with its placeholders filled; braces that are none stay as they are.

    A phrase, unlike a name, begins with a capital where it begins a sentence.
    """

    def filled(found: re.Match[str]) -> str:
        value = values.get(found[1], found[0])
        begins = text[: found.start()].rstrip()[-1:] in ("", ".", "!", "?")
        word, blank, _ = value.partition(" ")
        return value[:1].upper() + value[1:] if begins and blank and word.isalpha() else value

    return _PLACEHOLDER.sub(filled, text)


def check_book(book: FailureBook, file: str | None = None, *, complete: bool = True) -> tuple[Problem, ...]:
    """What is wrong with a failure book: patterns, placeholders; in a complete one, causes without advice."""
    problems = list(check_rules(book.rule, file))
    for slug in get_args(Cause):
        advice = book.cause.get(slug)
        key = f"cause.{slug}"
        if advice is None:
            if complete:
                problems.append(Problem(file=file, key=key, message="no advice for this cause"))
            continue
        texts: list[CauseAdvice | AdviceVariant] = [advice, *advice.instead]
        for each in texts:
            for text in (each.what, each.why, each.do, each.as_recommended):
                problems += _unknown_placeholders(text, file, key)
    return tuple(problems)


def check_rules(
    rules: Iterable[FailureRule], file: str | None = None, *, table: str = "rule"
) -> tuple[Problem, ...]:
    """What is wrong with rules, the book's or a provider's: unusable patterns, unknown placeholders.

    `table` is what they are called in their file; keys count them from 0 (`rule.0.matches`).
    """
    problems: list[Problem] = []
    for number, rule in enumerate(rules):
        try:
            compiled(rule.matches)
        except MailferryError as error:
            problems.append(Problem(file=file, key=f"{table}.{number}.matches", message=str(error)))
        problems += _unknown_placeholders(rule.advice, file, f"{table}.{number}.advice")
    return tuple(problems)


def _applies(rule: FailureRule, check: ServerCheck) -> bool:
    if rule.stage is not None and rule.stage != check.failed_stage:
        return False
    return not isinstance(rule, BookRule) or not rule.protocols or check.protocol in rule.protocols


def _matches(rule: FailureRule, read: Iterable[str]) -> bool:
    pattern = compiled(rule.matches)
    return any(pattern.search(words) for words in read)


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

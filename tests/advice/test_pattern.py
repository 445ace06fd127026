"""No pattern takes long, however hostile the words are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mailferry.advice.pattern import compiled, work
from mailferry.catalog.catalogue import Catalogue
from mailferry.model.problem import MailferryError
from tests.advice.test_failure_book import shipped_book

PROVIDERS = Path(__file__).parents[2] / "profiles" / "providers"
LONGEST = 2_000


def shipped_patterns() -> set[str]:
    catalogue = Catalogue(PROVIDERS, None)
    own = {
        rule.matches
        for provider in map(catalogue.get, catalogue.ids())
        if provider is not None
        for rule in provider.failure
    }
    return own | {rule.matches for rule in shipped_book().rule}


def hostile(pattern: str) -> list[str]:
    """Words that begin again and again what the pattern looks for, and never end it."""
    beginnings = re.findall(r"[A-Za-z][a-z -]{2,}", re.sub(r"\\.", " ", pattern))[:6]
    made = [(beginning * LONGEST)[:LONGEST] for beginning in (*beginnings, " ".join(beginnings) + " ")]
    return [*made, "4" * LONGEST, "550 " * 500, " " * LONGEST, "\n" * LONGEST, "5.\n" * 600]


def test_no_shipped_pattern_can_take_long() -> None:
    """One repetition without a limit from each place, with a few words of leeway inside."""
    assert {
        pattern: work(pattern) for pattern in shipped_patterns() if work(pattern) > LONGEST**2 * 100
    } == {}


def test_all_shipped_patterns_end_on_hostile_words() -> None:
    for pattern in shipped_patterns():
        for words in hostile(pattern):
            compiled(pattern).search(words)


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+$",
        "(a|ab)*c",
        "(?:(?:x{1,9}){1,9}){1,9}",
        r"(\w+\s?)*x",
        r"(?:a?b?)*c",
        "(a*)*",
        "((x|y)?z)+",
    ],
)
def test_a_choice_that_is_repeated_is_refused(pattern: str) -> None:
    with pytest.raises(MailferryError, match="repeats a group that repeats inside"):
        compiled(pattern)


@pytest.mark.parametrize("pattern", ["a.*b.*c.*d", "x.{0,900}y.{0,900}z.{0,900}"])
def test_too_many_repetitions_in_a_row_are_refused(pattern: str) -> None:
    with pytest.raises(MailferryError, match="may look for too long"):
        compiled(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "login.*failed",
        "login.*failed.*now",
        "^535.*a.*b",
        r"(?!.*x)y",
        r"a\w*+ b\w*+ c\w*+ d",
        "(?:ab){3}c",
        "((one|two) ){0,3}three",
        "(?i:x)|y",
        "(a)(?(1)b|c)",
        "(?>a+)b",
    ],
)
def test_usual_patterns_pass(pattern: str) -> None:
    assert compiled(pattern) is compiled(pattern)


def test_capitals_are_ignored_and_every_line_begins() -> None:
    assert compiled("^no b").search("x\nNO B")

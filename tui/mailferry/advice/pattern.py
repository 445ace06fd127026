"""Patterns of failure rules: made ready, and kept from taking long however hostile the words are."""

from __future__ import annotations

import re
from functools import lru_cache

# The standard library's own parser of patterns; there is no public one, and guessing from the text errs.
from re import _parser  # type: ignore[attr-defined]  # typeshed leaves it out
from typing import Any

from mailferry.model.problem import MailferryError

_WITHOUT_LIMIT = 2_000
_MOST_STEPS = 2 * _WITHOUT_LIMIT**3
"""Steps that a pattern may take over 2,000 characters when nothing matches, were every character a beginning:
two repetitions without a limit. Words that are not made for it take a thousandth of that."""
_FIXED = 4
"""Repetitions up to so many times count as written out."""


@lru_cache(maxsize=1024)
def compiled(text: str) -> re.Pattern[str]:
    """A rule's pattern, made ready: capitals ignored, ^ and $ at every line.

    Raises MailferryError that says what is wrong with it.
    """
    try:
        pattern = re.compile(text, re.IGNORECASE | re.MULTILINE)
        parsed = _parser.parse(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise MailferryError(f"“{text}” is not a regular expression: {error}") from None
    if _repeats_a_choice(parsed, inside=False):
        raise MailferryError(
            f"“{text}” repeats a group that repeats inside, which can take for ever; repeat one of the two"
        )
    if _work(parsed) > _MOST_STEPS:
        raise MailferryError(
            f"“{text}” may look for too long; say “.{{0,40}}” rather than “.*”, or let it start with ^"
        )
    return pattern


def _repeats_a_choice(parsed: Any, *, inside: bool) -> bool:
    """Whether something that may be matched in several ways is repeated: (a+)+, (a|ab)*."""
    for name, value in parsed:
        kind = str(name)
        if kind in ("MAX_REPEAT", "MIN_REPEAT"):
            least, most, repeated = value
            chooses = most != least
            if (inside and chooses) or _repeats_a_choice(repeated, inside=inside or most > _FIXED):
                return True
        elif kind == "BRANCH":
            if inside or any(_repeats_a_choice(each, inside=inside) for each in value[1]):
                return True
        elif any(_repeats_a_choice(part, inside=inside) for part in _parts(kind, value)):
            return True
    return False


def work(text: str) -> int:
    """About how many steps a pattern takes, at worst, to find that it is nowhere in 2,000 characters."""
    return _work(_parser.parse(text))


def _work(parsed: Any) -> int:
    if len(parsed) == 1:
        name, value = parsed[0]
        if str(name) == "BRANCH":
            return sum(_work(each) for each in value[1])
        if str(name) == "SUBPATTERN":
            return _work(value[3])
    return _steps(parsed)[0] * (1 if _is_anchored(parsed) else _WITHOUT_LIMIT)


def _steps(parsed: Any) -> tuple[int, int]:
    """About how many steps a pattern takes from one start, and how many ways there are through it."""
    steps = ways = 1
    for name, value in parsed:
        kind = str(name)
        if kind in ("MAX_REPEAT", "MIN_REPEAT"):
            least, most, repeated = value
            inner = _steps(repeated)
            ways *= inner[1] * max(1, min(int(most), _WITHOUT_LIMIT) - int(least))
            steps += ways
        elif kind == "BRANCH":
            choices = [_steps(each) for each in value[1]]
            steps += ways * max(choice[0] for choice in choices)
            ways *= max(choice[1] for choice in choices)
        elif kind == "SUBPATTERN":
            inner = _steps(value[3])
            steps += ways * inner[0]
            ways *= inner[1]
        else:  # what is looked at ahead, or never given back once it is taken, opens no further ways
            steps += sum(ways * _steps(part)[0] for part in _parts(kind, value))
    return steps, ways


def _is_anchored(parsed: Any) -> bool:
    """Whether a pattern starts at a line's start only, and so is not tried at every character."""
    if not len(parsed):
        return False
    name, value = parsed[0]
    if str(name) == "BRANCH":
        return all(_is_anchored(each) for each in value[1])
    if str(name) == "SUBPATTERN":
        return _is_anchored(value[3])
    return str(name) == "AT" and str(value).startswith("AT_BEGINNING")


def _parts(kind: str, value: Any) -> list[Any]:
    """The patterns inside an element that is neither a repetition nor a choice."""
    if kind in ("ASSERT", "ASSERT_NOT"):
        return [value[1]]
    if kind == "SUBPATTERN":
        return [value[3]]
    if kind == "ATOMIC_GROUP":
        return [value]
    if kind == "POSSESSIVE_REPEAT":
        return [value[2]]
    if kind == "GROUPREF_EXISTS":
        return [part for part in value[1:] if part is not None]
    return []

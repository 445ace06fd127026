"""Every behaviour is diagnosed as it must be, and the page of them is up to date."""

from __future__ import annotations

from collections import Counter
from typing import get_args

import pytest

from mailferry.model.cause import Cause
from tests.behaviours.case import Behaviour
from tests.behaviours.table import BEHAVIOURS, PAGE, outcomes, page

NOT_HERE: dict[Cause, str] = {}
"""Causes that no server can be made to show, and why."""


@pytest.mark.parametrize("behaviour", BEHAVIOURS, ids=lambda each: each.name)
def test_it_is_diagnosed(behaviour: Behaviour) -> None:
    check = outcomes()[behaviour.name].result()
    assert (check.failed_stage, check.cause) == (behaviour.stage, behaviour.cause), check
    assert check.advice


def test_names_are_told_apart() -> None:
    assert [name for name, count in Counter(each.name for each in BEHAVIOURS).items() if count > 1] == []


def test_every_cause_has_a_behaviour() -> None:
    shown = {each.cause for each in BEHAVIOURS}
    assert [cause for cause in get_args(Cause) if cause not in shown | NOT_HERE.keys()] == []
    assert shown.isdisjoint(NOT_HERE)


def test_there_are_many_and_of_every_protocol() -> None:
    assert len(BEHAVIOURS) >= 140
    assert {protocol: count >= 25 for protocol, count in Counter(e.protocol for e in BEHAVIOURS).items()} == {
        "imap": True,
        "pop3": True,
        "smtp": True,
    }


def test_the_page_is_what_the_tests_found() -> None:
    assert PAGE.read_text("utf-8") == page(), "run: make diagnoses"

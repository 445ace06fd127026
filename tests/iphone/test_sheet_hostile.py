"""Names and sentences that would take power over a sheet's form."""

from __future__ import annotations

import re

import pytest

from mailferry.iphone.forms import Form
from mailferry.model.provider import IPhone, SignIn
from tests.iphone.written import FORMS, but, flowing, plain_sheet

HOSTILE = [
    "# not a heading",
    "1. not a step",
    "*b* _i_ [l](http://x) <b> `c` ``d`` &amp; \\ | ~~s~~",
    "{{ 7 * 7 }} {% raw %}",
    "`",
    "C# #",
    "أمي 👩‍👧",
]


@pytest.mark.parametrize("label", HOSTILE)
@pytest.mark.parametrize("form", FORMS)
def test_hostile_words_stay_words(label: str, form: Form) -> None:
    spoken = but(
        name=label,
        notice=label,
        docs=label,
        iphone=IPhone(note=label),
        sign_in=SignIn(before=(label,), note=label),
    )
    text = plain_sheet(spoken, form, label=label, name=label)
    quiet = plain_sheet(
        but(name="x", notice="x", docs="x", iphone=IPhone(note="x"), sign_in=SignIn(before=("x",), note="x")),
        form,
        label="x",
        name="x",
    )
    assert structure(text, form) == structure(quiet, form)
    assert "49" not in text
    if form == "text":
        assert label in flowing(text)


def structure(text: str, form: Form) -> list[str]:
    """Headings and numbers of steps; the layout of plain text may well bring a “#” to the start of a line."""
    marks = r"#+ |\d+\. " if form == "markdown" else r"---|===|(?: \d|\d\d)\. "
    return [found[0] for line in text.splitlines() if (found := re.match(marks, line))]


def test_code_spans_hold_backticks() -> None:
    text = plain_sheet(form="markdown", name="a`b``c", label="`")
    assert "- Name: ```a`b``c```" in text
    assert "- Description: `` ` ``" in text


def test_controls_and_overrides_never_reach_a_sheet() -> None:
    evil = "a\x1b]52;c;AA\x07\r\nb\u202ec"
    text = plain_sheet(but(name=evil, notice=evil, docs=evil, sign_in=SignIn(note=evil)), label=evil)
    assert not set(text) & {"\x1b", "\x07", "\r", "\u202e"}

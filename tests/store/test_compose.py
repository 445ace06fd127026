"""Texts of new files: they say what they were made of, and are laid out for people."""

from __future__ import annotations

import datetime
import tomllib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mailferry.store.compose import compose

VALUES: dict[str, Any] = {
    "schema": 1,
    "name": 'A “quoted” "name" \\ with é',
    "domains": ["a.example", "b.example"],
    "doubts": ["A long doubt. " * 8, "Another."],
    "incoming": [{"host": "imap.a.example", "port": 993}, {"host": "b", "port": 143}],
    "sign_in": {"before": ["First this.", "Then that."]},
    "evidence": [{"source": "x", "read": datetime.date(2026, 11, 20)}],
    "old_host": [],
}


def test_what_is_composed_says_the_same_when_read() -> None:
    assert tomllib.loads(compose(VALUES)) == VALUES


def test_the_layout_is_that_of_a_file_written_by_hand() -> None:
    lines = compose(VALUES, comment="First paragraph. " * 10 + "\nSecond.").splitlines()
    assert lines[0].startswith("# First paragraph.")
    assert "# Second." in lines
    assert all(len(line) <= 100 for line in lines if line.startswith("#"))
    assert 'domains = ["a.example", "b.example"]' in lines
    assert "doubts = [" in lines
    assert "  'Another.'," in lines or '  "Another.",' in lines
    table = lines.index("[[incoming]]")
    assert lines[table - 1] == ""
    assert lines.index("old_host = []") < table


_TEXTS = st.text(st.characters(codec="utf-8"), max_size=200)


@given(st.dictionaries(_TEXTS, _TEXTS | st.integers(-(2**62), 2**62) | st.lists(_TEXTS, max_size=4)))
def test_any_texts_survive(values: dict[str, Any]) -> None:
    assert tomllib.loads(compose(values, comment="x")) == values

"""Lines of text: wrapped, indented, marked, padded."""

from __future__ import annotations

from mailferry.ui.spans import Span, marked, pad, text_of, wrap


def test_a_paragraph_keeps_its_indentation_also_where_it_goes_on() -> None:
    assert wrap('a = [\n  "one", "two",\n]', 10) == ["a = [", '  "one",', '  "two",', "]"]


def test_indentation_gives_way_where_it_would_leave_no_room() -> None:
    assert wrap("        ab", 4) == ["  ab"]


def test_a_marked_text_hangs_from_its_mark() -> None:
    assert [text_of(line) for line in marked("one two", 5)] == ["• one", "  two"]


def test_a_padded_line_is_as_wide_as_asked_cut_or_filled() -> None:
    assert text_of(pad((Span("abc"),), 5)) == "abc  "
    assert text_of(pad((Span("abcdef"),), 4)) == "abc…"

"""The line above the panes: what gives way to a long message."""

from __future__ import annotations

from mailferry.ui.bars import Header
from mailferry.ui.spans import Span, text_of


def line(message: str, width: int) -> str:
    header = Header(demo=False)
    header.counts = "3 accounts"
    header.message = Span(message)
    return text_of(header.compose_line(width)).strip()


def test_a_message_takes_the_room_of_the_counts_and_then_of_the_name() -> None:
    assert line("saved", 60).startswith("mailferry  saved")
    assert line("saved", 60).endswith("3 accounts")
    assert line("m" * 55, 70) == f"mailferry  {'m' * 55}"
    assert line("m" * 65, 70) == "m" * 65

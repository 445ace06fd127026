"""Data goes to standard output, words to standard error; nothing from outside reaches a terminal raw."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import click

from mailferry.model.problem import MailferryError, Problem
from mailferry.model.visible import visible, visible_json

SECURITY = {"tls": "TLS from the start", "starttls": "STARTTLS", "none": "not encrypted"}
"""What kinds of encryption are called, for people."""


def data(text: str) -> None:
    """Print a line or several of a report."""
    click.echo(visible(text, keep_lines=True))


def data_json(document: Any) -> None:
    """Print one JSON document on one line, at once, so that a reader of JSON Lines need not wait."""
    import msgspec

    click.echo(visible_json(msgspec.json.encode(document).decode()).encode())


def words(text: str) -> None:
    """Tell the user something that is not data."""
    click.echo(visible(text, keep_lines=True), err=True)


def show_error(error: MailferryError) -> None:
    """An expected failure: each problem on a line that begins with its place, or the message."""
    if error.problems:
        show_problems(error.problems)
    else:
        words(f"mailferry: {error}")


def show_problems(problems: Iterable[Problem]) -> None:
    """One line each, `FILE:LINE: key: what is wrong`."""
    for problem in problems:
        words(visible(str(problem)))


def width() -> int:
    """Columns that a text for people may take: the terminal's, between 60 and 100."""
    import shutil

    return min(max(shutil.get_terminal_size((100, 24)).columns, 60), 100)


def paragraph(text: str, indent: int = 0, *, hang: int = 0) -> str:
    """A text for people, wrapped, each line indented, all but the first by `hang` more."""
    import textwrap

    return textwrap.fill(
        visible(text),
        width(),
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + hang),
        break_long_words=False,
        break_on_hyphens=False,
    )


def table(rows: Iterable[Sequence[str]], *, head: Sequence[str] = ()) -> str:
    """Columns aligned with blanks, two between; the last column is not padded."""
    lines = [tuple(visible(cell) for cell in row) for row in rows]
    if head:
        lines.insert(0, tuple(head))
    if not lines:
        return ""
    widths = [max(columns(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join(
        "  ".join(
            cell + " " * (width - columns(cell)) for cell, width in zip(line, widths, strict=True)
        ).rstrip()
        for line in lines
    )


def columns(text: str) -> int:
    """How many columns of a terminal a text takes: Chinese, Japanese and Korean letters take two."""
    if text.isascii():
        return len(text)
    import unicodedata

    return sum(
        0 if unicodedata.combining(each) else 2 if unicodedata.east_asian_width(each) in "WF" else 1
        for each in text
    )


def shortened(text: str, room: int) -> str:
    """The text, cut with an ellipsis where it takes more than `room` columns."""
    if columns(text) <= room:
        return text
    while columns(text) >= room:
        text = text[:-1]
    return f"{text.rstrip()}…"

"""The form's rows written out as lines."""

from __future__ import annotations

from collections.abc import Mapping

from rich.cells import cell_len

from mailferry.model.finding import NOT_WELL
from mailferry.ui.glyphs import VERDICTS
from mailferry.ui.lines import Page
from mailferry.ui.panes.form_rows import FormRow
from mailferry.ui.spans import EMPTY, Line, Span, fit, hanging, said, spread, width_of, wrapped
from mailferry.ui.subject import Subject

LABEL = 11
"""Cells before a value."""

_BEGUN = 4
"""Cells below which the beginning of a name says nothing."""

_LOUD = {*NOT_WELL, "differs", "unknown", "accepted"}


def settings_page(subject: Subject, rows: list[FormRow], width: int, notes: Mapping[str, str]) -> Page:
    """A page with a stop for every row. `notes` are messages that stand under rows, by key."""
    lines: list[Line] = [_title(subject, width)]
    if subject.problems:
        lines += [
            line
            for each in subject.problems
            for line in wrapped(_problem(each.line, str(each)), width, "bad")
        ]
        lines += wrapped("v shows the text; this is what it last said.", width, "dim") if rows else [EMPTY]
    stops: list[range] = []
    section = ""
    for row in rows:
        if row.section != section:
            lines += [EMPTY] if section else []
            lines.append((Span(row.section, "bold"),))
            section = row.section
        start = len(lines)
        lines += _row_lines(row, width)
        stops.append(range(start, len(lines)))
        if row.key in notes:
            lines += wrapped(notes[row.key], width, "bad", indent=LABEL)
    return Page(lines, stops)


def _title(subject: Subject, width: int) -> Line:
    unsaved = (Span("• unsaved", "warn"),) if subject.unsaved else EMPTY
    if subject.known is None:
        return spread((said(subject.path.name, "accent"),), unsaved, width)
    account = subject.known.account
    name = (said(account.label, "accent"), Span("  ")) if account.label else ()
    return spread((*name, said(account.address, "plain" if name else "accent")), unsaved, width)


def _problem(line: int | None, words: str) -> str:
    return words if line is None else f"line {line}: {words.partition(f':{line}: ')[2] or words}"


def _row_lines(row: FormRow, width: int) -> list[Line]:
    label = Span(f"  {row.label}")
    value = said(row.value or "–", "plain" if row.own else "dim")
    first, *rest = hanging(label, value, width, indent=LABEL)
    verdict, origin = _verdict(row), said(row.origin, "dim")
    if verdict is None:
        # Where an inherited value comes from is said, or begun, where there is room; dimmed it is anyway.
        room = width - width_of(first) - 1
        shown = room >= min(cell_len(origin.text), _BEGUN)
        return [spread(first, fit((origin,), room), width) if shown else first, *rest]
    if width_of(first) + cell_len(verdict.text) + 2 <= width:
        return [spread(first, (verdict,), width), *rest]
    return [first, *rest, (Span(" " * LABEL), verdict)]


def _verdict(row: FormRow) -> Span | None:
    if row.finding is None or row.finding.verdict not in _LOUD:
        return None
    glyph, tone = VERDICTS[row.finding.verdict]
    return Span(f"{glyph} {row.finding.verdict}", tone)

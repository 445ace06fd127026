"""Who says what: the evidence of a look-up as lines for people, a setting below the other.

Every value stands once, with all who say it, so that any number of sources fits a narrow terminal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mailferry.catalog.evidence import (
    SOURCE_TITLES,
    VOICE_TITLES,
    Agreement,
    EvidenceTable,
    Row,
    evidence_table,
)
from mailferry.cli.output import SECURITY, paragraph, width
from mailferry.model.recommendation import Recommendation
from mailferry.model.visible import visible

_MARKS: Mapping[Agreement, tuple[str, str]] = {
    "same": ("✓", ""),
    "also": ("/", ", offered too"),
    "conflict": ("✗", ", contradicts"),
}
_SETTING = 10  # columns
_VALUE = 34


def evidence_lines(found: Recommendation) -> Iterator[str]:
    """The table of settings, values and sources; nothing where fewer than two sources name servers."""
    table = evidence_table(found)
    if len(table.sources) < 2:
        return
    yield paragraph("Who says what (✓ as recommended, / offered too, ✗ contradicts):")
    protocol = None
    for row in table.rows:
        if row.protocol != protocol:
            protocol = row.protocol
            yield f"  {protocol.upper()}"
        yield from _row_lines(row, table)


def source_lines(found: Recommendation) -> Iterator[str]:
    """What sources that were asked said besides servers, or why nothing; the same words once for all.

    What a warning of the look-up says already is left to it.
    """
    warned = " ".join(found.warnings)
    saying: dict[str, list[str]] = {}
    for answer in found.sources:
        said = [text for text in (answer.error, *answer.remarks) if text and text not in warned]
        if said:
            saying.setdefault(" ".join(said), []).append(SOURCE_TITLES[answer.source])
    for text, titles in saying.items():
        yield paragraph(f"{', '.join(titles)}: {text}", hang=2)


def _row_lines(row: Row, table: EvidenceTable) -> Iterator[str]:
    setting = row.path.partition(".")[2]
    for voice in table.voices(row):
        sources = [VOICE_TITLES[source] for source in voice.sources]
        yield from _value_lines(setting, voice.agreement, _shown(row, voice.value), sources)
        setting = ""


def _value_lines(setting: str, agreement: Agreement, value: str, sources: Sequence[str]) -> Iterator[str]:
    mark, words = _MARKS[agreement]
    line = f"    {setting:<{_SETTING}}{mark} {value}"
    who = ", ".join(sources) + words
    column = 4 + _SETTING + 2 + _VALUE + 2
    if len(value) <= _VALUE and column + len(who) <= width():
        yield f"{line:<{column}}{who}"
        return
    yield line
    yield paragraph(who, 4 + _SETTING + 4)


def _shown(row: Row, value: str | int | None) -> str:
    text = str(value)
    return SECURITY.get(text, text) if row.path.endswith(".security") else visible(text)

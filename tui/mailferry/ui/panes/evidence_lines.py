"""Which source says what, written out as lines that fit any width."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from mailferry.catalog.evidence import (
    SOURCE_TITLES,
    VOICE_TITLES,
    Agreement,
    EvidenceTable,
    Row,
    evidence_table,
)
from mailferry.model.recommendation import Recommendation, SourceAnswer, SourceName
from mailferry.ui.panes.form_rows import setting_words, words_for
from mailferry.ui.spans import EMPTY, Line, Span, Tone, hanging, said, width_of, wrapped

_MARKS: Mapping[Agreement, tuple[str, Tone, str]] = {
    "same": ("✓", "good", ""),
    "also": ("/", "plain", "offered too"),
    "conflict": ("✗", "bad", "contradicts"),
}
_SETTING = 11  # cells
_VALUE = 34
_SOURCE = 16
_WITH = "\N{NO-BREAK SPACE}"


def evidence_lines(found: Recommendation, width: int) -> list[Line]:
    """Every setting with its values and who gives each; nothing where no source names servers.

    A value stands once with all its sources, so that any number of them fits a narrow window.
    """
    table = evidence_table(found)
    if not table.sources:
        return []
    lines: list[Line] = [(Span("Who says what", "bold"),)]
    if len(table.sources) > 1:
        lines += wrapped("✓ as recommended   / offered too   ✗ contradicts", width, "dim")
    protocol = None
    for row in table.rows:
        if row.protocol != protocol:
            protocol = row.protocol
            lines.append((Span(protocol.upper(), "accent"),))
        lines += _row_lines(row, table, width)
    return lines


def source_lines(found: Recommendation, width: int) -> list[Line]:
    """What became of each source that was asked, in a line or a few; the same error is written out once."""
    lines: list[Line] = []
    said: dict[str, str] = {}
    for answer in found.sources:
        title = SOURCE_TITLES[answer.source]
        if answer.error and (first := said.setdefault(answer.error, title)) != title:
            answer = msgspec.structs.replace(answer, error=f"the same as for {first}.")
        lines += answer_lines(answer, width)
    return lines


def answer_lines(answer: SourceAnswer, width: int) -> list[Line]:
    """One source: a sign and a word for what came of it, and its own sentences."""
    glyph, tone, word = _outcome(answer)
    servers = ", ".join(f"{each.host}{_WITH}{each.port}" for each in (*answer.incoming, *answer.outgoing))
    day = f"as of {answer.read:%-d %B %Y}" if answer.read is not None else ""
    head = " · ".join(filter(None, (word, servers, day)))
    text = f"{head}: {answer.error}" if answer.error else head
    lines = hanging(_label(glyph, answer.source, tone), said(text), width, indent=_SOURCE)
    for remark in answer.remarks:
        lines += wrapped(remark, width, "dim", indent=_SOURCE)
    return lines


def waiting_line(source: SourceName) -> Line:
    """One source that has not answered yet."""
    return (*_padded(_label("…", source, "dim")), Span("asking", "dim"))


def _outcome(answer: SourceAnswer) -> tuple[str, Tone, str]:
    if not answer.ok:
        return "–", "dim", "nothing"
    if answer.source == "tested":
        return "✓", "good", "signed in"
    if answer.incoming or answer.outgoing:
        return "✓", "good", "names servers"
    return ("✓", "good", "known provider") if answer.provider else ("·", "dim", "no servers")


def _row_lines(row: Row, table: EvidenceTable, width: int) -> Iterator[Line]:
    setting = setting_words(row.path).partition(" ")[2]
    for voice in table.voices(row):
        glyph, tone, word = _MARKS[voice.agreement]
        label = Span(f"  {setting}".ljust(_SETTING))
        sources = ", ".join(VOICE_TITLES[source] for source in voice.sources)
        who = Span(f"{sources} · {word}", tone) if word else Span(sources, "dim")
        value = said(words_for(row.path, voice.value), "bold")
        yield from _voice_lines((label, Span(f"{glyph} ", tone)), value, who, width)
        setting = ""


def _voice_lines(begin: Line, value: Span, who: Span, width: int) -> Iterator[Line]:
    """A value and who gives it: on one line where there is room, else below each other."""
    indent = width_of(begin)
    gap = _VALUE - width_of((value,))
    if gap >= 0 and indent + _VALUE + 2 + width_of((who,)) <= width:
        yield (*begin, value, Span(" " * (gap + 2)), who)
        return
    first, *rest = wrapped(value.text, max(width - indent, 1), value.tone)
    yield (*begin, *first)
    for line in rest:
        yield (Span(" " * indent), *line)
    yield from wrapped(who.text, width, who.tone, indent=indent + 2)


def _label(glyph: str, source: SourceName, tone: Tone) -> Span:
    return Span(f"{glyph} {SOURCE_TITLES[source]}", tone)


def _padded(label: Span) -> Line:
    return (label, Span(" " * max(_SOURCE - width_of((label,)), 1)))


def about_sources(found: Recommendation, width: int) -> list[Line]:
    """The table, the choice explained, and every source, each part where there is something to say."""
    lines: list[Line] = []
    if found.choice:
        lines += [EMPTY, (Span("Why these", "bold"),), *wrapped(found.choice, width)]
    if table := evidence_lines(found, width):
        lines += [EMPTY, *table]
    if found.sources:
        lines += [EMPTY, (Span("What each source says", "bold"),), *source_lines(found, width)]
    return lines

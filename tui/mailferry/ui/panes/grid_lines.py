"""Accounts and the stages of their tests as rows of a grid, written out only where they are looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, overload

from mailferry.advice.fixes import repair_to_take
from mailferry.advice.stage_letters import LETTERS, legend
from mailferry.model.account import Role
from mailferry.model.cause import Stage
from mailferry.model.check import AccountCheck, ServerCheck
from mailferry.model.settings import ROLES
from mailferry.model.spared import is_left_out, is_not_tried, is_spared, mark
from mailferry.ui.jobs import Climb
from mailferry.ui.panes.result_lines import advice_of
from mailferry.ui.spans import Line, Span, Tone, marked, pad, said, wrapped

_CLIMB: tuple[Stage, ...] = ("dns", "connect", "tls", "greeting", "capability", "starttls", "auth")
_COLUMNS: Mapping[Role, tuple[Stage, ...]] = {
    "incoming": (*_CLIMB, "mailbox"),
    "outgoing": (*_CLIMB, "send"),
}
"""Sending and delivery share a column, for the one that fails or comes last says what became of the other."""
_TIGHT, _ROOMY = 3, 4  # cells a column
_NAME = 12
"""Cells of a name that are not given up for anything else."""
_WORDS = 12
"""Cells below which there is no column for what came of it."""


class GridRow(NamedTuple):
    """One account: what it is called, its last result, or how far its running test has come."""

    name: str
    check: AccountCheck | None = None
    climbs: Mapping[Role, Climb] | None = None


class Layout(NamedTuple):
    """How many cells the name, each stage and the words at the end of a row take."""

    name: int
    stage: int
    words: int

    @classmethod
    def for_width(cls, width: int) -> Layout:
        """The layout that shows most in a width."""
        columns = sum(map(len, _COLUMNS.values()))
        stage = _ROOMY if width >= columns * _ROOMY + _NAME + 2 * _WORDS else _TIGHT
        room = width - columns * stage - 2  # a blank between the servers, and one before the words
        words = 0 if room < _NAME + _WORDS else max(_WORDS, room // 2)
        return cls(room - words, stage, words)


def head_lines(width: int) -> list[Line]:
    """What the columns are: what letters mean, the servers, and below them the letters of their stages."""
    layout = Layout.for_width(width)
    meanings = [(Span(line, "dim"),) for line in legend((*_COLUMNS["incoming"], "send"), width)]
    servers: list[Span] = [*pad((), layout.name)]
    stages: list[Span] = [*pad((Span("Account", "dim"),), layout.name)]
    for role in ROLES:
        wide = len(_COLUMNS[role]) * layout.stage + 1
        servers += pad((Span(role.capitalize(), "bold"),), wide)
        names = "".join(LETTERS[stage].ljust(layout.stage) for stage in _COLUMNS[role])
        stages.append(Span(f"{names} ", "dim"))
    return [*meanings, tuple(servers), tuple(stages)]


def row_line(row: GridRow, width: int) -> Line:
    """One account."""
    layout = Layout.for_width(width)
    spans: list[Span] = [*pad((said(row.name),), layout.name - 1), Span(" ")]
    for role in ROLES:
        cells = _cells(row, role)
        for stage in _COLUMNS[role]:
            glyph, tone = cells.get(stage, (" ", "plain"))
            spans.append(Span(glyph.ljust(layout.stage), tone))
        spans.append(Span(" "))
    return (*spans, *pad((_outcome(row),), layout.words)) if layout.words else tuple(spans)


def about_lines(row: GridRow, width: int) -> list[Line]:
    """What came of one account's test, in whole words."""
    if row.climbs is not None:
        now = [f"{role} {climb.now}" for role, climb in sorted(row.climbs.items()) if climb.now is not None]
        return wrapped(f"{row.name}: testing, {' and '.join(now)}" if now else f"{row.name}: testing", width)
    if row.check is None:
        return wrapped(f"{row.name}: not tested with its settings yet", width, "dim")
    if row.check.ok:
        return wrapped(f"{row.name}: all is well, in {row.check.seconds:.1f} s", width, "good")
    return [line for server in row.check.servers if not server.ok for line in _failure(row, server, width)]


def _failure(row: GridRow, server: ServerCheck, width: int) -> list[Line]:
    at = f" at {server.failed_stage}" if server.failed_stage is not None else ""
    name = f"{row.name}, {server.protocol.upper()}{at}"
    if is_spared(server):
        return marked(f"{name}: not tried. {server.stages[-1].detail}", width, mark="– ")
    lines = marked(f"{name}: {server.cause}. {advice_of(server)}", width, mark="✗ ")
    if (repair := repair_to_take(server)) is not None:
        seen = repair.seen.strip().removesuffix(".")
        lines += marked(f"{seen}: enter goes there, f takes it", width, "good", mark="→ ")
    return lines


def _cells(row: GridRow, role: Role) -> Mapping[Stage, tuple[str, Tone]]:
    cells: dict[Stage, tuple[str, Tone]] = {}
    if row.climbs is not None:
        climb = row.climbs.get(role)
        stages = climb.stages if climb is not None else ()
        if climb is not None and climb.now is not None:
            cells[_column(climb.now)] = ("…", "accent")
    else:
        servers = row.check.servers if row.check is not None else ()
        stages = tuple(stage for server in servers if server.role == role for stage in server.stages)
    for stage in stages:
        tone: Tone = "good" if stage.ok else "warn" if is_left_out(stage) else "bad"
        cells[_column(stage.stage)] = (mark(stage), tone)
    return cells


def _column(stage: Stage) -> Stage:
    return "send" if stage == "deliver" else stage


def _outcome(row: GridRow) -> Span:
    if row.climbs is not None:
        return Span("testing", "accent")
    if row.check is None:
        return Span("untested", "dim")
    if row.check.ok:
        return Span("ok", "good")
    if is_not_tried(row.check):
        return Span("not tried", "warn")
    causes = dict.fromkeys(str(server.cause) for server in row.check.servers if not server.ok)
    return Span(", ".join(causes), "bad")


class GridLines(Sequence[Line]):
    """Rows as lines; each is written out when it is looked at."""

    def __init__(self, count: int, row: Callable[[int], GridRow], width: int) -> None:
        self._count = count
        self._row = row
        self._width = width
        self._written: dict[int, Line] = {}

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> Line: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Line]: ...
    def __getitem__(self, index: int | slice) -> Line | Sequence[Line]:
        if isinstance(index, slice):
            return [self[each] for each in range(*index.indices(len(self)))]
        if index not in self._written:
            self._written[index] = row_line(self._row(index), self._width)
        return self._written[index]

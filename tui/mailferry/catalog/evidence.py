"""Which source says what: a table of sources and settings, held against what is recommended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, cast, get_args

import msgspec

from mailferry.model.account import Protocol, Role
from mailferry.model.recommendation import Recommendation, RecommendedServer, SourceAnswer, SourceName

Agreement = Literal["same", "also", "conflict", "silent"]
"""How a source's value stands to the recommended one.

`same`: it names it first. `also`: one of the two lists the other's value too, only not first; or nothing is
recommended here that could be contradicted. `conflict`: neither lists the other's. `silent`: it says nothing.
"""

Setting = Literal["host", "port", "security", "username", "auth"]
Value = str | int | None

SOURCE_TITLES: Mapping[SourceName, str] = {
    "own": "own file",
    "domain": "shipped",
    "mx": "MX",
    "srv": "SRV",
    "autoconfig": "autoconfig",
    "ispdb": "ISPDB",
    "pacc": "PACC",
    "autodiscover": "Autodiscover",
    "guess": "guess",
    "tested": "tested here",
}
"""What a source is called, for people."""

VOICE_TITLES: Mapping[SourceName, str] = {**SOURCE_TITLES, "mx": "file via MX"}
"""Whose word a value is: a mail exchanger names a listed provider, and no more; the values are its file's."""

ASSUMING: frozenset[SourceName] = frozenset({"srv", "guess"})
"""Who names servers, but not how to sign in: neither SRV records nor a greeting say that."""

_SIGN_IN: tuple[Setting, Setting] = ("username", "auth")

RANK: tuple[SourceName, ...] = (
    "own",
    "domain",
    "mx",
    "srv",
    "autoconfig",
    "pacc",
    "ispdb",
    "autodiscover",
    "guess",
    "tested",
)
"""The sources as they precede each other; a test here proves settings, but chooses none."""

_ROLE: Mapping[Protocol, Role] = {"imap": "incoming", "pop3": "incoming", "smtp": "outgoing"}


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """What one source says of one setting; `value` is of the first server that it names."""

    value: Value
    agreement: Agreement


_SILENT = Cell(value=None, agreement="silent")


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One setting of one protocol. `cells` are in the order of the table's `sources`."""

    protocol: Protocol
    path: str  # incoming.port
    recommended: Value
    cells: tuple[Cell, ...]

    @property
    def conflict(self) -> bool:
        """Whether any source contradicts what is recommended."""
        return any(cell.agreement == "conflict" for cell in self.cells)


class Voice(msgspec.Struct, frozen=True, kw_only=True):
    """One value of a setting, and all sources that give it."""

    agreement: Agreement
    value: Value
    sources: tuple[SourceName, ...]


class EvidenceTable(msgspec.Struct, frozen=True, kw_only=True):
    """The sources that name servers, in order of rank, and a row for each setting that any of them states."""

    sources: tuple[SourceName, ...]
    rows: tuple[Row, ...]

    def voices(self, row: Row) -> tuple[Voice, ...]:
        """Each value of a row once: as recommended first, then what is offered too, then contradictions."""
        given: dict[tuple[Agreement, Value], list[SourceName]] = {}
        for source, cell in zip(self.sources, row.cells, strict=True):
            if cell.agreement != "silent":
                given.setdefault((cell.agreement, cell.value), []).append(source)
        voices = [
            Voice(agreement=agreement, value=value, sources=tuple(sources))
            for (agreement, value), sources in given.items()
        ]
        return tuple(sorted(voices, key=lambda voice: get_args(Agreement).index(voice.agreement)))

    def conflicts(self, source: SourceName) -> tuple[tuple[Row, Cell], ...]:
        """The rows in which a source contradicts what is recommended, with what it says instead."""
        column = self.sources.index(source)
        return tuple(
            (row, row.cells[column]) for row in self.rows if row.cells[column].agreement == "conflict"
        )

    def agrees(self, source: SourceName) -> bool:
        """Whether a source contradicts nothing, and names a host that is recommended."""
        column = self.sources.index(source)
        return not self.conflicts(source) and any(
            row.path.endswith(".host") and row.recommended is not None and row.cells[column].value is not None
            for row in self.rows
        )


def evidence_table(found: Recommendation) -> EvidenceTable:
    """What each source said, setting by setting, held against what a look-up recommends."""
    speaking = [answer for answer in found.sources if answer.ok and (answer.incoming or answer.outgoing)]
    rows = []
    for protocol in cast(tuple[Protocol, ...], get_args(Protocol)):
        recommended = _of(found, protocol)
        columns = [_of(answer, protocol) for answer in speaking]
        assumed = _is_assumed(recommended, zip(speaking, columns, strict=True))
        if not recommended and not any(columns):
            continue
        for setting in cast(tuple[Setting, ...], get_args(Setting)):
            cells = tuple(
                _cell(setting, servers, recommended)
                if setting not in _SIGN_IN or answer.source not in ASSUMING
                else _SILENT
                for answer, servers in zip(speaking, columns, strict=True)
            )
            if assumed and setting in _SIGN_IN and not any(cell.agreement == "same" for cell in cells):
                cells = tuple(_not_against(cell) for cell in cells)
            value = _value(setting, recommended[0]) if recommended else None
            path = f"{_ROLE[protocol]}.{setting}"
            rows.append(Row(protocol=protocol, path=path, recommended=value, cells=cells))
    return EvidenceTable(sources=tuple(answer.source for answer in speaking), rows=tuple(rows))


def _is_assumed(
    recommended: Sequence[RecommendedServer],
    said: Iterable[tuple[SourceAnswer, tuple[RecommendedServer, ...]]],
) -> bool:
    """Whether the recommended server is one whose way of signing in was only assumed by who named it."""
    return bool(recommended) and any(
        (server.host, server.port) == (recommended[0].host, recommended[0].port)
        for answer, servers in said
        if answer.source in ASSUMING
        for server in servers
    )


def _not_against(cell: Cell) -> Cell:
    """What is only assumed can be completed and not contradicted."""
    return Cell(value=cell.value, agreement="also") if cell.agreement == "conflict" else cell


def _of(named_by: Recommendation | SourceAnswer, protocol: Protocol) -> tuple[RecommendedServer, ...]:
    return tuple(server for server in named_by.servers(_ROLE[protocol]) if server.protocol == protocol)


def _cell(
    setting: Setting, said: Sequence[RecommendedServer], recommended: Sequence[RecommendedServer]
) -> Cell:
    value = _value(setting, said[0]) if said else None
    if value is None:
        return _SILENT
    if not recommended:
        return Cell(value=value, agreement="also")
    match setting:
        case "host":
            agreement = _listed(
                [_plain(each.host) for each in said], [_plain(each.host) for each in recommended]
            )
        case "port" | "security":
            agreement = _way_in(setting, said, recommended)
        case "username":
            agreement = _username(said[0], recommended[0])
        case "auth":
            agreement = _auth(said[0], recommended[0])
    return Cell(value=value, agreement=agreement)


def _value(setting: Setting, server: RecommendedServer) -> Value:
    match setting:
        case "host":
            return server.host
        case "port":
            return server.port
        case "security":
            return server.security
        case "username":
            return server.username
        case "auth":
            return " or ".join(server.auth) or None


def _way_in(
    setting: Setting, said: Sequence[RecommendedServer], recommended: Sequence[RecommendedServer]
) -> Agreement:
    """Port and security belong together: 465 with TLS and 587 with STARTTLS are two ways into one server."""
    agreement = _listed(
        [(each.port, each.security) for each in said], [(each.port, each.security) for each in recommended]
    )
    if agreement == "conflict" and _value(setting, said[0]) == _value(setting, recommended[0]):
        return "same"  # it is the other one of the two that differs
    return agreement


def _username(said: RecommendedServer, recommended: RecommendedServer) -> Agreement:
    if said.username == recommended.username:
        return "same"
    if recommended.username is None:  # the owner must be asked
        return "conflict" if said.username in recommended.username_not else "also"
    either = said.username in recommended.username_also or recommended.username in said.username_also
    return "also" if either else "conflict"


def _auth(said: RecommendedServer, recommended: RecommendedServer) -> Agreement:
    if said.auth == recommended.auth:
        return "same"
    return "also" if set(said.auth) & set(recommended.auth) else "conflict"


def _listed(said: Sequence[object], recommended: Sequence[object]) -> Agreement:
    if said[0] == recommended[0]:
        return "same"
    return "also" if recommended[0] in said or said[0] in recommended else "conflict"


def _plain(host: str) -> str:
    return host.lower().removesuffix(".")

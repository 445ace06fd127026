"""The table of sources and settings: what agrees, what is listed too, what contradicts."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailferry.catalog.catalogue import Catalogue
from mailferry.catalog.evidence import (
    RANK,
    SOURCE_TITLES,
    VOICE_TITLES,
    Cell,
    EvidenceTable,
    Row,
    evidence_table,
)
from mailferry.catalog.lookup import look_up
from mailferry.model.address import parse_address
from mailferry.model.recommendation import Recommendation, RecommendedServer, SourceAnswer, SourceName
from tests.catalog.sources import SHIPPED, incoming, outgoing, said, silent


def _found(*servers: RecommendedServer, sources: tuple[SourceAnswer, ...]) -> Recommendation:
    return Recommendation(
        address="eva@firm.example",
        how="ispdb",
        incoming=tuple(server for server in servers if server.protocol != "smtp"),
        outgoing=tuple(server for server in servers if server.protocol == "smtp"),
        sources=sources,
    )


def _column(table: EvidenceTable, source: SourceName) -> dict[str, str]:
    """Protocol and path of what a source does not simply repeat, with its agreement."""
    column = table.sources.index(source)
    return {
        f"{row.protocol} {row.path}": row.cells[column].agreement
        for row in table.rows
        if row.cells[column].agreement != "same"
    }


def _against(recommended: RecommendedServer, *said_instead: RecommendedServer) -> dict[str, str]:
    return _column(evidence_table(_found(recommended, sources=(said("ispdb", *said_instead),))), "ispdb")


def test_the_same() -> None:
    assert _against(incoming(), incoming()) == {}
    assert _against(incoming("imap.firm.example"), incoming("IMAP.Firm.Example.")) == {}


def test_another_host() -> None:
    assert _against(incoming(), incoming("mail.firm.example")) == {"imap incoming.host": "conflict"}


def test_port_and_security_belong_together() -> None:
    assert _against(outgoing(), outgoing(port=587, security="starttls")) == {
        "smtp outgoing.port": "conflict",
        "smtp outgoing.security": "conflict",
    }
    assert _against(outgoing(), outgoing(port=2465)) == {"smtp outgoing.port": "conflict"}
    assert _against(outgoing(), outgoing(security="starttls")) == {"smtp outgoing.security": "conflict"}


def test_two_ways_into_one_server_do_not_contradict() -> None:
    assert _against(outgoing(), outgoing(port=587, security="starttls"), outgoing()) == {
        "smtp outgoing.port": "also",
        "smtp outgoing.security": "also",
    }


def test_what_is_recommended_second_is_listed_too() -> None:
    second = outgoing("relay.firm.example", 587, "starttls")
    found = _found(outgoing(), second, sources=(said("autoconfig", second),))
    column = _column(evidence_table(found), "autoconfig")
    assert column == {f"smtp outgoing.{setting}": "also" for setting in ("host", "port", "security")}


@pytest.mark.parametrize("source", ["srv", "guess"])
def test_who_only_names_servers_is_silent_about_signing_in(source: SourceName) -> None:
    table = evidence_table(_found(incoming(), outgoing(), sources=(said(source),)))
    assert {path.partition(".")[2] for path in _column(table, source)} == {"username", "auth"}
    assert set(_column(table, source).values()) == {"silent"}
    assert table.agrees(source)


def test_what_was_only_assumed_is_completed_and_not_contradicted() -> None:
    sources = said("srv"), said("ispdb", incoming(username="eva", auth=("oauth2",)), outgoing())
    table = evidence_table(_found(incoming(), outgoing(), sources=sources))
    assert _column(table, "ispdb") == {"imap incoming.username": "also", "imap incoming.auth": "also"}
    assert not table.conflicts("ispdb")


def test_what_somebody_states_can_be_contradicted_whoever_assumed_it_too() -> None:
    sources = said("srv"), said("autoconfig"), said("ispdb", incoming(username="eva"), outgoing())
    table = evidence_table(_found(incoming(), outgoing(), sources=sources))
    assert _column(table, "ispdb") == {"imap incoming.username": "conflict"}


def test_values_known_by_the_exchanger_are_credited_to_the_file() -> None:
    assert "file" in VOICE_TITLES["mx"]
    assert VOICE_TITLES["srv"] == SOURCE_TITLES["srv"]


def test_user_names() -> None:
    assert _against(incoming(), incoming(username="eva")) == {"imap incoming.username": "conflict"}
    assert _against(incoming(), incoming(username=None)) == {"imap incoming.username": "silent"}
    either = RecommendedServer(
        protocol="imap",
        host="imap.firm.example",
        port=993,
        security="tls",
        username="eva@firm.example",
        username_also=("eva",),
        auth=("password",),
    )
    assert _against(either, incoming(username="eva")) == {"imap incoming.username": "also"}
    assert _against(incoming(username="eva"), either) == {"imap incoming.username": "also"}


def test_a_user_name_that_the_owner_must_say() -> None:
    ask = RecommendedServer(
        protocol="imap",
        host="imap.firm.example",
        port=993,
        security="tls",
        username=None,
        username_not=("eva@firm.example", "eva"),
        auth=("password",),
    )
    assert _against(ask, incoming()) == {"imap incoming.username": "conflict"}
    assert _against(ask, incoming(username="e.mueller")) == {"imap incoming.username": "also"}
    assert _against(ask, ask) == {"imap incoming.username": "silent"}


def test_ways_of_signing_in() -> None:
    assert _against(incoming(auth=("password", "oauth2")), incoming()) == {"imap incoming.auth": "also"}
    assert _against(incoming(auth=("oauth2",)), incoming()) == {"imap incoming.auth": "conflict"}
    assert _against(incoming(), incoming(auth=())) == {"imap incoming.auth": "silent"}


def test_a_protocol_that_nobody_recommends_contradicts_nothing() -> None:
    found = _found(incoming(), sources=(said("ispdb", incoming(port=995, protocol="pop3")),))
    table = evidence_table(found)
    assert not any(row.conflict for row in table.rows)
    assert {row.recommended for row in table.rows if row.protocol == "pop3"} == {None}
    assert {cell.agreement for row in table.rows if row.protocol == "imap" for cell in row.cells} == {
        "silent"
    }
    assert not table.agrees("ispdb")


def test_rows_and_columns() -> None:
    sources = (
        silent("mx"),
        said("srv"),
        SourceAnswer(source="autodiscover", ok=True),
        said("ispdb", incoming("x.example")),
    )
    table = evidence_table(_found(incoming(), outgoing(), sources=sources))
    assert table.sources == ("srv", "ispdb")
    assert [(row.protocol, row.path) for row in table.rows] == [
        (protocol, f"{role}.{setting}")
        for protocol, role in (("imap", "incoming"), ("smtp", "outgoing"))
        for setting in ("host", "port", "security", "username", "auth")
    ]
    assert [row.path for row in table.rows if row.conflict] == ["incoming.host"]
    assert (table.agrees("srv"), table.agrees("ispdb")) == (True, False)
    ((row, cell),) = table.conflicts("ispdb")
    assert (row.recommended, cell.value) == ("imap.firm.example", "x.example")


def test_a_listed_domain_offline_has_a_column(tmp_path: Path) -> None:
    catalogue = Catalogue(SHIPPED, tmp_path)
    table = evidence_table(look_up(catalogue, parse_address("joe@me.com")))
    assert table.sources == ("domain",)
    assert not any(row.conflict for row in table.rows)


def test_an_own_file_against_the_shipped_one_offline(tmp_path: Path) -> None:
    (tmp_path / "icloud.toml").write_text(
        '[[outgoing]]\nhost = "smtp.mail.me.com"\nport = 465\nsecurity = "tls"\n'
    )
    table = evidence_table(look_up(Catalogue(SHIPPED, tmp_path), parse_address("joe@me.com")))
    assert table.sources == ("own", "domain")
    assert [row.path for row in table.rows if row.conflict] == ["outgoing.port", "outgoing.security"]


def test_an_own_file_of_another_name_against_the_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('name = "Mine"\ndomains = ["me.com"]\n')
    found = look_up(Catalogue(SHIPPED, tmp_path), parse_address("joe@me.com"))
    assert [(each.source, each.provider) for each in found.sources] == [("own", "mine"), ("domain", "icloud")]


def test_nothing_found_is_an_empty_table() -> None:
    assert evidence_table(_found(sources=(silent("mx"),))) == EvidenceTable(sources=(), rows=())


@pytest.mark.parametrize("source", RANK)
def test_every_source_has_a_title(source: SourceName) -> None:
    assert SOURCE_TITLES[source]


def test_a_value_is_given_once_with_all_its_sources_the_recommended_one_first() -> None:
    cells = (
        Cell(value="old.example", agreement="conflict"),
        Cell(value="imap.example", agreement="same"),
        Cell(value=None, agreement="silent"),
        Cell(value="imap.example", agreement="same"),
        Cell(value="mail.example", agreement="also"),
    )
    row = Row(protocol="imap", path="incoming.host", recommended="imap.example", cells=cells)
    table = EvidenceTable(sources=("ispdb", "srv", "mx", "autoconfig", "pacc"), rows=(row,))
    assert [(voice.agreement, voice.value, voice.sources) for voice in table.voices(row)] == [
        ("same", "imap.example", ("srv", "autoconfig")),
        ("also", "mail.example", ("pacc",)),
        ("conflict", "old.example", ("ispdb",)),
    ]

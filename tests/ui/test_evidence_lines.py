"""Who says what, as lines: any number of sources in any width, nothing cut off."""

from __future__ import annotations

import datetime

import pytest

from mailferry.catalog.catalogue import Catalogue
from mailferry.catalog.discovery.choose import choose
from mailferry.model.recommendation import Recommendation, SourceAnswer
from mailferry.ui.panes.evidence_lines import about_sources, answer_lines, evidence_lines
from mailferry.ui.spans import Line, text_of, width_of
from tests.catalog.sources import ADDRESS, SHIPPED, incoming, outgoing, said, silent

LONG = "imap-server-with-a-name-longer-than-most.of-the-mail-department.firm.example"


def found(*answers: SourceAnswer) -> Recommendation:
    nothing = Recommendation(address=str(ADDRESS), how="none")
    return choose(ADDRESS, nothing, answers, Catalogue(SHIPPED, None), today=datetime.date(2026, 11, 20))


def text(lines: list[Line]) -> str:
    return "\n".join(map(text_of, lines))


def test_one_source_alone_has_its_table_without_words_on_contradictions() -> None:
    shown = text(evidence_lines(found(said("srv")), 80))
    assert "imap.firm.example" in shown
    assert "contradicts" not in shown


def test_a_value_stands_once_with_all_who_give_it() -> None:
    lines = evidence_lines(found(said("srv"), said("autoconfig"), said("ispdb", incoming("old.example"))), 80)
    (line,) = [text_of(line) for line in lines if "imap.firm.example" in text_of(line)]
    assert line.split() == ["server", "✓", "imap.firm.example", "SRV,", "autoconfig"]


def test_another_way_into_the_same_server_is_no_contradiction() -> None:
    both = said("srv", incoming(), outgoing(), outgoing(port=587, security="starttls"))
    one = said("ispdb", incoming(), outgoing(port=587, security="starttls"))
    shown = text(evidence_lines(found(both, one), 80))
    assert "ISPDB · offered too" in shown
    assert "· contradicts" not in shown


def test_the_same_error_is_written_out_once() -> None:
    silence = "Name server 192.0.2.53 gave no answer within 10 s."
    shown = text(about_sources(found(silent("mx", silence), silent("ispdb", silence)), 100))
    assert shown.count(silence) == 1
    assert "the same as for MX" in shown


@pytest.mark.parametrize("width", [36, 56, 76, 106])
def test_no_line_is_wider_than_there_is_room_and_nothing_is_lost(width: int) -> None:
    answers = (
        said("srv"),
        said("autoconfig", incoming(LONG), outgoing(username=f"{'eva' * 20}@firm.example")),
        said("pacc", remarks=("PACC is a draft.",)),
        said("ispdb", incoming(port=143, security="starttls"), outgoing()),
        silent("autodiscover", "firm.example has no Autodiscover."),
    )
    lines = about_sources(found(*answers), width)
    assert max(map(width_of, lines)) <= width
    without_breaks = "".join(text(lines).split())
    for words in (LONG, "eva" * 20, "SRV,PACC", "PACCisadraft.", "firm.examplehasnoAutodiscover."):
        assert words in without_breaks


def test_what_became_of_a_source_is_a_sign_and_a_word() -> None:
    read = datetime.date(2026, 5, 3)
    tested = SourceAnswer(source="tested", ok=True, incoming=(incoming(),), read=read)
    known = SourceAnswer(source="mx", ok=True, provider="fastmail")
    recognised = SourceAnswer(source="autodiscover", ok=True, remarks=("It is not asked.",))
    assert text(answer_lines(silent("srv", "No records."), 76)) == "– SRV           nothing: No records."
    assert text(answer_lines(tested, 76)).startswith("✓ tested here   signed in · imap.firm.example")
    assert text(answer_lines(tested, 76)).endswith("as of 3 May 2026")
    assert text(answer_lines(known, 76)) == "✓ MX            known provider"
    assert "· Autodiscover  no servers" in text(answer_lines(recognised, 76))

"""Who says what, as the command line prints it: credited rightly, and nothing said twice."""

from __future__ import annotations

from mailferry.cli.evidence_lines import evidence_lines, source_lines
from mailferry.model.recommendation import Recommendation, SourceAnswer
from tests.catalog.sources import incoming, outgoing, said, silent

SILENCE = "Name server 192.0.2.53 refuses to answer (REFUSED)."


def _found(*sources: SourceAnswer, warnings: tuple[str, ...] = ()) -> Recommendation:
    return Recommendation(
        address="eva@firm.example",
        how="mx",
        incoming=(incoming(),),
        outgoing=(outgoing(),),
        sources=sources,
        warnings=warnings,
    )


def test_a_value_is_credited_to_who_states_it() -> None:
    lines = list(evidence_lines(_found(said("mx"), said("srv"))))
    (host, *_) = (line for line in lines if "imap.firm.example" in line)
    assert host.endswith("file via MX, SRV")
    (username, *_) = (line for line in lines if "username" in line)
    assert username.endswith("file via MX")


def test_the_same_words_stand_once_for_all_sources() -> None:
    sources = silent("mx", "No record."), silent("srv", SILENCE), silent("ispdb", SILENCE)
    assert list(source_lines(_found(*sources))) == ["MX: No record.", f"SRV, ISPDB: {SILENCE}"]


def test_what_a_warning_says_is_left_to_it() -> None:
    warnings = (f"{SILENCE} Try again.",)
    assert list(source_lines(_found(silent("mx", SILENCE), warnings=warnings))) == []

"""The result of a test as lines: what failed first, nothing cut, everything said."""

from __future__ import annotations

import datetime

import pytest
from msgspec.structs import replace

from mailferry.advice.circumstances import instead
from mailferry.advice.earlier import as_earlier
from mailferry.model.check import ServerCheck, StageResult
from mailferry.ui.panes.result_lines import Result, changes_words, day_words, result_lines
from mailferry.ui.spans import Line, text_of, width_of
from tests.ui.results import CERTIFICATE, FAILED, LEFT_OUT, WELL, checked


def _lines(*servers: ServerCheck, width: int = 96, well: str | None = None) -> list[Line]:
    return result_lines(Result(check=checked("me", *servers), when="today", well=well), width)


def _texts(*servers: ServerCheck, width: int = 96, well: str | None = None) -> list[str]:
    return [text_of(line).rstrip() for line in _lines(*servers, width=width, well=well)]


def _smtp(server: ServerCheck) -> ServerCheck:
    return replace(server, role="outgoing", protocol="smtp", repairs=(), changed=())


def test_both_ladders_come_first_then_what_failed_and_what_to_do() -> None:
    texts = _texts(FAILED, _smtp(WELL))
    assert texts[:5] == [
        "IMAP ✓ dns 4 ms  ✗ connect 20 ms",
        "SMTP ✓ dns 4 ms  ✓ connect 23 ms  ✓ tls 31 ms  ✓ auth 40 ms  ✓ mailbox 10 ms",
        "✗ IMAP: Nothing listens on port 143 of imap.example.net.",
        "→ 993 answers with TLS from the start · as recommended  f takes it",
        "Cause: connection-refused.  No password was sent to the IMAP server.",
    ]
    assert texts[-1] == "failed in 0.5 s, today"


def test_what_has_changed_since_all_was_well_is_told_with_the_day() -> None:
    texts = _texts(FAILED, well="3 May 2026")
    assert "IMAP: changed since 3 May 2026, when all was well:" in texts
    assert "  • greeting: Dovecot ready → Courier ready" in texts


def test_particulars_of_each_server_stand_below() -> None:
    facts = next(text for text in _texts(WELL, width=200) if "sign-in by PLAIN" in text)
    assert facts == (
        "IMAP  imap.example.net:993 TLS · sign-in by PLAIN · TLS 1.3 · certificate 61 days left"
        " · IPv4 23 ms  IPv6 no answer · 2 messages"
    )


@pytest.mark.parametrize(("days", "words"), [(13, "! 13 days left"), (1, "! 1 day left")])
def test_a_certificate_that_ends_soon_is_warned_of_where_it_stands(days: int, words: str) -> None:
    ending = replace(WELL, certificate=replace(CERTIFICATE, days_left=days))
    ladder = _lines(ending)[0]
    assert any(span.tone == "warn" and words in span.text for span in ladder)
    assert "days left" not in _texts(WELL)[0]


def test_the_same_failure_of_both_servers_is_told_once() -> None:
    stages = (StageResult(stage="auth", ok=False, seconds=0.04, detail=""),)
    refused = replace(
        FAILED, stages=stages, failed_stage="auth", cause="wrong-password", repairs=(), changed=(), attempts=1
    )
    refused = replace(refused, advice="The password is wrong.", server_said="NO")
    texts = _texts(refused, _smtp(replace(refused, server_said="535 no")), width=200)
    assert "IMAP said: NO" in texts
    assert "SMTP said: 535 no" in texts
    assert [text for text in texts if "The password is wrong." in text] == [
        "✗ IMAP and SMTP: The password is wrong."
    ]
    assert (
        "Cause: wrong-password.  The password was sent once to the IMAP server."
        " The password was sent once to the SMTP server."
    ) in texts


def test_refusals_that_are_counted_are_told() -> None:
    result = Result(
        check=checked("me", FAILED), when="today", refused={"incoming": "2 passwords were refused."}
    )
    words = " ".join(text_of(line) for line in result_lines(result, 96))
    assert "No password was sent to the IMAP server. 2 passwords were refused." in words


def test_nothing_is_wider_than_the_room_there_is() -> None:
    for width in range(30, 120, 7):
        for line in _lines(FAILED, _smtp(WELL), width=width):
            assert width_of(line) <= width + 2, text_of(line)  # two blanks may hang over, and are cut
            assert len(text_of(line).rstrip()) <= width


def test_a_server_that_was_not_tried_says_so() -> None:
    nowhere = ServerCheck(
        role="incoming", protocol="imap", host=None, port=None, security=None, ok=False, cause="no-host"
    )
    texts = _texts(nowhere)
    assert texts[0] == "IMAP nothing was tried"
    assert "IMAP  no server named" in texts


def test_settings_are_said_in_words() -> None:
    assert changes_words({"incoming.port": 993, "incoming.security": "tls"}) == (
        "incoming port 993, TLS from the start"
    )


def test_what_answers_is_told_once_with_the_key_that_takes_it() -> None:
    answers = instead(FAILED)
    assert answers is not None
    texts = _texts(replace(FAILED, advice=f"{FAILED.advice} {answers}"))
    assert "✗ IMAP: Nothing listens on port 143 of imap.example.net." in texts
    assert not any(answers in text for text in texts)


def test_what_was_left_out_is_no_failure() -> None:
    texts = "\n".join(
        text_of(line) for line in result_lines(Result(check=checked("me", LEFT_OUT), when="now"), 200)
    )
    assert "✗" not in texts
    assert "– auth" in texts
    assert "– IMAP: no password was sent." in texts
    assert "Cause" not in texts
    refused = Result(check=checked("me", LEFT_OUT), when="now", refused={"incoming": "Until 12:00."})
    assert any("sent. Until 12:00." in text_of(line) for line in result_lines(refused, 200))


def test_what_was_taken_over_from_an_earlier_test_is_dim_and_says_when() -> None:
    when = datetime.datetime(2026, 11, 20, 14, 3, tzinfo=datetime.UTC)
    time = f"{when.astimezone():%H:%M}"
    carried = as_earlier(_smtp(WELL), when)
    resumed = replace(WELL, stages=(*as_earlier(WELL, when).stages[:3], *WELL.stages[3:]))
    lines = _lines(resumed, carried, width=200)
    first, second = lines[:2]
    assert text_of(first).startswith(f"IMAP ✓ dns {time}  ✓ connect {time}  ✓ tls {time}  ✓ auth 40 ms")
    assert {span.tone for span in second[1:]} == {"dim"}
    told = "\n".join(map(text_of, lines))
    assert f"· dns to tls as tested at {time} ·" in told
    assert f"· not tested again; it passed at {time} ·" in told


def test_of_today_the_time_is_told() -> None:
    now = datetime.datetime.now().astimezone()
    assert day_words(now) == f"{now:%H:%M} today"
    assert day_words(datetime.datetime(2026, 5, 3, 12, tzinfo=datetime.UTC)) == "3 May 2026"

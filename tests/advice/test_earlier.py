"""What a resumed test took over is marked with its own time."""

from __future__ import annotations

import datetime

from msgspec.structs import replace

from mailferry.advice.earlier import as_earlier, not_tested_again, passed_before, say_time
from mailferry.advice.ladder_text import ladder_lines
from mailferry.model.check import AccountCheck, ServerCheck, StageResult

FIRST = datetime.datetime(2026, 11, 20, 14, 3, 7, 999, datetime.UTC)
SECOND = FIRST + datetime.timedelta(minutes=5)
PASSED = ServerCheck(
    role="outgoing",
    protocol="smtp",
    host="smtp.x.example",
    port=465,
    security="tls",
    ok=True,
    stages=(
        StageResult(stage="dns", ok=True, seconds=0.1, detail="1 address"),
        StageResult(stage="auth", ok=True, seconds=0.1, detail="PLAIN"),
    ),
)


def texts(server: ServerCheck) -> list[str]:
    return [line.text for line in ladder_lines(server)]


def test_a_server_that_passed_earlier() -> None:
    carried = as_earlier(PASSED, FIRST)
    assert passed_before(PASSED) is None
    assert passed_before(carried) == FIRST.replace(microsecond=0)
    told = f"not tested again; it passed at {say_time(FIRST)}"
    assert texts(carried) == [told, *texts(PASSED)]
    check = AccountCheck(account="joe", address="joe@x.example", ok=True, seconds=1, servers=(carried,))
    assert not_tested_again(check) == (f"outgoing smtp smtp.x.example:465: {told}",)
    assert not_tested_again(replace(check, servers=(PASSED,))) == ()


def test_it_keeps_its_time_however_often_it_is_taken_over() -> None:
    assert as_earlier(as_earlier(PASSED, FIRST), SECOND) == as_earlier(PASSED, FIRST)


def test_single_stages_that_were_kept() -> None:
    kept, new = as_earlier(PASSED, FIRST).stages[0], PASSED.stages[1]
    server = replace(PASSED, stages=(kept, new))
    assert passed_before(server) is None
    first, second = texts(server)
    assert first.endswith(f"1 address, as tested {say_time(FIRST)}")
    assert "as tested" not in second


def test_a_server_without_stages_was_not_taken_over() -> None:
    assert passed_before(replace(PASSED, stages=())) is None

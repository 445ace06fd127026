"""A refused message: the step told a cause, and the words may tell a better one."""

from __future__ import annotations

import msgspec
import pytest

from mailferry.advice.explain import explain
from mailferry.model.cause import Cause
from mailferry.model.check import ServerCheck
from mailferry.model.failure import BookRule, FailureBook, FailureRule
from tests.advice.examples import NOBODY

REFUSED = ServerCheck(
    role="outgoing",
    protocol="smtp",
    host="smtp.example.net",
    port=465,
    security="tls",
    ok=False,
    failed_stage="send",
    cause="recipient-refused",
    server_said="550 no",
)
BOOK = FailureBook(rule=(BookRule(stage="send", matches="relay", cause="relay-denied"),))


def cause(check: ServerCheck, *rules: FailureRule) -> Cause | None:
    return explain(check, BOOK, msgspec.structs.replace(NOBODY, failures=rules)).cause


def test_words_that_say_nothing_leave_the_step_s_cause() -> None:
    assert cause(REFUSED) == "recipient-refused"


@pytest.mark.parametrize(
    "told", ["recipient-refused", "sender-not-allowed", "message-rejected", "quota-exceeded", "unknown"]
)
def test_words_say_it_better_than_the_step(told: Cause) -> None:
    refused = msgspec.structs.replace(REFUSED, cause=told, server_said="550 5.7.1 Relaying denied")
    assert cause(refused) == "relay-denied"


def test_what_was_seen_while_sending_is_not_read_otherwise() -> None:
    refused = msgspec.structs.replace(REFUSED, cause="timeout", server_said="550 5.7.1 Relaying denied")
    assert cause(refused) == "timeout"


def test_a_provider_s_rule_makes_nothing_lasting_of_what_passes() -> None:
    rule = FailureRule(stage="send", matches="no", cause="sender-not-allowed")
    assert cause(REFUSED, rule) == "sender-not-allowed"
    assert cause(msgspec.structs.replace(REFUSED, cause="temporary-failure"), rule) == "temporary-failure"

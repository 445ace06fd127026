"""The shipped failure book: every rule against real words, and advice for every cause."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailferry.advice.book import PLACEHOLDERS, check_book, first_match
from mailferry.advice.explain import explain
from mailferry.model.account import Protocol
from mailferry.model.cause import Cause, Stage
from mailferry.model.check import ServerCheck
from mailferry.model.failure import FailureBook, FailureRule
from tests.advice import examples as at
from tests.advice.examples import NOBODY, recommendation

BOOK_FILE = Path(__file__).parents[2] / "profiles" / "failures.toml"


@cache
def shipped_book() -> FailureBook:
    return msgspec.convert(tomllib.loads(BOOK_FILE.read_text("utf-8")), FailureBook)


def failed(stage: Stage, protocol: Protocol, said: str | None, cause: Cause = "unknown") -> ServerCheck:
    return ServerCheck(
        role="outgoing" if protocol == "smtp" else "incoming",
        protocol=protocol,
        host="mail.example.com",
        port=993,
        security="tls",
        ok=False,
        failed_stage=stage,
        cause=cause,
        server_said=said,
    )


SERVER_WORDS = msgspec.convert(
    tomllib.loads(Path(__file__).with_name("server_words.toml").read_text("utf-8")),
    dict[Cause, list[tuple[Stage, Protocol, str]]],
)
SAMPLES = [(*sample, cause) for cause, samples in SERVER_WORDS.items() for sample in samples]


def test_a_falsely_offered_initial_response_is_told_with_its_cure() -> None:
    check = explain(failed("auth", "imap", "BAD Request not ending with \\r\\n."), shipped_book(), NOBODY)
    assert check.cause == "protocol-error"
    assert 'quirks = ["no-initial-response"] under [incoming]' in (check.advice or "")


@pytest.mark.parametrize(("stage", "protocol", "said", "cause"), SAMPLES)
def test_what_servers_say_is_understood(stage: Stage, protocol: Protocol, said: str, cause: Cause) -> None:
    assert explain(failed(stage, protocol, said), shipped_book(), NOBODY).cause == cause


def test_every_rule_is_there_for_something_that_servers_say() -> None:
    book = shipped_book()
    used = {id(first_match(book.rule, failed(stage, protocol, said))) for stage, protocol, said, _ in SAMPLES}
    assert [rule.matches for rule in book.rule if id(rule) not in used] == []


@pytest.mark.parametrize(
    "said",
    [
        "A1 NO [UNAVAILABLE] Invalid credentials",
        "A1 NO [INUSE] Login failed",
        "A1 NO [LIMIT] authentication failed",
        "454 4.7.0 authentication failed: invalid credentials",
        "535 4.7.0 Authentication failed",
        "-ERR [SYS/TEMP] login failed",
        "A1 NO Too many failed attempts, invalid password",
        "A1 NO Authentication failed. Please try again in 10 minutes.",
        "* BYE Temporary problem\nA1 NO [AUTHENTICATIONFAILED] Authentication failed.",
    ],
)
@pytest.mark.parametrize("protocol", ["imap", "pop3", "smtp"])
def test_what_passes_by_itself_never_blames_the_password(said: str, protocol: Protocol) -> None:
    """Not even by a provider's own rule."""
    rule = FailureRule(stage="auth", matches="failed|invalid", cause="app-password-required")
    icloud = msgspec.structs.replace(recommendation("joe@me.com", at.ICLOUD), failures=(rule,))
    for advice in (NOBODY, icloud):
        cause = explain(failed("auth", protocol, said), shipped_book(), advice).cause
        assert cause in {"temporary-failure", "rate-limited", "mailbox-in-use"}, cause


def test_the_shipped_book_has_no_mistakes() -> None:
    assert check_book(shipped_book()) == ()


@pytest.mark.parametrize("cause", get_args(Cause))
def test_every_cause_is_explained_in_four_sentences_at_most(cause: Cause) -> None:
    check = failed("auth", "imap", None, cause)
    for advice in (NOBODY, recommendation("joe@me.com", at.ICLOUD)):
        text = explain(check, shipped_book(), advice).advice
        assert text
        assert not re.search(r"[{}]|  |None", text), text
        assert text[-1] in ".?", text
        sentences = re.findall(r"[.!?:](?=\s+[A-Z“]|$)", text)
        assert 1 <= len(sentences) <= 4, text


def test_the_book_names_no_placeholder_that_is_never_filled() -> None:
    named = set(re.findall(r"\{(\w+)\}", BOOK_FILE.read_text("utf-8")))
    assert named <= PLACEHOLDERS


@given(st.text(max_size=400), st.sampled_from(["greeting", "auth", "mailbox", "send", "deliver"]))
def test_any_words_have_a_cause_and_stay_as_they_are(said: str, stage: Stage) -> None:
    protocol: Protocol = "smtp" if stage == "send" else "imap"
    explained = explain(failed(stage, protocol, said), shipped_book(), NOBODY)
    assert explained.cause in get_args(Cause)
    assert explained.advice
    assert explained.server_said == said

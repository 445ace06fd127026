"""The failure book against any words of a server: a cause that is one, harmless advice, no wrong blame."""

from __future__ import annotations

import re
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailferry.advice.explain import explain
from mailferry.model.account import Protocol
from mailferry.model.cause import Cause, Stage
from mailferry.model.check import ServerCheck, StageResult
from mailferry.model.recommendation import Recommendation
from mailferry.model.visible import visible
from mailferry.store.decode import decode_failures
from mailferry.store.files import read_text
from mailferry.store.shipped import shipped

FILE = shipped("profiles") / "failures.toml"
BOOK = decode_failures(read_text(FILE), str(FILE))
NOBODY = Recommendation(address="joe@mail.test", how="none")
STAGES: tuple[Stage, ...] = get_args(Stage)

PATTERN_WORDS = st.sampled_from(
    sorted({word for rule in BOOK.rule for word in re.findall(r"[A-Za-z]{3,}", rule.matches)})
)
SENTENCES = st.lists(PATTERN_WORDS | st.text(max_size=6), max_size=12).map(" ".join)
WORDS = (
    st.text(max_size=200)
    | SENTENCES
    | st.binary(max_size=80).map(lambda said: said.decode("utf-8", "backslashreplace"))
)


def explained(protocol: Protocol, stage: Stage, said: str | None, cause: Cause = "unknown") -> ServerCheck:
    return explain(
        ServerCheck(
            role="outgoing" if protocol == "smtp" else "incoming",
            protocol=protocol,
            host="mail.test",
            port=993,
            security="tls",
            ok=False,
            stages=(StageResult(stage=stage, ok=False, seconds=0.1, detail="refused"),),
            failed_stage=stage,
            cause=cause,
            server_said=said,
            attempts=1,
        ),
        BOOK,
        NOBODY,
    )


@given(protocol=st.sampled_from(get_args(Protocol)), stage=st.sampled_from(STAGES), said=WORDS | st.none())
def test_any_words(protocol: Protocol, stage: Stage, said: str | None) -> None:
    check = explained(protocol, stage, said)
    assert check.cause in get_args(Cause)
    assert check.advice
    assert visible(check.advice) == check.advice
    assert check.server_said == said


@given(cause=st.sampled_from(get_args(Cause)), stage=st.sampled_from(STAGES), said=WORDS)
def test_words_change_no_cause_that_was_seen(cause: Cause, stage: Stage, said: str) -> None:
    if cause != "unknown" and stage != "send":
        assert explained("imap", stage, said, cause).cause == cause


TEMPORARY = [
    ("imap", "NO [UNAVAILABLE] "),
    ("imap", "NO [SERVERBUG] "),
    ("imap", "NO [INUSE] "),
    ("imap", "NO [LIMIT] "),
    ("pop3", "-ERR [SYS/TEMP] "),
    ("pop3", "-ERR [IN-USE] "),
    ("pop3", "-ERR [LOGIN-DELAY] "),
    ("smtp", "421 4.7.0 "),
    ("smtp", "421 "),
    ("smtp", "450 4.2.0 "),
    ("smtp", "451 4.3.0 "),
    ("smtp", "454 4.7.0 "),
    ("smtp", "454 "),
]


@pytest.mark.parametrize(("protocol", "code"), TEMPORARY)
@given(words=SENTENCES)
def test_what_is_temporary_is_no_wrong_password(protocol: Protocol, code: str, words: str) -> None:
    assert explained(protocol, "auth", code + words).cause != "wrong-password"


@given(
    words=SENTENCES, stage=st.sampled_from(("dns", "connect", "tls", "greeting", "capability", "starttls"))
)
def test_before_the_sign_in_no_password_is_wrong(words: str, stage: Stage) -> None:
    for protocol in get_args(Protocol):
        assert explained(protocol, stage, words).cause not in ("wrong-password", "app-password-required")


@pytest.mark.parametrize(
    "said", ["x" * 2_000, "a " * 1_000, "5" * 2_000, "[" * 2_000, " \t" * 1_000, "aaaa!" * 400]
)
def test_no_pattern_goes_astray(said: str) -> None:
    """Long repetitive words, at which a careless pattern would work for minutes."""
    for protocol in get_args(Protocol):
        assert explained(protocol, "auth", said).cause == "unknown"

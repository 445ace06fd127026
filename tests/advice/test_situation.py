"""Which of a cause's texts is told: by the stage, by who runs the server, by what the account says."""

from __future__ import annotations

import msgspec
import pytest

from mailferry.advice.book import check_book
from mailferry.advice.explain import explain
from mailferry.model.account import Account
from mailferry.model.cause import Cause
from mailferry.model.check import ServerCheck
from mailferry.model.failure import AdviceVariant, CauseAdvice, FailureBook
from mailferry.model.recommendation import Recommendation
from tests.advice import examples as at
from tests.advice.examples import NOBODY, recommendation
from tests.advice.test_failure_book import failed, shipped_book

ICLOUD = recommendation("joe@me.com", at.ICLOUD)


def told(check: ServerCheck, advice: CauseAdvice, found: Recommendation = NOBODY) -> str:
    book = FailureBook(cause=msgspec.convert({check.cause: advice}, dict[Cause, CauseAdvice]))
    return explain(check, book, found).advice or ""


def shipped(check: ServerCheck, found: Recommendation = NOBODY, account: Account | None = None) -> str:
    return explain(check, shipped_book(), found, account).advice or ""


def test_the_first_variant_that_fits_goes_before_the_cause_s_texts() -> None:
    advice = CauseAdvice(
        what="What.",
        why="Why.",
        do="Do.",
        who="provider",
        as_recommended="Right.",
        instead=(
            AdviceVariant(stages=("mailbox",), what="Not this."),
            AdviceVariant(stages=("auth", "send"), do="Wait.", why="", who="you", as_recommended=""),
            AdviceVariant(what="Nor this."),
        ),
    )
    assert told(failed("auth", "imap", None, "timeout"), advice) == "What. Wait."
    assert told(failed("connect", "imap", None, "timeout"), advice) == (
        "Nor this. Why. Do. Only whoever runs the server can mend this."
    )


def test_mistakes_in_variants_are_found() -> None:
    advice = CauseAdvice(what="a", do="b", instead=(AdviceVariant(do="{hots}"),))
    book = FailureBook(cause={"timeout": advice})
    (problem,) = check_book(book, complete=False)
    assert "{hots} cannot be filled in" in problem.message


def test_a_phrase_begins_a_sentence_with_a_capital_and_a_name_does_not() -> None:
    advice = CauseAdvice(what="{provider} says so, {provider}.", do="{host} too.")
    check = failed("auth", "imap", None, "timeout")
    assert told(check, advice) == (
        "Whoever runs the server says so, whoever runs the server. mail.example.com too."
    )


@pytest.mark.parametrize(
    ("host", "found", "who"),
    [
        ("imap.mail.me.com", ICLOUD, "iCloud"),
        ("p12-imap.mail.me.com", ICLOUD, "iCloud"),
        ("mail.firm.example", ICLOUD, "Whoever runs the server"),
        ("imap.mail.me.com", NOBODY, "Whoever runs the server"),
        ("192.0.2.1", ICLOUD, "Whoever runs the server"),
        (
            "imap.mail.me.com",
            msgspec.structs.replace(ICLOUD, how="own", name="me.com"),
            "Whoever runs the server",
        ),
        ("imap.mail.me.com", msgspec.structs.replace(ICLOUD, how="own"), "iCloud"),
    ],
)
def test_a_provider_is_named_only_for_its_own_servers(host: str, found: Recommendation, who: str) -> None:
    check = msgspec.structs.replace(failed("auth", "imap", None, "timeout"), host=host)
    assert told(check, CauseAdvice(what="{provider}.", do="{web_page}."), found).startswith(f"{who}. ")

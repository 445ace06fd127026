"""What one check shows beyond its cause: repairs, a blocked port 25, a consent that has run out."""

from __future__ import annotations

import msgspec
import pytest

from mailferry.advice.explain import explain
from mailferry.model.cause import Cause
from mailferry.model.check import Repair, ServerCheck, StageResult
from tests.advice import examples as at
from tests.advice.examples import NOBODY, recommendation
from tests.advice.test_failure_book import failed, shipped_book


def repaired(cause: Cause, **changes: str | int) -> ServerCheck:
    """A failure, and what was seen to work instead."""
    repair = Repair(
        changes={f"incoming.{name}": value for name, value in changes.items()}, seen="It answers."
    )
    return msgspec.structs.replace(failed("connect", "imap", None, cause), repairs=(repair,))


def advice(check: ServerCheck) -> str:
    return explain(check, shipped_book(), NOBODY).advice or ""


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"port": 993, "security": "tls"}, "What answers is port 993 with TLS from the start."),
        ({"security": "starttls"}, "What answers is STARTTLS."),
        ({"host": "imap.test", "port": 143, "security": "starttls"}, "imap.test port 143 with STARTTLS."),
        ({"host": "imap.test"}, "What answers is imap.test."),
        ({"host": "evil\x1b[31m.test"}, "What answers is evil\\x1b[31m.test."),
    ],
)
def test_what_answers_is_offered(changes: dict[str, str | int], words: str) -> None:
    text = advice(repaired("connection-refused", **changes))
    assert words in text
    assert text.endswith(words)
    assert "mailferry fix" not in text, "the line below names the command, with the account"
    assert "Change the port" not in text


def test_what_is_not_to_be_taken_by_itself_is_not_named() -> None:
    check = repaired("connection-refused", port=993)
    wrong = tuple(msgspec.structs.replace(each, verdict="wrong") for each in check.repairs)
    assert "What answers" not in advice(msgspec.structs.replace(check, repairs=wrong))
    assert "What answers is" not in advice(repaired("wrong-protocol", protocol="pop3"))


def test_another_way_to_sign_in_is_named_as_the_file_writes_it() -> None:
    text = advice(repaired("auth-mechanism-unsupported", auth="password"))
    assert 'Write auth = "password" under [incoming]' in text


def test_only_the_first_is_named() -> None:
    check = repaired("timeout", port=993)
    two = msgspec.structs.replace(check, repairs=(*check.repairs, *repaired("timeout", port=995).repairs))
    assert "995" not in advice(two)


def test_without_repairs_the_book_speaks() -> None:
    assert "What answers" not in advice(failed("connect", "imap", None, "timeout"))


def test_what_answers_counts_more_than_that_the_settings_are_the_recommended_ones() -> None:
    check = msgspec.structs.replace(repaired("timeout", port=143), host="imap.mail.me.com")
    text = explain(check, shipped_book(), recommendation("joe@me.com", at.ICLOUD)).advice or ""
    assert "What answers is port 143" in text


def test_a_blocked_port_25_is_told_from_a_dead_server() -> None:
    check = msgspec.structs.replace(repaired("timeout", port=587, security="starttls"), port=25)
    assert "The server is alive: this network blocks port 25" in advice(check)
    elsewhere = msgspec.structs.replace(repaired("timeout", host="smtp.test", port=587), port=25)
    assert "alive" not in advice(elsewhere)


@pytest.mark.parametrize(("said", "named"), [("error: invalid_grant", True), ("agent locked", False)])
def test_a_consent_that_has_run_out_is_named(said: str, named: bool) -> None:
    stage = StageResult(stage="auth", ok=False, seconds=0.1, detail=f"the command “oama” said: {said}")
    check = msgspec.structs.replace(failed("auth", "imap", None, "password-command-failed"), stages=(stage,))
    assert ("seven days" in advice(check)) is named


def test_a_refused_token_is_no_wrong_password() -> None:
    check = failed("auth", "imap", "NO [AUTHENTICATIONFAILED] Authentication failed.")
    by_token = msgspec.structs.replace(check, mechanism="XOAUTH2")
    assert explain(by_token, shipped_book(), NOBODY).cause == "oauth2-token-rejected"


def test_the_provider_s_own_page_is_named_where_it_says_what_to_do() -> None:
    gmail = msgspec.structs.replace(
        recommendation("joe@me.com", at.ICLOUD), docs="https://support.example/imap", failures=()
    )
    said = failed("auth", "imap", "NO IMAP access is disabled")
    assert (explain(said, shipped_book(), gmail).advice or "").endswith("More: https://support.example/imap")
    assert "More:" not in (explain(said, shipped_book(), NOBODY).advice or "")

"""Explaining a failed check: whose rules count, what is filled in, and what stays as it is."""

from __future__ import annotations

import datetime

import msgspec
import pytest

from mailferry.advice.book import check_book, check_rules
from mailferry.advice.explain import explain
from mailferry.model.cause import Cause
from mailferry.model.check import Certificate, ServerCheck
from mailferry.model.failure import BookRule, CauseAdvice, FailureBook, FailureRule
from mailferry.model.problem import MailferryError
from mailferry.model.provider import SignIn
from mailferry.model.recommendation import Recommendation
from tests.advice import examples as at
from tests.advice.examples import NOBODY, recommendation

GENERAL = CauseAdvice(what="What.", why="Why.", do="Do.")
REFUSED = ServerCheck(
    role="incoming",
    protocol="imap",
    host="imap.mail.me.com",
    port=993,
    security="tls",
    ok=False,
    failed_stage="auth",
    cause="unknown",
    server_said="A1 NO [AUTHENTICATIONFAILED] Authentication failed",
    attempts=1,
)
CERTIFICATE = Certificate(
    subject="evil",
    names=("one.example", "two\x1b[31m.example", *(f"more{number}.example" for number in range(7))),
    issuer="\u202eylimaf" + "x" * 500,
    not_before=datetime.datetime(2026, 12, 1, tzinfo=datetime.UTC),
    not_after=datetime.datetime(2026, 1, 31, tzinfo=datetime.UTC),
    days_left=-293,
    fingerprint="sha256:00",
)


def book(*rules: BookRule, **advice: CauseAdvice) -> FailureBook:
    return FailureBook(
        rule=rules,
        cause=msgspec.convert(
            {name.replace("_", "-"): text for name, text in advice.items()}, dict[Cause, CauseAdvice]
        ),
    )


def icloud(*rules: FailureRule) -> Recommendation:
    return msgspec.structs.replace(recommendation("joe@me.com", at.ICLOUD), failures=rules)


def test_what_passed_comes_back_as_it_is() -> None:
    passed = msgspec.structs.replace(REFUSED, ok=True, cause=None, failed_stage=None)
    assert explain(passed, book(), NOBODY) is passed


def test_the_book_names_the_cause_and_gives_its_advice() -> None:
    rule = BookRule(matches="authenticationfailed", cause="wrong-password", stage="auth")
    explained = explain(REFUSED, book(rule, wrong_password=GENERAL), NOBODY)
    assert explained == msgspec.structs.replace(REFUSED, cause="wrong-password", advice="What. Why. Do.")


def test_the_provider_s_rules_come_first_with_their_own_advice() -> None:
    general = BookRule(matches="AUTHENTICATIONFAILED", cause="wrong-password")
    special = FailureRule(
        matches="AUTHENTICATION ?FAILED",
        cause="app-password-required",
        advice="Make one.",
        url="https://a.example",
    )
    explained = explain(REFUSED, book(general), icloud(special))
    assert (explained.cause, explained.advice) == (
        "app-password-required",
        "Make one. More: https://a.example",
    )


def test_a_provider_s_rules_and_reminders_say_nothing_of_a_stranger_s_server() -> None:
    special = FailureRule(matches="AUTHENTICATIONFAILED", cause="app-password-required", advice="Make one.")
    general = book(BookRule(matches="AUTHENTICATIONFAILED", cause="wrong-password"), wrong_password=GENERAL)
    strange = msgspec.structs.replace(REFUSED, host="mail.firm.example")
    explained = explain(strange, general, icloud(special))
    assert explained.cause == "wrong-password"
    assert explained.advice == "What. This is no server of iCloud, where the mailbox is. Do."


def test_the_page_for_app_passwords_is_added_where_the_rule_names_none() -> None:
    special = FailureRule(matches="FAILED", cause="app-password-required", advice="Make one.")
    assert explain(REFUSED, book(), icloud(special)).advice == "Make one. More: https://account.apple.com"


def test_a_provider_s_rule_without_advice_uses_the_book_s() -> None:
    general = CauseAdvice(what="{provider} wants one.", do="Make it ({app_password_url}).")
    special = FailureRule(matches="FAILED", cause="app-password-required")
    explained = explain(REFUSED, book(app_password_required=general), icloud(special))
    assert explained.advice == "iCloud wants one. Make it (https://account.apple.com)."


def test_the_first_rule_that_matches_wins() -> None:
    rules = (
        BookRule(matches="FAILED", cause="greylisted", stage="mailbox"),
        BookRule(matches="FAILED", cause="relay-denied", protocols=("smtp", "pop3")),
        BookRule(matches="no such words", cause="not-delivered"),
        BookRule(matches="failed$", cause="account-locked", protocols=("imap",)),
        BookRule(matches="FAILED", cause="account-disabled"),
    )
    assert explain(REFUSED, book(*rules), NOBODY).cause == "account-locked"


@pytest.mark.parametrize(
    "cause", ["timeout", "cert-expired", "connection-refused", "not-tried", "no-password", "cancelled"]
)
def test_what_the_check_saw_itself_is_never_read_otherwise(cause: Cause) -> None:
    seen = msgspec.structs.replace(REFUSED, cause=cause)
    rule = BookRule(matches="FAILED", cause="wrong-password")
    special = FailureRule(matches="FAILED", cause="app-password-required")
    assert explain(seen, book(rule), icloud(special)).cause == cause


def test_a_connection_closed_with_words_can_be_refined_by_the_provider_alone() -> None:
    closed = msgspec.structs.replace(REFUSED, cause="server-closed")
    rule = BookRule(matches="FAILED", cause="wrong-password")
    special = FailureRule(matches="FAILED", cause="app-password-required")
    assert explain(closed, book(rule), NOBODY).cause == "server-closed"
    assert explain(closed, book(rule), icloud(special)).cause == "app-password-required"


@pytest.mark.parametrize("said", [None, "", "  ", "A1 NO Kein Zutritt", "x" * 3_000 + "FAILED"])
def test_what_nothing_matches_stays_unknown(said: str | None) -> None:
    check = msgspec.structs.replace(REFUSED, server_said=said)
    unknown = CauseAdvice(what="Not known.", do="Ask.")
    rules = (BookRule(matches="FAILED", cause="wrong-password"), BookRule(matches="^$", cause="greylisted"))
    explained = explain(check, book(*rules, unknown=unknown), NOBODY)
    assert (explained.cause, explained.advice) == ("unknown", "Not known. Ask.")
    assert explained.server_said == said


def test_a_cause_without_advice_is_at_least_named() -> None:
    text = explain(REFUSED, book(), NOBODY).advice
    assert text == "The check of imap.mail.me.com failed: unknown."


@pytest.mark.parametrize(
    ("sign_in", "words"),
    [
        (SignIn(), "Why."),
        (SignIn(app_password="required"), "iCloud accepts only an app-specific password here."),
        (
            SignIn(app_password="required", app_password_url="https://a.example"),
            "iCloud accepts only an app-specific password here (https://a.example).",
        ),
        (SignIn(app_password="with-2fa"), "With two-factor sign-in on, iCloud accepts only"),
        (SignIn(oauth2="required"), "iCloud no longer lets mail programs sign in with a password."),
        (SignIn(oauth2="required", note="Passwords ended."), "Passwords ended."),
    ],
)
def test_a_wrong_password_brings_the_provider_s_reminder(sign_in: SignIn, words: str) -> None:
    rule = BookRule(matches="FAILED", cause="wrong-password")
    advice = msgspec.structs.replace(icloud(), sign_in=sign_in)
    explained = explain(REFUSED, book(rule, wrong_password=GENERAL), advice)
    assert explained.cause == "wrong-password"
    assert explained.advice is not None
    assert explained.advice.startswith(f"What. {words}")


@pytest.mark.parametrize(
    ("who", "sentence"),
    [
        ("you", ""),
        ("nobody", ""),
        ("provider", " Only iCloud can mend this."),
        ("administrator", " Only whoever runs the mail service can mend this."),
    ],
)
def test_who_must_act_is_said_when_it_is_somebody_else(who: str, sentence: str) -> None:
    advice = msgspec.convert({"what": "What.", "do": "Do.", "who": who}, CauseAdvice)
    assert explain(REFUSED, book(unknown=advice), icloud()).advice == f"What. Do.{sentence}"


# Placeholders


def filled(text: str, check: ServerCheck, advice: Recommendation = NOBODY) -> str:
    general = CauseAdvice(what=text, do="")
    return explain(check, book(unknown=general), advice).advice or ""


def test_placeholders_are_filled() -> None:
    check = msgspec.structs.replace(REFUSED, capabilities=("IMAP4REV1", "AUTH=PLAIN", "AUTH=XOAUTH2", "IDLE"))
    text = "{host}|{port}|{username}|{protocol}|{provider}|{mechanisms}|{app_password_url}"
    expected = "imap.mail.me.com|993|joe|IMAP|iCloud|PLAIN, XOAUTH2|https://account.apple.com"
    assert filled(text, check, icloud()) == expected


def test_smtp_offers_are_read_as_well() -> None:
    check = msgspec.structs.replace(REFUSED, capabilities=("SIZE 1000", "AUTH PLAIN LOGIN", "AUTH=LOGIN"))
    assert filled("{mechanisms}", check) == "PLAIN, LOGIN"


def test_what_is_not_known_is_said_in_neutral_words() -> None:
    bare = msgspec.structs.replace(REFUSED, host=None, port=None)
    for name in ("host", "port", "username", "names", "not_after", "not_before", "issuer", "mechanisms"):
        words = filled(f"{{{name}}}", bare)
        assert words
        assert "{" not in words
        assert "None" not in words


def test_a_certificate_s_words_are_made_harmless_and_cut() -> None:
    check = msgspec.structs.replace(REFUSED, certificate=CERTIFICATE)
    names = filled("{names}", check)
    assert names.startswith("one.example, two\\x1b[31m.example, more0.example")
    assert names.endswith("and 4 more")
    issuer = filled("{issuer}", check)
    assert issuer.startswith("\\u202eylimaf")
    assert len(issuer) < 250
    assert filled("{not_before} {not_after}", check) == "1 Dec 2026 31 Jan 2026"


def test_a_certificate_without_names() -> None:
    check = msgspec.structs.replace(REFUSED, certificate=msgspec.structs.replace(CERTIFICATE, names=()))
    assert filled("{names}", check) == "No name at all"


def test_nobody_is_sent_to_compare_settings_that_are_the_recommended_ones() -> None:
    lost = msgspec.structs.replace(
        REFUSED, failed_stage="dns", cause="host-not-found", server_said=None, attempts=0
    )
    known = book(
        host_not_found=CauseAdvice(what="{host}?", why="A slip.", do="Compare.", as_recommended="Wait.")
    )
    assert explain(lost, known, icloud()).advice == "imap.mail.me.com? Wait."
    slip = msgspec.structs.replace(lost, host="imap.mail.me.co")
    assert explain(slip, known, icloud()).advice == "imap.mail.me.co? A slip. Compare."


def test_a_name_that_the_own_file_doubts_may_be_the_mistake() -> None:
    lost = msgspec.structs.replace(REFUSED, failed_stage="dns", cause="host-not-found", server_said=None)
    known = book(
        host_not_found=CauseAdvice(what="{host}?", why="A slip.", do="Compare.", as_recommended="Wait.")
    )
    doubted = msgspec.structs.replace(
        icloud(), how="own", doubts=("Found on 20 November 2026: only DNS names imap.mail.me.com.",)
    )
    assert explain(lost, known, doubted).advice == "imap.mail.me.com? A slip. Compare."


@pytest.mark.parametrize("mechanism", ["XOAUTH2", "OAUTHBEARER"])
def test_servers_that_say_password_of_a_token(mechanism: str) -> None:
    refused = msgspec.structs.replace(REFUSED, mechanism=mechanism)
    general = book(
        BookRule(matches="AUTHENTICATIONFAILED", cause="wrong-password"), oauth2_token_rejected=GENERAL
    )
    special = icloud(
        FailureRule(matches="AUTHENTICATIONFAILED", cause="app-password-required", advice="Make one.")
    )
    for provider in (NOBODY, special):
        told = explain(refused, general, provider)
        assert (told.cause, told.advice) == ("oauth2-token-rejected", "What. Why. Do.")
    by_password = explain(msgspec.structs.replace(REFUSED, mechanism="LOGIN"), general, NOBODY)
    assert by_password.cause == "wrong-password"


def test_braces_that_are_no_placeholder_stay() -> None:
    assert filled("{nothing} {} {host!r} {0}", REFUSED) == "{nothing} {} {host!r} {0}"


# Mistakes in rules


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("(", "is not a regular expression"),
        ("a{99999999999999}", "is not a regular expression"),
        ("(a+)+$", "repeats a group that repeats inside"),
        (r"(\w*)*x", "repeats a group that repeats inside"),
        ("(?:a{2,}){3,}", "repeats a group that repeats inside"),
    ],
)
def test_a_pattern_that_cannot_be_used_is_named(pattern: str, words: str) -> None:
    bad = book(BookRule(matches=pattern, cause="unknown"))
    with pytest.raises(MailferryError, match=words) as caught:
        explain(REFUSED, bad, NOBODY)
    assert pattern in str(caught.value)
    problems = [problem for problem in check_book(bad, "failures.toml") if problem.key == "rule.0.matches"]
    assert [problem.file for problem in problems] == ["failures.toml"]
    assert words in problems[0].message


@pytest.mark.parametrize("pattern", [r"a+\)+", "(ab)+", "(a+)b+", r"(a\+)+", "(?:a|b)*c{2,3}"])
def test_patterns_that_are_harmless_pass(pattern: str) -> None:
    assert check_rules([FailureRule(matches=pattern, cause="unknown")]) == ()


def test_linting_names_causes_without_advice_and_placeholders_that_are_none() -> None:
    broken = book(
        BookRule(matches="x", cause="unknown", advice="Use {hots}."),
        timeout=CauseAdvice(what="{hosts}", do="x"),
    )
    problems = {problem.key: problem.message for problem in check_book(broken)}
    assert "{hots} cannot be filled in" in problems["rule.0.advice"]
    assert "{hosts} cannot be filled in" in problems["cause.timeout"]
    assert problems["cause.cancelled"] == "no advice for this cause"

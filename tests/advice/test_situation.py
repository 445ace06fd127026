"""Which of a cause's texts is told: by the stage, by who runs the server, by what the account says."""

from __future__ import annotations

import msgspec
import pytest

from mailferry.advice.book import check_book
from mailferry.advice.explain import explain
from mailferry.model.account import Account, Protocol, Security
from mailferry.model.cause import Cause, Stage
from mailferry.model.check import ServerCheck, StageResult
from mailferry.model.failure import AdviceVariant, BookRule, CauseAdvice, FailureBook
from mailferry.model.recommendation import Recommendation
from mailferry.model.secret import UNSENDABLE
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


# The shipped texts


def account(**more: object) -> Account:
    return msgspec.convert({"address": "joe@firm.example", **more}, Account)


@pytest.mark.parametrize(
    ("stage", "words"),
    [
        ("connect", "A firewall on the way swallows the connection"),
        ("tls", "took the connection on port 993, and then said nothing"),
        ("auth", "because passwords were refused before"),
        ("mailbox", "stopped short in the middle of the work"),
        ("send", "the password are not to blame"),
        ("deliver", "the password are not to blame"),
    ],
)
def test_a_timeout_is_another_thing_at_each_stage(stage: Stage, words: str) -> None:
    check = failed(stage, "imap", None, "timeout")
    text = shipped(check)
    assert words in text
    assert ("firewall" in text) is (stage == "connect")
    if stage != "connect":
        as_recommended = msgspec.structs.replace(check, host="imap.mail.me.com")
        assert "blocks port" not in shipped(as_recommended, ICLOUD)


@pytest.mark.parametrize(
    "cause",
    [
        *("cert-expired", "cert-self-signed", "cert-unknown-issuer", "cert-hostname-mismatch"),
        *("cert-weak-key", "cert-wrong-purpose", "cert-fingerprint-mismatch", "cert-not-yet-valid"),
        *("tls-too-old", "tls-no-shared-cipher", "client-cert-required", "account-locked"),
    ],
)
def test_who_must_act_at_one_s_own_server(cause: Cause) -> None:
    text = shipped(failed("tls", "imap", None, cause))
    assert text.count("hoever runs") == 1, text
    assert "provider" not in text
    assert "recommended" not in text


@pytest.mark.parametrize(
    "cause", ["wrong-password", "password-expired", "account-disabled", "quota-exceeded"]
)
def test_nobody_is_sent_to_a_provider_who_is_not_known(cause: Cause) -> None:
    text = shipped(failed("auth", "imap", None, cause), account=account(incoming={"username": "joe"}))
    assert "provider" not in text
    assert "recommended" not in text
    assert "firm.example can mend" not in text


def test_nobody_compares_with_what_is_not_recommended() -> None:
    assert "those that whoever runs the server gives" in shipped(failed("connect", "imap", None, "timeout"))
    assert "(imap.mail.me.com, port 993)" in shipped(failed("connect", "imap", None, "timeout"), ICLOUD)


@pytest.mark.parametrize(
    ("protocol", "port", "security", "found", "words"),
    [
        ("imap", 143, "none", NOBODY, "to TLS from the start on port 993,"),
        ("imap", 143, "none", ICLOUD, "to TLS from the start on the recommended port 993,"),
        ("smtp", 25, "none", ICLOUD, "to STARTTLS on the recommended port 587,"),
        ("smtp", 587, "starttls", ICLOUD, "to TLS from the start on port 465,"),
        ("pop3", 995, "tls", NOBODY, "to the port and the encryption that whoever runs the server gives,"),
    ],
)
def test_another_way_in_is_never_the_one_that_failed(
    protocol: Protocol, port: int, security: Security, found: Recommendation, words: str
) -> None:
    check = failed("auth", protocol, None, "tls-required")
    assert words in shipped(msgspec.structs.replace(check, port=port, security=security), found)


def test_a_sender_that_is_the_one_who_signs_in() -> None:
    check = failed("send", "smtp", None, "sender-not-allowed")
    own = shipped(check, account=account(outgoing={"username": "Joe@firm.example"}))
    assert "nothing here is set wrongly" in own
    assert own.endswith("Only whoever runs the mail service can mend this.")
    other = shipped(check, account=account(outgoing={"username": "firm-joe"}))
    assert "the user firm-joe" in other
    assert "Sign in for sending with the user name that belongs to the address" in other


@pytest.mark.parametrize(
    ("auth", "offered", "words"),
    [
        ("cram-md5", ("AUTH=PLAIN", "AUTH=LOGIN"), 'Write auth = "password" under [incoming]'),
        ("password", ("AUTH=NTLM",), 'Write auth = "ntlm" under [incoming]'),
        ("cram-md5", ("AUTH=GSSAPI",), "Ask whoever runs the server which way"),
        ("password", ("AUTH=PLAIN",), "Ask whoever runs the server which way"),
    ],
)
def test_a_way_to_sign_in_that_the_server_offers_is_named_as_the_file_has_it(
    auth: str, offered: tuple[str, ...], words: str
) -> None:
    check = failed("auth", "imap", None, "auth-mechanism-unsupported")
    check = msgspec.structs.replace(check, capabilities=offered)
    assert words in shipped(check, account=account(incoming={"auth": auth}))
    assert "Ask whoever" in shipped(check)


@pytest.mark.parametrize(
    ("protocol", "said", "words"),
    [
        ("imap", "+OK ready", 'write protocol = "pop3" under [incoming]'),
        ("pop3", "* OK ready", 'write protocol = "imap" under [incoming]'),
        ("imap", "220 mail.firm.example ESMTP", "are swapped"),
        ("smtp", "+OK ready", "are swapped"),
        ("imap", "220 ProFTPD FTP server", "belongs to something else"),
        ("imap", "SSH-2.0-OpenSSH", "belongs to something else"),
    ],
)
def test_what_answers_instead_decides_what_to_do(protocol: Protocol, said: str, words: str) -> None:
    text = shipped(failed("greeting", protocol, said, "wrong-protocol"))
    assert words in text
    assert ("swapped" in text) is (words == "are swapped")


def test_what_was_not_tried_and_why() -> None:
    auth = failed("auth", "imap", None, "not-tried")
    assert "it is usually the whole address" in shipped(auth, account=account())
    assert "user name" not in shipped(auth, account=account(incoming={"username": "joe"}))
    asked = msgspec.structs.replace(
        ICLOUD,
        incoming=(
            msgspec.structs.replace(ICLOUD.incoming[0], username=None, username_not=("joe@firm.example",)),
        ),
    )
    assert "neither the address" in shipped(auth, asked, account())
    deliver = shipped(failed("deliver", "smtp", None, "not-tried"), account=account())
    assert "password" not in deliver
    assert deliver.startswith("Whether a message arrives was not found out.")


def test_a_character_that_cannot_be_sent_is_told_as_that() -> None:
    stage = StageResult(stage="auth", ok=False, seconds=0.0, detail=f"{UNSENDABLE} at all")
    check = msgspec.structs.replace(failed("auth", "pop3", None, "not-tried"), stages=(stage,))
    text = shipped(check, account=account(incoming={"username": "joe"}))
    assert text.startswith("The user name or the password holds a character that cannot be sent")
    assert "wrong place" not in text


def test_a_password_that_is_asked_for_is_not_to_be_stored() -> None:
    check = failed("auth", "imap", None, "no-password")
    asked = shipped(check, account=account(password={"from": "ask"}))
    assert "password set" not in asked
    assert "asked for at each run" in asked
    stored = shipped(check, account=account())
    assert "mailferry password set" in stored
    assert "where there is none" in stored


def test_the_account_s_user_name_is_filled_into_a_rule_of_one_s_own() -> None:
    rule = BookRule(matches="ask the crew", cause="not-authorized", advice="Ring us for {username}.")
    check = failed("auth", "imap", "NO ask the crew")
    explained = explain(
        check, FailureBook(rule=(rule,)), NOBODY, account(incoming={"username": "dad@firm.example"})
    )
    assert explained.advice == "Ring us for dad@firm.example."

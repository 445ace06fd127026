"""A message to oneself is sent, or refused at one of the steps."""

from __future__ import annotations

import threading
from email.parser import BytesParser
from email.policy import SMTPUTF8

import pytest

from mailferry.checks.account import AccountTester
from mailferry.checks.events import StageEnded, StageStarted
from mailferry.checks.options import CheckOptions
from mailferry.checks.request import AccountRequest, ServerRequest
from mailferry.model.secret import Secret
from tests.checks import scripts
from tests.checks.asking import HOST, PASSWORD, settings
from tests.checks.fault_server import FaultServer
from tests.checks.mailbox import Mailbox
from tests.checks.sending import OTHER, send


def test_sent_found_and_deleted() -> None:
    mailbox = Mailbox()
    kept = mailbox.put("INBOX", OTHER)
    tested = send(mailbox.imap(), mailbox.smtp(b"SIZE 36700160"), name="Joé Example")
    assert tested.check.ok, tested.check
    assert [result.stage for result in tested.outgoing.stages][-3:] == ["auth", "send", "deliver"]
    assert tested.stage("send").detail == "accepted; messages up to 36.7 MB"
    assert tested.stage("deliver").detail.startswith("found in the inbox after ")
    assert tested.stage("deliver").detail.endswith(" s, and deleted")
    assert mailbox.folders["INBOX"] == [kept]
    assert tested.sending.connections == tested.reading.connections == 1
    (data,) = mailbox.received
    assert mailbox.envelopes == [
        b"MAIL FROM:<joe@mail.test> SIZE=%d" % len(data),
        b"RCPT TO:<joe@mail.test>",
    ]
    message = BytesParser(policy=SMTPUTF8).parsebytes(data)
    assert message["From"] == "Joé Example <joe@mail.test>"
    assert message["To"] == "joe@mail.test"
    assert message["Auto-Submitted"] == "auto-generated"
    assert not message.defects
    assert len(data) <= 1024
    started = [(event.role, event.stage) for event in tested.events if isinstance(event, StageStarted)]
    ended = [(event.role, event.result.stage) for event in tested.events if isinstance(event, StageEnded)]
    assert sorted(started) == sorted(ended)
    assert ("outgoing", "deliver") in ended


def test_without_send_nothing_is_sent() -> None:
    mailbox = Mailbox()
    with FaultServer(mailbox.smtp()) as server:
        tester = AccountTester(
            CheckOptions(resolve_only=True, connect_to={f"{HOST}:{server.port}": f"127.0.0.1:{server.port}"}),
            None,
            lambda _account, check: check,
            lambda _event: None,
            threading.Event(),
        )
        request = ServerRequest(settings=settings(server.port, "smtp"), secret=lambda: Secret(PASSWORD))
        check = tester.check(AccountRequest(account="a", address="joe@mail.test", servers=(request,)))
    assert check.ok
    assert mailbox.envelopes == []


REFUSED = [
    ("mail", b"550 no\r\n", "sender-not-allowed"),
    ("mail", b"553 no\r\n", "sender-not-allowed"),
    ("mail", b"552 no\r\n", "message-too-large"),
    ("mail", b"530 5.7.0 Must issue a STARTTLS command first\r\n", "unknown"),
    ("mail", b"451 try later\r\n", "temporary-failure"),
    ("rcpt", b"550 no\r\n", "recipient-refused"),
    ("rcpt", b"552 no\r\n", "quota-exceeded"),
    ("rcpt", b"554 5.7.1 Relay access denied\r\n", "unknown"),
    ("rcpt", b"450 4.2.0 Greylisted\r\n", "temporary-failure"),
    ("data", b"554 no\r\n", "message-rejected"),
    ("data", b"451 no\r\n", "temporary-failure"),
    ("data", b"250 no\r\n", "protocol-error"),
    ("message", b"552 no\r\n", "message-too-large"),
    ("message", b"550-first\r\n550 5.7.60 no\r\n", "message-rejected"),
    ("message", b"452 no\r\n", "temporary-failure"),
    ("message", b"999 no\r\n", "protocol-error"),
    ("message", b"what?\r\n", "protocol-error"),
    ("message", b"", "server-closed"),
    ("rcpt", b"421 4.7.0 too many\r\n", "temporary-failure"),
]


@pytest.mark.parametrize(("step", "answer", "cause"), REFUSED, ids=lambda value: str(value))
def test_a_refusal_is_told_by_its_step(step: str, answer: bytes, cause: str) -> None:
    mailbox = Mailbox()
    tested = send(mailbox.imap(), mailbox.smtp(**{step: answer}))
    assert tested.outcome == ("send", cause)
    if cause not in ("protocol-error", "server-closed"):
        assert tested.outgoing.server_said == answer.decode().replace("\r\n", "\n").strip()
    assert tested.check.servers[0].ok
    assert all(result.stage != "deliver" for result in tested.outgoing.stages)
    assert b"SELECT" not in b"".join(tested.reading.heard)


@pytest.mark.parametrize(("step", "perhaps"), [("message", True), ("rcpt", False)])
def test_without_an_answer_to_its_end_the_message_may_have_been_taken(step: str, perhaps: bool) -> None:
    mailbox = Mailbox()
    tested = send(mailbox.imap(), mailbox.smtp(**{step: b""}))
    assert tested.outcome == ("send", "server-closed")
    detail = tested.stage("send").detail
    assert detail.endswith("the server may have taken the message all the same") == perhaps


def test_a_sender_refused_with_the_recipient_is_not_told_to_be_one() -> None:
    refusal = b"553 5.7.1 <joe@mail.test>: Sender address rejected: not owned by user joe\r\n"
    mailbox = Mailbox()
    tested = send(mailbox.imap(), mailbox.smtp(rcpt=refusal))
    detail = tested.stage("send").detail
    assert detail == "the server refused to take a message from joe@mail.test to itself"


def test_too_large_is_known_before_anything_is_sent() -> None:
    mailbox = Mailbox()
    tested = send(mailbox.imap(), mailbox.smtp(b"SIZE 100"))
    assert tested.outcome == ("send", "message-too-large")
    assert "100 bytes" in tested.stage("send").detail
    assert mailbox.envelopes == []


@pytest.mark.parametrize("offer", [b"SIZE", b"SIZE 0"])
def test_a_server_that_names_no_limit(offer: bytes) -> None:
    tested = send((mailbox := Mailbox()).imap(), mailbox.smtp(offer))
    assert tested.stage("send").detail == "accepted"
    assert b" SIZE=" in mailbox.envelopes[0]


def test_an_address_outside_ascii() -> None:
    mailbox = Mailbox()
    tested = send(mailbox.imap(), mailbox.smtp(b"8BITMIME", b"SMTPUTF8"), address="zoé@bücher.example")
    assert tested.check.ok, tested.check
    assert mailbox.envelopes[0].decode() == ("MAIL FROM:<zoé@xn--bcher-kva.example> BODY=8BITMIME SMTPUTF8")
    assert "From: zoé@xn--bcher-kva.example\r\n".encode() in mailbox.received[0]


def test_an_address_outside_ascii_that_the_server_cannot_take() -> None:
    mailbox = Mailbox()
    tested = send(mailbox.imap(), mailbox.smtp(), address="zoé@mail.test")
    assert tested.outcome == ("send", "recipient-refused")
    assert "SMTPUTF8" in tested.stage("send").detail
    assert mailbox.envelopes == []


def test_a_domain_outside_ascii_needs_nothing_of_the_server() -> None:
    mailbox = Mailbox()
    assert send(mailbox.imap(), mailbox.smtp(), address="joe@bücher.example").check.ok
    assert mailbox.envelopes[1] == b"RCPT TO:<joe@xn--bcher-kva.example>"


def test_names_cannot_add_header_lines() -> None:
    mailbox = Mailbox()
    tested = send(
        mailbox.imap(), mailbox.smtp(), name='Joe" <x@y>\r\nBcc: victim@b.example\r\n\r\nHello\udc80'
    )
    assert tested.check.ok
    message = BytesParser(policy=SMTPUTF8).parsebytes(mailbox.received[0])
    assert message["Bcc"] is None
    assert [each.addr_spec for each in message["From"].addresses] == ["joe@mail.test"]


def test_sending_fails_before_it_comes_to_a_message() -> None:
    mailbox = Mailbox()
    tested = send(mailbox.imap(), scripts.smtp(auth=b"535 5.7.8 no\r\n"))
    assert tested.outcome == ("auth", "unknown")
    assert tested.check.servers[0].ok
    assert b"SELECT" not in b"".join(tested.reading.heard)

"""A sent message is found by POP3, where each look is a sign-in."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from mailferry.checks.events import CheckEvent, ConversationEnded, StageStarted
from mailferry.model.check import ServerCheck
from mailferry.model.secret import Secret
from tests.checks.asking import PASSWORD
from tests.checks.mailbox import Mailbox
from tests.checks.sending import OTHER, send


def test_pop3_finds_it_in_a_new_session_and_deletes_it() -> None:
    mailbox = Mailbox()
    kept = mailbox.put("INBOX", OTHER)
    tested = send(mailbox.pop3(), mailbox.smtp(), protocol="pop3", wait=2)
    assert tested.check.ok, tested.check
    assert mailbox.folders["INBOX"] == [kept]
    assert tested.check.servers[0].attempts == tested.reading.connections == 2
    transcripts = [event for event in tested.events if isinstance(event, ConversationEnded)]
    assert len(transcripts) == 2  # one a server: sessions that read other people's headers are not kept
    assert b"TOP 1" not in b"".join(line.data for each in transcripts for line in each.transcript.lines)


def test_pop3_asks_for_the_password_once() -> None:
    mailbox = Mailbox()
    mailbox.deliver_to = None
    asked = []

    def password() -> Secret:
        asked.append(1)
        return Secret(PASSWORD)

    tested = send(mailbox.pop3(), mailbox.smtp(), protocol="pop3", wait=0.2, password=password)
    assert tested.outcome == ("deliver", "not-delivered")
    assert len(asked) == 1
    assert tested.check.servers[0].attempts == tested.reading.connections == 6


def test_pop3_reads_long_lines_of_other_peoples_mail() -> None:
    mailbox = Mailbox()
    tested = send(mailbox.pop3(), mailbox.smtp(), protocol="pop3", wait=0.5, on_event=_another(mailbox))
    assert tested.check.ok, tested.check
    assert len(mailbox.folders["INBOX"]) == 1


def _another(mailbox: Mailbox) -> Callable[[CheckEvent], None]:
    def on_event(event: CheckEvent) -> None:
        if isinstance(event, StageStarted) and event.stage == "deliver":
            mailbox.put("INBOX", b"X-Long: " + b"x" * 5000 + b"\r\n" + OTHER)

    return on_event


def test_pop3_sends_no_password_again_after_a_refusal() -> None:
    mailbox = Mailbox()
    mailbox.deliver_to = None

    def lock(event: CheckEvent) -> None:
        if isinstance(event, StageStarted) and event.stage == "deliver":
            mailbox.answers = {b"PASS": b"-ERR no\r\n"}

    tested = send(mailbox.pop3(), mailbox.smtp(), protocol="pop3", wait=0.4, on_event=lock)
    assert tested.outcome == ("deliver", "unknown")
    assert tested.outgoing.server_said == "-ERR no"
    assert tested.reading.connections == tested.check.servers[0].attempts == 2


def test_pop3_keeps_the_time_between_two_sign_ins() -> None:
    mailbox = Mailbox()
    mailbox.answers = {b"CAPA": b"+OK\r\nUSER\r\nLOGIN-DELAY 300\r\n.\r\n"}
    tested = send(mailbox.pop3(), mailbox.smtp(), protocol="pop3")
    assert tested.outcome == ("deliver", "not-tried")
    assert "300 s between two sign-ins" in tested.stage("deliver").detail
    assert tested.reading.connections == 1


def test_pop3_signs_in_no_more_where_that_was_too_often() -> None:
    mailbox = Mailbox()
    mailbox.deliver_to = None

    def lock(event: CheckEvent) -> None:
        if isinstance(event, StageStarted) and event.stage == "deliver":
            mailbox.answers = {b"PASS": b"-ERR [LOGIN-DELAY] no\r\n"}

    def diagnose(check: ServerCheck) -> ServerCheck:
        limited = check.cause == "unknown" and check.failed_stage == "auth"
        return msgspec.structs.replace(check, cause="rate-limited") if limited else check

    tested = send(mailbox.pop3(), mailbox.smtp(), protocol="pop3", wait=0.4, on_event=lock, diagnose=diagnose)
    assert tested.outcome == ("deliver", "rate-limited")
    assert tested.reading.connections == 2


def test_pop3_looks_again_where_the_inbox_was_in_use() -> None:
    mailbox = Mailbox()

    def lock(event: CheckEvent) -> None:
        if isinstance(event, StageStarted) and event.stage == "deliver":
            mailbox.answers = {b"PASS": b"-ERR [IN-USE] no\r\n"}

    def diagnose(check: ServerCheck) -> ServerCheck:
        if check.cause != "unknown":
            return check
        mailbox.answers = {}
        return msgspec.structs.replace(check, cause="mailbox-in-use")

    tested = send(mailbox.pop3(), mailbox.smtp(), protocol="pop3", wait=0.4, on_event=lock, diagnose=diagnose)
    assert tested.check.ok, tested.check
    assert tested.reading.connections == 3

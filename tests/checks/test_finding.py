"""A sent message is found by IMAP, or not found, and nothing else is deleted."""

from __future__ import annotations

import threading

import pytest

from mailferry.checks.events import CheckEvent, StageStarted
from tests.checks import scripts
from tests.checks.mailbox import Mailbox
from tests.checks.sending import OTHER, send


def test_found_among_junk_mail_and_deleted_there() -> None:
    mailbox = Mailbox("Archive", "Unwanted")
    mailbox.listed["Unwanted"] = b"\\HasNoChildren \\Junk"
    mailbox.deliver_to = "Unwanted"
    kept = mailbox.put("Unwanted", OTHER)
    tested = send(mailbox.imap(), mailbox.smtp(), wait=0.3)
    assert tested.outcome == ("deliver", "delivered-to-junk")
    assert tested.stage("deliver").detail.startswith("found in the folder “Unwanted” after ")
    assert mailbox.folders["Unwanted"] == [kept]


def test_a_folder_for_junk_mail_known_by_its_name() -> None:
    mailbox = Mailbox("INBOX/Spam")
    mailbox.deliver_to = "INBOX/Spam"
    tested = send(mailbox.imap(), mailbox.smtp(), wait=0.3)
    assert tested.outcome == ("deliver", "delivered-to-junk")
    assert mailbox.folders["INBOX/Spam"] == []


def test_junk_mail_that_may_not_be_read_is_passed_over() -> None:
    mailbox = Mailbox()
    mailbox.deliver_to = None
    mailbox.answers = {b"LIST": b"%t NO not for you\r\n"}
    assert send(mailbox.imap(), mailbox.smtp(), wait=0.2).outcome == ("deliver", "not-delivered")


def test_not_delivered() -> None:
    mailbox = Mailbox("Junk")
    mailbox.deliver_to = None
    tested = send(mailbox.imap(), mailbox.smtp(), wait=0.2)
    assert tested.outcome == ("deliver", "not-delivered")
    assert tested.check.servers[0].ok
    assert b'SELECT "Junk"' in b"".join(tested.reading.heard)
    assert tested.outgoing.attempts == tested.check.servers[0].attempts == 1


def test_delivered_late() -> None:
    mailbox = Mailbox()
    mailbox.deliver_to = None

    def late(event: CheckEvent) -> None:
        if isinstance(event, StageStarted) and event.stage == "deliver":
            threading.Thread(target=arrive).start()

    def arrive() -> None:
        mailbox.put("INBOX", mailbox.received[0])

    tested = send(mailbox.imap(), mailbox.smtp(), on_event=late)
    assert tested.check.ok, tested.check
    assert mailbox.folders["INBOX"] == []


def test_a_server_that_writes_the_message_id_anew() -> None:
    mailbox = Mailbox()
    mailbox.deliver_to = None

    def relabelled(event: CheckEvent) -> None:
        if isinstance(event, StageStarted) and event.stage == "deliver":
            stored = mailbox.put("INBOX", mailbox.received[0])
            stored.data = stored.data.replace(stored.value(b"Message-ID"), b"Message-ID: <new@mail.test>\r\n")

    assert send(mailbox.imap(), mailbox.smtp(), on_event=relabelled).check.ok
    assert mailbox.folders["INBOX"] == []


@pytest.mark.parametrize("capabilities", [b"IMAP4rev1 UIDPLUS", b"IMAP4rev1"])
def test_messages_of_others_are_never_deleted(capabilities: bytes) -> None:
    mailbox = Mailbox()
    mailbox.capabilities = capabilities
    marked = mailbox.put("INBOX", OTHER, b"\\Deleted")
    plain = mailbox.put("INBOX", OTHER)
    mailbox.search_also = (marked.uid, plain.uid, 77)
    tested = send(mailbox.imap(), mailbox.smtp())
    assert tested.check.ok, tested.check
    assert plain.flags == set()
    if b"UIDPLUS" in capabilities:
        assert mailbox.folders["INBOX"] == [marked, plain]
    else:
        assert mailbox.folders["INBOX"][:2] == [marked, plain]
        assert "marked as deleted, but still there" in tested.stage("deliver").detail
        assert b"EXPUNGE" not in b"".join(tested.reading.heard)


def test_without_uidplus_it_is_expunged_where_it_is_the_only_one() -> None:
    mailbox = Mailbox()
    mailbox.capabilities = b"IMAP4rev1"
    kept = mailbox.put("INBOX", OTHER)
    assert send(mailbox.imap(), mailbox.smtp()).check.ok
    assert mailbox.folders["INBOX"] == [kept]


def test_found_in_an_inbox_that_cannot_be_written() -> None:
    mailbox = Mailbox()
    mailbox.answers = {b"STORE": b"%t NO [READ-ONLY] no\r\n"}
    tested = send(mailbox.imap(), mailbox.smtp())
    assert tested.check.ok
    assert tested.stage("deliver").detail.endswith("s; the server did not delete it")


@pytest.mark.parametrize(
    ("command", "answer", "cause"),
    [
        (b"SEARCH", b"* SEARCH one two\r\n%t OK done\r\n", "protocol-error"),
        (b"SEARCH", b"* SEARCH" + b" 7" * 600_000 + b"\r\n%t OK done\r\n", "protocol-error"),
        (b"SEARCH", b"%t BAD no\r\n", "unknown"),
        (b"SEARCH", b"", "server-closed"),
        (b"FETCH", b"* 1 FETCH (UID 1 BODY[] {4294967295}\r\n", "protocol-error"),
        (b"FETCH", b"* 1 FETCH ((((\r\n%t OK done\r\n", "protocol-error"),
        (b"FETCH", b"* 1 FETCH " + b"(" * 60_000 + b"\r\n%t OK done\r\n", "protocol-error"),
        (b"SELECT", b"%t NO no\r\n", "unknown"),
    ],
)
def test_an_inbox_that_answers_nonsense(command: bytes, answer: bytes, cause: str) -> None:
    mailbox = Mailbox()
    mailbox.answers = {command: answer}
    tested = send(mailbox.imap(), mailbox.smtp())
    assert tested.outcome == ("deliver", cause)
    assert tested.check.servers[0].ok


def test_nothing_is_sent_that_could_not_be_looked_for() -> None:
    mailbox = Mailbox()
    tested = send(
        scripts.imap(login=b"%t NO [AUTHENTICATIONFAILED] no\r\n", offers=b"IMAP4rev1"), mailbox.smtp()
    )
    assert not tested.check.servers[0].ok
    assert tested.outcome == ("send", "not-tried")
    assert tested.stage("send").detail == "nothing was sent: reading mail failed at auth"
    assert not mailbox.received


def test_without_a_server_to_read_from_sending_is_tested_all_the_same() -> None:
    mailbox = Mailbox()
    tested = send(mailbox.imap(), mailbox.smtp(), reads_from=None)
    assert tested.check.servers[0].cause == "no-host"
    assert tested.stage("send").ok
    assert tested.outcome == ("deliver", "not-tried")
    assert tested.stage("deliver").detail == (
        "not looked for, and not deleted: there is no server to read mail from"
    )


@pytest.mark.parametrize("moment", ["send", "deliver"])
def test_stopped_at_any_moment(moment: str) -> None:
    mailbox = Mailbox()
    mailbox.deliver_to = None
    cancel = threading.Event()

    def stop(event: CheckEvent) -> None:
        if isinstance(event, StageStarted) and event.stage == moment:
            cancel.set()

    tested = send(mailbox.imap(), mailbox.smtp(), wait=600, cancel=cancel, on_event=stop)
    assert tested.outcome == (moment, "cancelled")
    assert bool(mailbox.received) == (moment == "deliver")

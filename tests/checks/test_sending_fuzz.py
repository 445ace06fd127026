"""Whatever servers answer while a message is sent and looked for, there is a result."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.checks.mailbox import Mailbox
from tests.checks.sending import OTHER, send

LINES = st.lists(
    st.one_of(
        st.binary(max_size=40),
        st.sampled_from(
            [
                b"%t OK done",
                b"%t NO no",
                b"* SEARCH 1 2",
                b"* SEARCH 99999999999999999999",
                b"* 1 FETCH (UID 1 BODY[] {5}",
                b"* 1 FETCH (UID 1 BODY[] NIL)",
                b'* 1 FETCH (UID 1 BODY[HEADER.FIELDS (SUBJECT)] "Subject: mailferry test")',
                b"* LIST (\\Junk) NIL INBOX",
                b'* LIST (\\Junk) "/" {4}',
                b'* LIST (\\Junk) "/" "&AAA-\xff"',
                b"* OK [UIDNEXT x] y",
                b"* BYE now",
                b"250 ok",
                b"250-ok",
                b"354 go",
                b"550 no",
                b"+OK 3 3",
                b"-ERR no",
                b".",
            ]
        ),
    ),
    max_size=5,
).map(lambda lines: b"".join(line + b"\r\n" for line in lines))


@given(
    st.sampled_from([b"SELECT", b"SEARCH", b"FETCH", b"STORE", b"EXPUNGE", b"LIST", b"NOOP", b"CAPABILITY"]),
    LINES,
)
@settings(max_examples=25, deadline=None)
def test_an_imap_server_that_answers_anything(command: bytes, answer: bytes) -> None:
    mailbox = Mailbox()
    mailbox.deliver_to = None if command in (b"LIST", b"NOOP") else "INBOX"
    kept = mailbox.put("INBOX", OTHER)
    mailbox.answers = {command: answer + b"%t OK done\r\n"}
    outgoing = send(mailbox.imap(), mailbox.smtp(), wait=0.05, timeout=0.2).outgoing
    assert outgoing.ok or outgoing.cause
    assert kept.flags == set()
    assert kept in mailbox.folders["INBOX"]


@given(st.sampled_from([b"STAT", b"TOP", b"DELE", b"QUIT"]), LINES)
@settings(max_examples=25, deadline=None)
def test_a_pop3_server_that_answers_anything(command: bytes, answer: bytes) -> None:
    mailbox = Mailbox()
    mailbox.answers = {command: answer + b".\r\n"}
    check = send(mailbox.pop3(), mailbox.smtp(), protocol="pop3", wait=0.05, timeout=0.2)
    assert check.outgoing.ok or check.outgoing.cause


@given(st.sampled_from(["mail", "rcpt", "data", "message"]), LINES)
@settings(max_examples=25, deadline=None)
def test_an_smtp_server_that_answers_anything(step: str, answer: bytes) -> None:
    mailbox = Mailbox()
    outgoing = send(mailbox.imap(), mailbox.smtp(**{step: answer}), wait=0.05, timeout=0.2).outgoing
    assert outgoing.ok or outgoing.cause

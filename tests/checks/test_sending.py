"""A message to oneself: sent, refused, found, not found, and nothing else deleted."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import SMTPUTF8

import msgspec
import pytest

from mailferry.checks.account import AccountTester
from mailferry.checks.events import CheckEvent, ConversationEnded, StageEnded, StageStarted
from mailferry.checks.options import CheckOptions
from mailferry.checks.request import AccountRequest, ServerRequest
from mailferry.model.account import Protocol
from mailferry.model.check import AccountCheck, ServerCheck, StageResult
from mailferry.model.secret import Secret
from tests.checks import scripts
from tests.checks.asking import HOST, PASSWORD, settings
from tests.checks.fault_server import FaultServer, Script
from tests.checks.mailbox import Mailbox

OTHER = b"From: a@b.example\r\nMessage-ID: <1@b.example>\r\nSubject: mailferry test\r\n\r\nHello\r\n"


@dataclass
class Run:
    """What came of a test, and what was heard."""

    check: AccountCheck
    reading: FaultServer
    sending: FaultServer
    events: list[CheckEvent] = field(default_factory=list)

    @property
    def outgoing(self) -> ServerCheck:
        return self.check.servers[1]

    @property
    def outcome(self) -> tuple[str | None, str | None]:
        return self.outgoing.failed_stage, self.outgoing.cause

    def stage(self, name: str) -> StageResult:
        return next(result for result in self.outgoing.stages if result.stage == name)


def send(
    reading: Script,
    sending: Script,
    *,
    protocol: Protocol = "imap",
    wait: float = 20.0,
    timeout: float = 10.0,
    address: str = "joe@mail.test",
    name: str | None = None,
    cancel: threading.Event | None = None,
    on_event: Callable[[CheckEvent], None] = lambda _: None,
    password: Callable[[], Secret] = lambda: Secret(PASSWORD),
    diagnose: Callable[[ServerCheck], ServerCheck] = lambda check: check,
) -> Run:
    """Test an account with its two servers, and have it send."""
    events: list[CheckEvent] = []

    def heard(event: CheckEvent) -> None:
        events.append(event)
        on_event(event)

    with FaultServer(reading) as one, FaultServer(sending) as other:
        protocols: tuple[tuple[int, Protocol], ...] = ((one.port, protocol), (other.port, "smtp"))
        request = AccountRequest(
            account="a",
            address=address,
            name=name,
            send=True,
            servers=tuple(
                ServerRequest(
                    settings=settings(port, spoken),
                    secret=password if spoken != "smtp" else lambda: Secret(PASSWORD),
                )
                for port, spoken in protocols
            ),
        )
        options = CheckOptions(
            timeout=timeout,
            delivery_timeout=wait,
            resolve_only=True,
            connect_to={f"{HOST}:{port}": f"127.0.0.1:{port}" for port, _ in protocols},
        )
        tester = AccountTester(
            options, None, lambda _account, check: diagnose(check), heard, cancel or threading.Event()
        )
        return Run(tester.check(request), one, other, events)


def test_sent_found_and_deleted() -> None:
    mailbox = Mailbox()
    kept = mailbox.put("INBOX", OTHER)
    tested = send(mailbox.imap(), mailbox.smtp(b"SIZE 36700160"), name="Joé Example")
    assert tested.check.ok, tested.check
    assert [result.stage for result in tested.outgoing.stages][-3:] == ["auth", "send", "deliver"]
    assert tested.stage("send").detail == "accepted; messages up to 35 MB"
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
    assert tested.outcome == ("send", "sender-not-allowed")
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


def test_reading_fails_and_sending_is_tested_all_the_same() -> None:
    mailbox = Mailbox()
    tested = send(
        scripts.imap(login=b"%t NO [AUTHENTICATIONFAILED] no\r\n", offers=b"IMAP4rev1"), mailbox.smtp()
    )
    assert not tested.check.servers[0].ok
    assert tested.stage("send").ok
    assert tested.outcome == ("deliver", "not-tried")
    assert tested.stage("deliver").detail == "not looked for: reading mail failed at auth"


def test_sending_fails_before_it_comes_to_a_message() -> None:
    mailbox = Mailbox()
    tested = send(mailbox.imap(), scripts.smtp(auth=b"535 5.7.8 no\r\n"))
    assert tested.outcome == ("auth", "unknown")
    assert tested.check.servers[0].ok
    assert b"SELECT" not in b"".join(tested.reading.heard)


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

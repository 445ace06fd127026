"""IMAP beyond the sign-in: the ID, warnings kept for later, and an inbox that stays shut."""

from __future__ import annotations

import logging

import pytest

from mailferry import __version__
from mailferry.model.account import Quirk
from tests.checks import scripts
from tests.checks.asking import ask, outcome
from tests.checks.fault_server import FaultServer, Peer, Script

UNSAFE = b"%t NO EXAMINE Unsafe Login. Please contact kefu@188.com for help\r\n"
OPEN = b"* 12 EXISTS\r\n%t OK [READ-ONLY] done\r\n"
COREMAIL = b"* OK Coremail System IMap Server Ready(163com[10774b260cc7a37d26d71b52404dcf5cs])\r\n"
OWN_ID = f'ID ("name" "mailferry" "version" "{__version__}")'.encode()


def wants_id(greeting: bytes = scripts.IMAP_GREETING, *, offers: bytes = b"IMAP4rev1") -> Script:
    """Opens the inbox only after an ID."""

    def serve(peer: Peer) -> None:
        peer.say(greeting)
        named = False
        while True:
            tag, command, *_ = peer.hear().split(b" ")
            named = named or command == b"ID"
            answer = {
                b"CAPABILITY": b"* CAPABILITY " + offers + b"\r\n%t OK done\r\n",
                b"LOGIN": b"%t OK LOGIN completed\r\n",
                b"ID": b'* ID ("name" "Coremail Imap")\r\n%t OK ID completed\r\n',
                b"EXAMINE": OPEN if named else UNSAFE,
                b"LOGOUT": b"",
            }[command]
            peer.say(answer.replace(b"%t", tag))

    return serve


def commands(server: FaultServer) -> list[bytes]:
    """What was asked for, in order."""
    return [line.split(b" ", 2)[1] for line in server.heard]


def test_the_id_is_sent_where_the_server_is_known_to_want_it() -> None:
    quirks: tuple[Quirk, ...] = ("send-id",)
    with FaultServer(wants_id()) as server:
        check = ask(server, quirks=quirks)
    assert check.ok, check
    assert commands(server) == [b"LOGIN", b"ID", b"EXAMINE", b"LOGOUT"]
    assert server.heard[1].split(b" ", 1)[1] == OWN_ID
    assert check.stages[-1].detail == "12 messages"


@pytest.mark.parametrize(
    ("offers", "asked"),
    [(b"IMAP4rev1 ID", [b"ID", b"EXAMINE"]), (b"IMAP4rev1", [b"EXAMINE", b"ID", b"EXAMINE"])],
)
def test_coremail_is_known_by_its_greeting(offers: bytes, asked: list[bytes]) -> None:
    with FaultServer(wants_id(COREMAIL, offers=offers)) as server:
        check = ask(server)
    assert check.ok, check
    assert commands(server)[2:-1] == asked
    assert check.attempts == 1


def test_a_server_that_turns_out_to_miss_the_id_gets_it() -> None:
    with FaultServer(wants_id()) as server:
        check = ask(server)
    assert check.ok, check
    assert commands(server) == [b"LOGIN", b"EXAMINE", b"ID", b"EXAMINE", b"LOGOUT"]
    assert check.stages[-1].detail.startswith("12 messages; it opens only after the client has named itself")
    assert check.attempts == 1


def test_still_unsafe_after_the_id() -> None:
    with FaultServer(scripts.imap(examine=UNSAFE, id=b"%t BAD what\r\n")) as server:
        check = ask(server)
    assert outcome(check) == ("mailbox", "unknown")
    assert check.server_said is not None
    assert "Unsafe Login" in check.server_said
    assert commands(server).count(b"ID") == 1


@pytest.mark.parametrize("answer", [b"%t OK\r\n", b"%t BAD what\r\n", b"%t NO\r\n", b"what?\r\n%t OK\r\n"])
def test_whatever_is_answered_to_the_id_decides_nothing(answer: bytes) -> None:
    quirks: tuple[Quirk, ...] = ("send-id",)
    with FaultServer(scripts.imap(id=answer)) as server:
        check = ask(server, quirks=quirks)
    assert check.ok, check
    assert check.stages[-1].detail == "12 messages"


def test_of_a_shut_inbox_only_its_own_words_are_told() -> None:
    with FaultServer(scripts.imap(id=b"* ID NIL\r\n%t OK done\r\n", examine=UNSAFE)) as server:
        check = ask(server)
    assert check.server_said == UNSAFE.decode().removeprefix("%t ").strip()


def test_hung_up_on_at_the_id() -> None:
    quirks: tuple[Quirk, ...] = ("send-id",)
    with FaultServer(scripts.imap(id=b"")) as server:
        assert outcome(ask(server, quirks=quirks)) == ("mailbox", "server-closed")


def test_what_is_said_untagged_and_tagged_is_told_once() -> None:
    script = scripts.imap(
        login=b"* NO [ALERT] Full\r\n%t OK in\r\n",
        examine=b"* NO [ALERT] Full\r\n* NO [NOPERM] no\r\n%t NO [NOPERM] no\r\n",
    )
    with FaultServer(script) as server:
        check = ask(server)
    assert check.server_said == "* NO [ALERT] Full\nNO [NOPERM] no"


def test_nobody_else_is_told_who_asks() -> None:
    with FaultServer(scripts.imap(b"* OK [CAPABILITY IMAP4rev1 ID] ready\r\n")) as server:
        assert ask(server).ok
    assert b"ID" not in commands(server)


def test_warnings_at_the_sign_in_stand_before_the_words_of_a_shut_inbox() -> None:
    script = scripts.imap(
        login=b"* NO [ALERT] Mailbox is at 99% of its quota\r\n* OK [ALERT] Read the news\r\n%t OK in\r\n",
        examine=b"%t NO [NOPERM] no\r\n",
    )
    with FaultServer(script) as server:
        check = ask(server)
    assert outcome(check) == ("mailbox", "unknown")
    assert check.server_said == (
        "* NO [ALERT] Mailbox is at 99% of its quota\n* OK [ALERT] Read the news\nNO [NOPERM] no"
    )


def test_a_good_bye_right_after_the_sign_in() -> None:
    with FaultServer(
        scripts.imap(login=b"%t OK in\r\n* BYE Disconnected for inactivity\r\n", examine=b"")
    ) as server:
        check = ask(server)
    assert outcome(check) == ("mailbox", "unknown")
    assert check.server_said == "* BYE Disconnected for inactivity"


def test_hung_up_on_after_a_warning() -> None:
    script = scripts.imap(login=b"* NO [ALERT] Suspended\r\n%t OK in\r\n", examine=b"")
    with FaultServer(script) as server:
        check = ask(server)
    assert outcome(check) == ("mailbox", "server-closed")
    assert check.server_said == "* NO [ALERT] Suspended"


@pytest.mark.parametrize(
    "login",
    [b"%t OK [CAPABILITY IMAP4rev1 IDLE QUOTA] in\r\n", b"* CAPABILITY IMAP4rev1 IDLE QUOTA\r\n%t OK in\r\n"],
)
def test_what_the_server_can_after_the_sign_in_is_taken_from_its_answer(login: bytes) -> None:
    with FaultServer(scripts.imap(login=login)) as server:
        check = ask(server)
    assert check.capabilities == ("IMAP4REV1", "AUTH=PLAIN", "SASL-IR", "IDLE", "QUOTA")
    assert b"CAPABILITY" not in commands(server)


def test_the_greeting_is_kept() -> None:
    with FaultServer(scripts.imap()) as server:
        assert ask(server).greeting == scripts.IMAP_GREETING.decode().strip()
    with FaultServer(scripts.smtp(b"220-mail.test ESMTP\r\n220 no spam\r\n")) as server:
        assert ask(server, "smtp").greeting == "220-mail.test ESMTP\n220 no spam"


def test_no_library_prints_what_it_thinks_of_a_server(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])  # as in the program; pytest has its own
    with FaultServer(scripts.imap(examine="%t NO 不安全的登录\r\n".encode("gb18030"))) as server:
        check = ask(server)
    assert outcome(check) == ("mailbox", "unknown")
    assert capsys.readouterr() == ("", "")

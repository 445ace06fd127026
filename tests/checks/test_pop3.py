"""POP3: what servers answer, and what is made of it."""

from __future__ import annotations

import base64
import hashlib
import ssl
import threading
from pathlib import Path
from typing import Any

import pytest

from mailferry.model.account import AuthMethod
from mailferry.model.secret import UNSENDABLE, Secret
from tests.checks.asking import PASSWORD, USER, ask, never, outcome
from tests.checks.fault_server import FaultServer, Peer
from tests.checks.scripts import pop3

NAME = USER.encode()
TIMESTAMP = b"<1896.697170952@dbc.mtview.ca.us>"  # of RFC 1939 section 7
REFUSED = b"-ERR [AUTH] Authentication failed.\r\n"


def sent(server: FaultServer) -> list[bytes]:
    """The first words of the commands that a server got."""
    return [line.split(b" ")[0] for line in server.heard]


# Up the ladder


def test_all_the_way_up() -> None:
    with FaultServer(pop3(b"+OK Post office\r\n")) as server:
        check = ask(server, "pop3")
    assert check.ok, check
    stages = [stage.stage for stage in check.stages]
    assert stages == ["dns", "connect", "greeting", "capability", "auth", "mailbox"]
    assert check.stages[-1].detail == "2 messages, 3.4 MB"
    assert (check.mechanism, check.attempts) == ("USER", 1)
    assert check.capabilities == ("USER", "UIDL", "TOP")
    assert server.heard == [
        b"CAPA",
        b"USER " + NAME,
        b"PASS " + PASSWORD.encode(),
        b"STAT",
        b"UIDL",
        b"QUIT",
    ]


def test_after_the_upgrade_capabilities_are_asked_anew(server_tls: ssl.SSLContext, ca_file: Path) -> None:
    with FaultServer(pop3(offers=(b"STLS", b"USER", b"TOP", b"UIDL"), tls=server_tls)) as server:
        check = ask(server, "pop3", "starttls", ca_file=str(ca_file))
    assert check.ok, check
    assert sent(server)[:4] == [b"CAPA", b"STLS", b"CAPA", b"USER"]


def test_tls_from_the_start(server_tls: ssl.SSLContext, ca_file: Path) -> None:
    with FaultServer(pop3(), tls=server_tls) as server:
        check = ask(server, "pop3", "tls", ca_file=str(ca_file))
    assert check.ok, check


# The greeting


@pytest.mark.parametrize(
    ("greeting", "cause"),
    [
        (b"-ERR [SYS/TEMP] Too busy\r\n", "unknown"),
        (b"* OK IMAP4rev1 ready\r\n", "wrong-protocol"),
        (b"220 mail.test ESMTP\r\n", "wrong-protocol"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "wrong-protocol"),
        (b"+HELLO\r\n", "protocol-error"),
        (b"\xff\xfe\x00\r\n", "protocol-error"),
        (b"+OK " + b"x" * 5000 + b"\r\n", "protocol-error"),
        (b"\x15\x03\x03\x00\x02\x02\x50\r\n", "port-speaks-tls"),
    ],
)
def test_greetings_that_are_none(greeting: bytes, cause: str) -> None:
    with FaultServer(lambda peer: peer.say(greeting)) as server:
        check = ask(server, "pop3", secret=never)
    assert outcome(check) == ("greeting", cause)


def test_who_is_turned_away_gets_the_servers_words() -> None:
    with FaultServer(pop3(b"-ERR Too many connections from you\r\n")) as server:
        check = ask(server, "pop3", secret=never)
    assert outcome(check) == ("greeting", "unknown")
    assert check.server_said == "-ERR Too many connections from you"


# Capabilities and the upgrade


@pytest.mark.parametrize("answer", [b"-ERR Unknown command\r\n", b"-err\r\n"])
def test_a_server_that_does_not_know_capa_is_old_and_not_broken(answer: bytes) -> None:
    with FaultServer(pop3(capa=answer)) as server:
        check = ask(server, "pop3")
    assert check.ok, check
    assert check.capabilities == ()
    assert check.mechanism == "USER"
    assert check.stages[-1].detail == "2 messages, 3.4 MB"


def test_a_temporary_fault_is_not_taken_for_an_old_server() -> None:
    with FaultServer(pop3(capa=b"-ERR [SYS/TEMP] Try again later\r\n")) as server:
        check = ask(server, "pop3", secret=never)
    assert outcome(check) == ("capability", "unknown")
    assert check.server_said == "-ERR [SYS/TEMP] Try again later"


@pytest.mark.parametrize("answer", [b"HTTP/1.1 400 Bad Request\r\n", b"\r\n", b"250 ok\r\n"])
def test_an_answer_in_another_language(answer: bytes) -> None:
    with FaultServer(pop3(capa=answer)) as server:
        check = ask(server, "pop3", secret=never)
    assert outcome(check) == ("capability", "protocol-error")


def test_capabilities_without_an_end_are_not_read_for_ever() -> None:
    def serve(peer: Peer) -> None:
        peer.say(b"+OK\r\n")
        peer.hear()
        peer.say(b"+OK\r\n")
        while True:
            peer.say(b"X" * 60 + b"\r\n")

    with FaultServer(serve) as server:
        check = ask(server, "pop3", secret=never)
    assert outcome(check) == ("capability", "protocol-error")


@pytest.mark.parametrize(
    ("answers", "cause"),
    [
        ({"offers": (b"USER",)}, "starttls-not-offered"),
        ({"capa": b"-ERR What?\r\n"}, "starttls-not-offered"),
        ({"offers": (b"STLS",), "stls": b"-ERR Not now\r\n"}, "starttls-refused"),
        ({"offers": (b"STLS",), "stls": b"what?\r\n"}, "protocol-error"),
        ({"offers": (b"STLS",), "stls": b"+OK go\r\n+OK CAPA\r\n"}, "starttls-injection"),
    ],
)
def test_an_upgrade_that_does_not_happen(answers: dict[str, Any], cause: str) -> None:
    with FaultServer(pop3(**answers)) as server:
        check = ask(server, "pop3", "starttls", secret=never)
    assert outcome(check) == ("starttls", cause)


# Ways to sign in


@pytest.mark.parametrize(
    ("offers", "auth", "cause"),
    [
        ((b"STLS",), "password", "login-disabled-without-tls"),
        ((b"STLS", b"SASL GSSAPI"), "password", "login-disabled-without-tls"),
        ((b"TOP",), "password", "auth-not-offered"),
        ((b"SASL GSSAPI",), "password", "auth-mechanism-unsupported"),
        ((b"SASL XOAUTH2",), "password", "oauth2-required"),
        ((b"USER", b"SASL PLAIN"), "cram-md5", "auth-mechanism-unsupported"),
        ((b"USER",), "oauth2", "auth-mechanism-unsupported"),
        ((b"USER",), "none", "auth-not-offered"),
    ],
)
def test_no_way_to_sign_in(offers: tuple[bytes, ...], auth: AuthMethod, cause: str) -> None:
    with FaultServer(pop3(offers=offers)) as server:
        check = ask(server, "pop3", secret=never, auth=auth)
    assert outcome(check) == ("auth", cause)


def test_a_refused_password_was_tried_once() -> None:
    with FaultServer(pop3(offers=(b"USER", b"SASL PLAIN LOGIN"), pass_=REFUSED)) as server:
        check = ask(server, "pop3")
    assert outcome(check) == ("auth", "unknown")
    assert check.server_said == "-ERR [AUTH] Authentication failed."
    assert (check.attempts, check.mechanism) == (1, "USER")
    assert sent(server) == [b"CAPA", b"USER", b"PASS", b"QUIT"]


def test_a_name_refused_before_the_password_costs_none() -> None:
    with FaultServer(pop3(user=b"-ERR [AUTH] Plaintext authentication disallowed.\r\n")) as server:
        check = ask(server, "pop3")
    assert outcome(check) == ("auth", "unknown")
    assert check.server_said == "-ERR [AUTH] Plaintext authentication disallowed."
    assert check.attempts == 0
    assert b"PASS" not in sent(server)


def test_a_server_that_goes_without_a_word() -> None:
    with FaultServer(pop3(pass_=b"")) as server:
        check = ask(server, "pop3")
    assert outcome(check) == ("auth", "server-closed")


def test_an_echo_of_the_password_is_masked() -> None:
    echo = b"-ERR no such command: PASS " + PASSWORD.encode() + b"\r\n"
    with FaultServer(pop3(pass_=echo)) as server:
        check = ask(server, "pop3")
    assert check.server_said == "-ERR no such command: PASS •••"


UMLAUT = "grün straße"


def plain(password: str) -> bytes:
    """SASL PLAIN as it travels."""
    return base64.b64encode(f"\0{USER}\0{password}".encode())


def test_a_password_beyond_ascii_goes_by_plain() -> None:
    with FaultServer(pop3(offers=(b"USER", b"SASL LOGIN PLAIN"))) as server:
        check = ask(server, "pop3", secret=lambda: Secret(UMLAUT))
    assert (check.ok, check.mechanism) == (True, "PLAIN")
    assert b"AUTH PLAIN " + plain(UMLAUT) in server.heard


def test_what_is_too_long_for_a_command_goes_after_the_prompt() -> None:
    password = "ä" * 120
    with FaultServer(pop3(offers=(b"SASL PLAIN",), challenges=(b"",))) as server:
        check = ask(server, "pop3", secret=lambda: Secret(password))
    assert (check.ok, check.attempts) == (True, 1)
    start = server.heard.index(b"AUTH PLAIN")
    assert server.heard[start + 1] == plain(password)


def test_a_server_that_takes_no_initial_response_gets_none() -> None:
    with FaultServer(pop3(offers=(b"SASL PLAIN",), challenges=(b"",))) as server:
        check = ask(server, "pop3", quirks=("no-initial-response",))
    assert check.ok, check
    assert server.heard[1:3] == [b"AUTH PLAIN", plain(PASSWORD)]


@pytest.mark.parametrize(
    "answers",
    [{"offers": (b"USER", b"UTF8 USER")}, {"offers": (b"USER",)}, {"capa": b"-ERR what?\r\n"}],
)
def test_where_there_is_no_sasl_utf_8_goes_in_commands_and_once(answers: dict[str, Any]) -> None:
    with FaultServer(pop3(**answers)) as server:
        check = ask(server, "pop3", secret=lambda: Secret(UMLAUT), username="jö")
    assert (check.ok, check.mechanism, check.attempts) == (True, "USER", 1)
    assert server.heard[1:3] == ["USER jö".encode(), b"PASS " + UMLAUT.encode()]


@pytest.mark.parametrize(
    ("name", "password"),
    [("joe\r\nDELE 1", "x"), ("joe", "x\r\nDELE 1"), ("joe\nQUIT", "x"), ("joe", "\x85x")],
)
@pytest.mark.parametrize("auth", ["password", "cram-md5"])
def test_no_line_break_becomes_a_command(name: str, password: str, auth: AuthMethod) -> None:
    with FaultServer(pop3(b"+OK " + TIMESTAMP + b"\r\n", offers=(b"USER", b"UTF8 USER"))) as server:
        check = ask(server, "pop3", secret=lambda: Secret(password), username=name, auth=auth)
    assert outcome(check) == ("auth", "not-tried")
    assert check.stages[-1].detail.startswith(UNSENDABLE)
    assert (check.attempts, sent(server)) == (0, [b"CAPA", b"QUIT"])


def test_a_name_with_a_blank_goes_by_sasl_where_that_is_offered() -> None:
    with FaultServer(pop3(offers=(b"USER", b"SASL PLAIN"))) as server:
        check = ask(server, "pop3", username="joe mayer")
    assert check.mechanism == "PLAIN"
    with FaultServer(pop3()) as server:
        check = ask(server, "pop3", username="joe mayer")
    assert check.mechanism == "USER"
    assert b"USER joe mayer" in server.heard


def test_blanks_of_a_password_are_kept() -> None:
    with FaultServer(pop3()) as server:
        ask(server, "pop3", secret=lambda: Secret("  two ahead, one behind "))
    assert b"PASS   two ahead, one behind " in server.heard


def test_login_is_a_dialogue() -> None:
    questions = (base64.b64encode(b"Username:"), base64.b64encode(b"Password:"))
    with FaultServer(pop3(offers=(b"SASL LOGIN",), challenges=questions)) as server:
        check = ask(server, "pop3")
    assert (check.ok, check.mechanism, check.attempts) == (True, "LOGIN", 1)
    assert server.heard[1:4] == [
        b"AUTH LOGIN",
        base64.b64encode(NAME),
        base64.b64encode(PASSWORD.encode()),
    ]


def test_cram_md5_sends_no_password() -> None:
    with FaultServer(
        pop3(offers=(b"USER", b"SASL CRAM-MD5"), challenges=(base64.b64encode(b"<1@x>"),))
    ) as server:
        check = ask(server, "pop3", auth="cram-md5")
    assert (check.ok, check.mechanism) == (True, "CRAM-MD5")
    assert server.heard[1] == b"AUTH CRAM-MD5"
    assert base64.b64decode(server.heard[2]).startswith(NAME + b" ")


def test_apop_where_there_is_no_cram_md5() -> None:
    greeting = b"+OK POP3 server ready " + TIMESTAMP + b"\r\n"
    with FaultServer(pop3(greeting, offers=(b"USER",))) as server:
        check = ask(server, "pop3", auth="cram-md5", username="mrose", secret=lambda: Secret("tanstaaf"))
    assert (check.ok, check.mechanism, check.attempts) == (True, "APOP", 1)
    assert b"APOP mrose c4c9334bac560ecc979e58001b3e22fb" in server.heard


def test_an_echo_of_apops_digest_is_masked() -> None:
    digest = hashlib.md5(TIMESTAMP + PASSWORD.encode()).hexdigest().encode()
    refusal = b"-ERR " + digest + b" is wrong\r\n"
    with FaultServer(pop3(b"+OK " + TIMESTAMP + b"\r\n", offers=(b"USER",), apop=refusal)) as server:
        check = ask(server, "pop3", auth="cram-md5")
    assert outcome(check) == ("auth", "unknown")
    assert check.server_said is not None
    assert "•••" in check.server_said
    assert digest.decode() not in check.server_said


@pytest.mark.parametrize("timestamp", [b"<abc>", b"<a\xff@b>", b"<a@b\x01>", b"<a@b", b"<@>"])
def test_a_timestamp_that_is_no_message_identifier_is_not_hashed(timestamp: bytes) -> None:
    with FaultServer(pop3(b"+OK " + timestamp + b"\r\n", offers=(b"USER",))) as server:
        check = ask(server, "pop3", auth="cram-md5", secret=never)
    assert outcome(check) == ("auth", "auth-mechanism-unsupported")


def test_a_password_is_never_sent_by_apop_unasked() -> None:
    with FaultServer(pop3(b"+OK " + TIMESTAMP + b"\r\n", offers=(b"SASL GSSAPI",))) as server:
        check = ask(server, "pop3", secret=never)
    assert outcome(check) == ("auth", "auth-mechanism-unsupported")


@pytest.mark.parametrize(
    ("challenges", "cause"),
    [((b"!!! no base64",), "protocol-error"), ((b"",), "protocol-error")],
)
def test_challenges_that_make_no_sense(challenges: tuple[bytes, ...], cause: str) -> None:
    with FaultServer(pop3(offers=(b"SASL CRAM-MD5",), challenges=challenges)) as server:
        check = ask(server, "pop3", auth="cram-md5")
    assert outcome(check) == ("auth", cause)
    assert b"QUIT" not in sent(server), "in the midst of an exchange it could be taken for an answer"


def test_challenges_without_end() -> None:
    def serve(peer: Peer) -> None:
        peer.say(b"+OK\r\n")
        peer.hear()
        peer.say(b"+OK\r\nSASL PLAIN\r\n.\r\n")
        while peer.hear():
            peer.say(b"+ \r\n")

    with FaultServer(serve) as server:
        check = ask(server, "pop3")
    assert outcome(check) == ("auth", "protocol-error")
    assert check.attempts == 1


def test_a_refused_token_is_said_in_the_servers_words() -> None:
    challenge = base64.b64encode(b'{"status":"400","schemes":"Bearer"}')
    with FaultServer(
        pop3(offers=(b"SASL XOAUTH2",), challenges=(challenge,), auth=b"-ERR [AUTH] Invalid credentials\r\n")
    ) as server:
        check = ask(server, "pop3", auth="oauth2")
    assert outcome(check) == ("auth", "oauth2-token-rejected")
    assert check.server_said is not None
    assert '{"status":"400","schemes":"Bearer"}' in check.server_said
    assert "-ERR [AUTH] Invalid credentials" in check.server_said


# The inbox


@pytest.mark.parametrize(
    ("stat", "listed", "detail"),
    [
        (b"+OK 0 0", b"", "0 messages, 0 bytes"),
        (b"+OK 1 999 octets", b"1 a\r\n", "1 message, 999 bytes"),
        (b"+OK 1 1", b"1 a\r\n", "1 message, 1 byte"),
        (b"+OK  2  1000", b"1 a\r\n2 b\r\n", "2 messages, 1 kB"),
        (b"+OK 2 999949", b"1 a\r\n2 b\r\n", "2 messages, 999.9 kB"),
        (b"+OK 2 999951", b"1 a\r\n2 b\r\n", "2 messages, 1 MB"),
        (b"+OK 2 5000000000", b"1 a\r\n2 b\r\n", "2 messages, 5 GB"),
        (b"+OK 3 320", b"1 a\r\n2 b\r\n", "3 messages, 320 bytes; 2 of them listed"),
    ],
)
def test_what_is_in_the_inbox(stat: bytes, listed: bytes, detail: str) -> None:
    with FaultServer(pop3(stat=stat + b"\r\n", uidl=b"+OK\r\n" + listed + b".\r\n")) as server:
        check = ask(server, "pop3")
    assert check.ok, check
    assert check.stages[-1].detail == detail


def test_without_uidl_mail_cannot_stay_on_the_server() -> None:
    with FaultServer(pop3(offers=(b"USER", b"TOP"), uidl=b"-ERR Unknown command\r\n")) as server:
        check = ask(server, "pop3")
    assert check.ok, check
    assert check.stages[-1].detail.startswith("2 messages, 3.4 MB; UIDL is not supported, so a program that")
    assert sent(server)[-3:] == [b"UIDL", b"LIST", b"QUIT"]


def test_neither_uidl_nor_list() -> None:
    with FaultServer(pop3(uidl=b"-ERR\r\n", list=b"-ERR\r\n")) as server:
        check = ask(server, "pop3")
    assert check.ok, check
    assert "listed" not in check.stages[-1].detail


def test_without_top_messages_are_fetched_whole() -> None:
    with FaultServer(pop3(offers=(b"USER", b"UIDL"))) as server:
        check = ask(server, "pop3")
    assert check.ok, check
    assert "TOP is not offered" in check.stages[-1].detail


def test_a_very_full_inbox_is_not_listed_to_the_end() -> None:
    with FaultServer(pop3(stat=b"+OK 5001 123456\r\n", uidl=b"+OK 1 abc\r\n")) as server:
        check = ask(server, "pop3")
    assert check.stages[-1].detail == "5001 messages, 123.5 kB"
    assert b"UIDL 1" in server.heard


def test_more_than_was_counted_is_not_read_to_the_end() -> None:
    flood = b"".join(b"%d abcdefgh\r\n" % number for number in range(100_000))
    with FaultServer(pop3(uidl=b"+OK\r\n" + flood)) as server:
        check = ask(server, "pop3")
    assert outcome(check) == ("mailbox", "protocol-error")


@pytest.mark.parametrize(
    "stat",
    [
        b"+OK\r\n",
        b"+OK many\r\n",
        b"+OK -1 5\r\n",
        b"+OK 2\r\n",
        b"+OK " + b"9" * 500 + b" 1\r\n",
        b"2 320\r\n",
    ],
)
def test_an_inbox_that_nobody_counts(stat: bytes) -> None:
    with FaultServer(pop3(stat=stat)) as server:
        check = ask(server, "pop3")
    assert outcome(check) == ("mailbox", "protocol-error")


def test_an_inbox_that_is_refused() -> None:
    with FaultServer(pop3(stat=b"-ERR [SYS/TEMP] Mailbox is being moved\r\n")) as server:
        check = ask(server, "pop3")
    assert outcome(check) == ("mailbox", "unknown")
    assert check.server_said == "-ERR [SYS/TEMP] Mailbox is being moved"
    assert sent(server)[-1] == b"QUIT"


def test_the_inbox_is_let_go_before_the_test_is_over() -> None:
    released = threading.Event()
    script = pop3()

    class Watched(Peer):
        def hear(self) -> bytes:
            line = super().hear()
            if line == b"QUIT":
                released.set()
            return line

    def serve(peer: Peer) -> None:
        peer.__class__ = Watched
        script(peer)

    with FaultServer(serve) as server:
        assert ask(server, "pop3").ok
        assert released.is_set()


def test_a_server_that_does_not_answer_quit_is_left() -> None:
    with FaultServer(pop3(quit=b"")) as server:
        assert ask(server, "pop3").ok

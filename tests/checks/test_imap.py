"""IMAP: greetings, capabilities, signing in, the inbox."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

import pytest

from mailferry.model.account import AuthMethod
from mailferry.model.secret import Secret, SecretError
from tests.checks import scripts
from tests.checks.asking import PASSWORD, USER, ask, never, outcome
from tests.checks.fault_server import FaultServer, Peer


def test_no_more_round_trips_than_needed() -> None:
    with FaultServer(scripts.imap()) as server:
        check = ask(server)
    assert check.ok, check
    assert [line.split()[1] for line in server.heard] == [b"LOGIN", b"EXAMINE", b"LOGOUT"]
    assert [stage.stage for stage in check.stages] == [
        "dns",
        "connect",
        "greeting",
        "capability",
        "auth",
        "mailbox",
    ]
    assert [stage.detail for stage in check.stages[-2:]] == ["LOGIN", "12 messages"]
    assert check.attempts == 1
    assert all(stage.seconds >= 0 for stage in check.stages)


def test_capabilities_are_asked_for_where_the_greeting_is_silent() -> None:
    with FaultServer(scripts.imap(b"* OK ready\r\n", offers=b"imap4rev1 Idle")) as server:
        check = ask(server)
    assert check.capabilities == ("IMAP4REV1", "IDLE")
    assert server.heard[0].endswith(b" CAPABILITY")


@pytest.mark.parametrize(
    ("greeting", "cause"),
    [
        (b"220 mail.test ESMTP\r\n", "wrong-protocol"),
        (b"+OK POP3 ready\r\n", "wrong-protocol"),
        (b"HTTP/1.1 400 Bad Request\r\n", "wrong-protocol"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "wrong-protocol"),
        (b"\0\xff\x1b[2J nonsense\r\n", "protocol-error"),
        (b"\r\n", "protocol-error"),
        (b"* OK without its end", "server-closed"),
        (b"* 5 EXISTS\r\n", "protocol-error"),
    ],
)
def test_greetings_that_are_none(greeting: bytes, cause: str) -> None:
    with FaultServer(lambda peer: peer.say(greeting)) as server:
        check = ask(server, secret=never)
    assert outcome(check) == ("greeting", cause)


def test_turned_away_with_words() -> None:
    with FaultServer(lambda peer: peer.say(b"* BYE Too many connections \x1b[31m\r\n")) as server:
        check = ask(server, secret=never)
    assert outcome(check) == ("greeting", "unknown")
    assert check.server_said == "* BYE Too many connections \x1b[31m"


def test_hung_up_at_once() -> None:
    with FaultServer(Peer.hang_up) as server:
        assert outcome(ask(server, secret=never)) == ("greeting", "server-closed")


@pytest.mark.parametrize(
    ("command", "stage"), [("capability", "capability"), ("login", "auth"), ("examine", "mailbox")]
)
def test_hung_up_at_a_stage(command: str, stage: str) -> None:
    answers: dict[str, Any] = {command: b""}
    with FaultServer(scripts.imap(b"* OK ready\r\n", **answers)) as server:
        check = ask(server)
    assert outcome(check) == (stage, "server-closed")
    assert check.attempts == (0 if stage == "capability" else 1)


def test_hung_up_with_words() -> None:
    with FaultServer(scripts.imap(login=b"* BYE Too many failures\r\n")) as server:
        check = ask(server)
    assert outcome(check) == ("auth", "unknown")
    assert check.server_said == "* BYE Too many failures"


def test_no_imap4() -> None:
    with FaultServer(scripts.imap(b"* OK ready\r\n", offers=b"SOMETHING")) as server:
        assert outcome(ask(server, secret=never)) == ("capability", "protocol-error")


@pytest.mark.parametrize("answer", [b"%t OK\r\n", b"nonsense\r\n", b"%t OK done\r\n", b"zzz OK done\r\n"])
def test_capability_answers_that_are_none(answer: bytes) -> None:
    with FaultServer(scripts.imap(b"* OK ready\r\n", capability=answer)) as server:
        assert outcome(ask(server, secret=never)) == ("capability", "protocol-error")


def test_every_word_about_a_refusal_is_kept() -> None:
    refusal = (
        b"* NO [ALERT] Please log in via your web browser: http://x.test/78754\r\n"
        b"* CAPABILITY IMAP4rev1\r\n"
        b"%t NO [AUTHENTICATIONFAILED] Invalid credentials \xff\r\n"
    )
    with FaultServer(scripts.imap(login=refusal)) as server:
        check = ask(server)
    assert outcome(check) == ("auth", "unknown")
    assert check.server_said == (
        "* NO [ALERT] Please log in via your web browser: http://x.test/78754\n"
        "NO [AUTHENTICATIONFAILED] Invalid credentials \\xff"
    )
    assert check.attempts == 1
    assert sum(b"LOGIN" in line for line in server.heard) == 1


def test_long_words_are_cut() -> None:
    with FaultServer(scripts.imap(login=b"%t NO " + b"x" * 9000 + b"\r\n")) as server:
        check = ask(server)
    assert check.server_said is not None
    assert len(check.server_said) <= 2000


def test_bad_is_a_refusal_with_words_too() -> None:
    with FaultServer(scripts.imap(login=b"%t BAD Request not ending with CRLF\r\n")) as server:
        check = ask(server)
    assert outcome(check) == ("auth", "unknown")
    assert check.server_said == "BAD Request not ending with CRLF"


@pytest.mark.parametrize(
    ("password", "sent"),
    [
        ('a"b\\c', b'LOGIN "joe" "a\\"b\\\\c"'),
        (" % ", b'LOGIN "joe" " % "'),
        ("", b'LOGIN "joe" ""'),
    ],
)
def test_quoting(password: str, sent: bytes) -> None:
    with FaultServer(scripts.imap()) as server:
        assert ask(server, secret=lambda: Secret(password)).ok
    assert server.heard[0].split(b" ", 1)[1] == sent


def test_a_password_beyond_ascii_goes_by_plain_in_utf8() -> None:
    with FaultServer(scripts.imap()) as server:
        check = ask(server, secret=lambda: Secret("grün€🐎"))
    assert check.ok, check
    initial = base64.b64encode("\0joe\0grün€🐎".encode())
    assert server.heard[0].split(b" ", 1)[1] == b"AUTHENTICATE PLAIN " + initial


def test_plain_without_an_initial_response() -> None:
    def serve(peer: Peer) -> None:
        peer.say(b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN LOGINDISABLED] ready\r\n")
        tag = peer.hear().split()[0]
        peer.say(b"+ \r\n")
        peer.hear()
        peer.say(tag + b" NO [AUTHENTICATIONFAILED] no\r\n")

    with FaultServer(serve) as server:
        check = ask(server)
    assert [line.split(b" ", 1)[-1] for line in server.heard] == [
        b"AUTHENTICATE PLAIN",
        base64.b64encode(f"\0{USER}\0{PASSWORD}".encode()),
    ]
    assert (check.cause, check.attempts, check.server_said) == (
        "unknown",
        1,
        "NO [AUTHENTICATIONFAILED] no",
    )


def test_a_refusal_before_the_password_is_no_attempt() -> None:
    script = scripts.imap(
        b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN LOGINDISABLED] ready\r\n", authenticate=b"%t NO not here\r\n"
    )
    with FaultServer(script) as server:
        check = ask(server)
    assert (check.cause, check.attempts, check.server_said) == ("unknown", 0, "NO not here")


def test_literals_where_plain_is_missing() -> None:
    def serve(peer: Peer) -> None:
        peer.say(b"* OK [CAPABILITY IMAP4rev1] ready\r\n")
        tag = peer.hear().split()[0]
        peer.say(b"+ go on\r\n")
        peer.hear()
        peer.say(b"+ go on\r\n")
        peer.hear()
        peer.say(tag + b" OK signed in\r\n")
        tag = peer.hear().split()[0]
        peer.say(b"* 1 EXISTS\r\n" + tag + b" OK done\r\n")

    with FaultServer(serve) as server:
        check = ask(server, secret=lambda: Secret("grün"), username="jö")
    assert check.ok, check
    assert server.heard[0].endswith(b" LOGIN {3}")
    assert server.heard[1:3] == ["jö".encode() + b" {5}", "grün".encode()]
    assert check.stages[-1].detail == "1 message"


@pytest.mark.parametrize("method", ["password", "cram-md5"])
def test_cram_md5_where_nothing_else_is_offered(method: AuthMethod) -> None:
    challenge = b"<1896.697170952@mail.test>"

    def serve(peer: Peer) -> None:
        peer.say(b"* OK [CAPABILITY IMAP4rev1 AUTH=CRAM-MD5 LOGINDISABLED] ready\r\n")
        tag = peer.hear().split()[0]
        peer.say(b"+ " + base64.b64encode(challenge) + b"\r\n")
        peer.hear()
        peer.say(tag + b" NO no\r\n")

    with FaultServer(serve) as server:
        check = ask(server, auth=method)
    digest = hmac.new(PASSWORD.encode(), challenge, hashlib.md5).hexdigest()
    assert base64.b64decode(server.heard[1]) == f"{USER} {digest}".encode()
    assert (check.failed_stage, check.cause, check.attempts) == ("auth", "unknown", 1)


def test_a_challenge_that_is_not_base64() -> None:
    script = scripts.imap(b"* OK [CAPABILITY IMAP4rev1 AUTH=CRAM-MD5] ready\r\n", authenticate=b"+ a\r\n")
    with FaultServer(script) as server:
        check = ask(server, auth="cram-md5")
    assert outcome(check) == ("auth", "protocol-error")
    assert check.attempts == 0


@pytest.mark.parametrize(
    ("capabilities", "method", "cause"),
    [
        (b"LOGINDISABLED STARTTLS", "password", "login-disabled-without-tls"),
        (b"LOGINDISABLED AUTH=GSSAPI", "password", "login-disabled-without-tls"),
        (b"AUTH=NTLM", "cram-md5", "auth-mechanism-unsupported"),
        (b"", "none", "auth-not-offered"),
        (b"AUTH=PLAIN", "oauth2", "auth-mechanism-unsupported"),
        (b"AUTH=PLAIN", "ntlm", "auth-mechanism-unsupported"),
        (b"AUTH=XOAUTH2 AUTH=OAUTHBEARER", "password", "oauth2-required"),
    ],
)
def test_ways_that_are_not_open(capabilities: bytes, method: AuthMethod, cause: str) -> None:
    script = scripts.imap(b"* OK [CAPABILITY IMAP4rev1 " + capabilities + b"] ready\r\n")
    with FaultServer(script) as server:
        check = ask(server, auth=method, secret=never)
    assert outcome(check) == ("auth", cause)
    assert check.attempts == 0
    assert check.stages[-1].detail


def test_mechanisms_offered_inside_tls_are_named(server_tls: object, ca_file: object) -> None:
    script = scripts.imap(b"* OK [CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=NTLM AUTH=GSSAPI] ready\r\n")
    with FaultServer(script, tls=server_tls) as server:  # type: ignore[arg-type]  # the fixture's type
        check = ask(server, security="tls", secret=never, opts={"ca_files": (ca_file,)})
    assert outcome(check) == ("auth", "auth-mechanism-unsupported")
    assert "GSSAPI, NTLM" in check.stages[-1].detail


def test_no_password_to_be_had() -> None:
    def locked() -> Secret:
        raise SecretError("the keyring is locked", cause="password-command-failed")

    with FaultServer(scripts.imap()) as server:
        check = ask(server, secret=locked)
    assert outcome(check) == ("auth", "password-command-failed")
    assert check.stages[-1].detail == "the keyring is locked"
    assert check.attempts == 0


def test_withheld_for_a_reason() -> None:
    with FaultServer(scripts.imap()) as server:
        check = ask(server, secret=never, withhold="mail.tset looks like a slip of mail.test")
    assert outcome(check) == ("auth", "not-tried")
    assert check.stages[-1].detail == "mail.tset looks like a slip of mail.test"
    assert check.server_said is None


@pytest.mark.parametrize("username", [None, ""])
def test_no_user_name(username: str | None) -> None:
    with FaultServer(scripts.imap()) as server:
        assert outcome(ask(server, secret=never, username=username)) == ("auth", "not-tried")


@pytest.mark.parametrize("password", ["a\0b", "a\udcffb"])
def test_what_no_server_takes_is_never_sent(password: str) -> None:
    with FaultServer(scripts.imap()) as server:
        check = ask(server, secret=lambda: Secret(password))
    assert outcome(check) == ("auth", "not-tried")
    assert check.attempts == 0


def test_already_signed_in() -> None:
    script = scripts.imap(b"* PREAUTH [CAPABILITY IMAP4rev1] welcome back\r\n")
    with FaultServer(script) as server:
        check = ask(server, secret=never)
    assert check.ok, check
    assert "auth" not in [stage.stage for stage in check.stages]


@pytest.mark.parametrize(
    ("answer", "cause", "said"),
    [
        (b"%t NO [NONEXISTENT] no inbox\r\n", "unknown", "NO [NONEXISTENT] no inbox"),
        (b"%t BAD User is authenticated but not connected.\r\n", "unknown", None),
        (b"%t OK done\r\n", "protocol-error", None),
        (b"* twelve EXISTS\r\n%t OK done\r\n", "protocol-error", None),
    ],
)
def test_an_inbox_that_does_not_open(answer: bytes, cause: str, said: str | None) -> None:
    with FaultServer(scripts.imap(examine=answer)) as server:
        check = ask(server)
    assert outcome(check) == ("mailbox", cause)
    if said:
        assert check.server_said == said


def test_a_refused_client_still_says_good_bye() -> None:
    with FaultServer(scripts.imap(login=b"%t NO no\r\n")) as server:
        ask(server)
    assert server.heard[-1].endswith(b"LOGOUT")


def test_no_good_bye_in_the_midst_of_an_exchange() -> None:
    with FaultServer(scripts.imap(login=b"")) as server:
        ask(server)
    assert b"LOGIN" in server.heard[-1]

"""SMTP: greetings, EHLO, signing in."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest

from mailferry.model.account import AuthMethod
from mailferry.model.secret import Secret
from tests.checks import scripts
from tests.checks.asking import PASSWORD, USER, ask, never, outcome
from tests.checks.fault_server import FaultServer, Peer


def test_no_more_round_trips_than_needed() -> None:
    with FaultServer(scripts.smtp()) as server:
        check = ask(server, "smtp")
    assert check.ok, check
    plain = base64.b64encode(f"\0{USER}\0{PASSWORD}".encode())
    assert server.heard == [b"ehlo [127.0.0.1]", b"AUTH PLAIN " + plain, b"QUIT"]
    assert check.stages[-1].detail == "PLAIN"
    assert check.capabilities == ("AUTH PLAIN LOGIN",)


@pytest.mark.parametrize(
    ("greeting", "cause"),
    [
        (b"* OK IMAP4rev1 ready\r\n", "wrong-protocol"),
        (b"+OK POP3 ready\r\n", "wrong-protocol"),
        (b"220 ProFTPD FTP Server ready\r\n", "wrong-protocol"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "wrong-protocol"),
        (b"\0\xff nonsense\r\n", "protocol-error"),
        (b"\r\n", "protocol-error"),
        (b"220 " + b"x" * 9000 + b"\r\n", "protocol-error"),
        (b"220-first\r\n" * 200_000, "protocol-error"),
    ],
)
def test_greetings_that_are_none(greeting: bytes, cause: str) -> None:
    with FaultServer(lambda peer: peer.say(greeting)) as server:
        assert outcome(ask(server, "smtp", secret=never)) == ("greeting", cause)


@pytest.mark.parametrize(
    "greeting", [b"421 4.3.2 busy\r\n", b"554-5.7.1 your address\r\n554 5.7.1 is bad\r\n"]
)
def test_turned_away_with_words(greeting: bytes) -> None:
    with FaultServer(lambda peer: peer.say(greeting)) as server:
        check = ask(server, "smtp", secret=never)
    assert outcome(check) == ("greeting", "unknown")
    assert check.server_said == greeting.decode().strip().replace("\r", "")


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (b"502 5.5.1 what\r\n", "protocol-error"),
        (b"421 4.7.0 busy\r\n", "unknown"),
        (b"nonsense\r\n", "protocol-error"),
        (b"", "server-closed"),
    ],
)
def test_ehlo_refused(answer: bytes, cause: str) -> None:
    with FaultServer(scripts.smtp(ehlo=answer)) as server:
        assert outcome(ask(server, "smtp", secret=never)) == ("capability", cause)


def test_hung_up_while_signing_in() -> None:
    with FaultServer(scripts.smtp(auth=b"")) as server:
        check = ask(server, "smtp")
    assert outcome(check) == ("auth", "server-closed")
    assert check.attempts == 1


def test_hung_up_while_signing_in_with_words() -> None:
    def serve(peer: Peer) -> None:
        peer.say(scripts.SMTP_GREETING)
        peer.hear()
        peer.say(b"250-mail.test\r\n250 AUTH PLAIN\r\n")
        peer.hear()
        peer.say(b"421-4.7.0 too many\r\n")

    with FaultServer(serve) as server:
        check = ask(server, "smtp")
    assert outcome(check) == ("auth", "unknown")
    assert check.server_said == "421-4.7.0 too many"


def test_every_line_of_a_refusal_is_kept() -> None:
    refusal = b"535-5.7.8 Username and Password not accepted.\r\n535 5.7.8 See https://x.test/ \x07\r\n"
    with FaultServer(scripts.smtp(auth=refusal)) as server:
        check = ask(server, "smtp")
    assert outcome(check) == ("auth", "unknown")
    assert check.server_said == refusal.decode().strip("\r\n").replace("\r", "")
    assert (check.attempts, sum(line.startswith(b"AUTH") for line in server.heard)) == (1, 1)


def test_login_where_plain_is_missing() -> None:
    def serve(peer: Peer) -> None:
        peer.say(scripts.SMTP_GREETING)
        peer.hear()
        peer.say(b"250-mail.test\r\n250 AUTH=LOGIN\r\n")
        peer.hear()
        peer.say(b"334 VXNlcm5hbWU6\r\n")
        peer.hear()
        peer.say(b"334 UGFzc3dvcmQ6\r\n")
        peer.hear()
        peer.say(b"235 2.7.0 signed in\r\n")
        peer.hear()

    with FaultServer(serve) as server:
        check = ask(server, "smtp", secret=lambda: Secret("grün"))
    assert check.ok, check
    assert server.heard[1:4] == [b"AUTH LOGIN", base64.b64encode(b"joe"), base64.b64encode("grün".encode())]
    assert check.stages[-1].detail == "LOGIN"


def test_login_refused_before_the_password() -> None:
    with FaultServer(scripts.smtp(features=(b"AUTH LOGIN",), auth=b"504 5.5.4 no\r\n")) as server:
        check = ask(server, "smtp")
    assert (check.cause, check.attempts, check.server_said) == ("unknown", 0, "504 5.5.4 no")


@pytest.mark.parametrize("method", ["password", "cram-md5"])
def test_cram_md5(method: AuthMethod) -> None:
    challenge = b"<1896.697170952@mail.test>"

    def serve(peer: Peer) -> None:
        peer.say(scripts.SMTP_GREETING)
        peer.hear()
        peer.say(b"250-mail.test\r\n250 AUTH CRAM-MD5 NTLM\r\n")
        peer.hear()
        peer.say(b"334 " + base64.b64encode(challenge) + b"\r\n")
        peer.hear()
        peer.say(b"235 2.7.0 signed in\r\n")

    with FaultServer(serve) as server:
        check = ask(server, "smtp", auth=method)
    digest = hmac.new(PASSWORD.encode(), challenge, hashlib.md5).hexdigest()
    assert base64.b64decode(server.heard[2]) == f"{USER} {digest}".encode()
    assert check.ok, check


@pytest.mark.parametrize(
    ("features", "method", "cause"),
    [
        ((b"STARTTLS",), "password", "auth-not-offered"),
        ((b"AUTH NTLM GSSAPI",), "password", "auth-mechanism-unsupported"),
        ((b"AUTH PLAIN",), "cram-md5", "auth-mechanism-unsupported"),
        ((b"AUTH PLAIN",), "oauth2", "auth-mechanism-unsupported"),
        ((b"AUTH PLAIN",), "ntlm", "auth-mechanism-unsupported"),
        ((b"AUTH XOAUTH2",), "password", "oauth2-required"),
    ],
)
def test_ways_that_are_not_open(features: tuple[bytes, ...], method: AuthMethod, cause: str) -> None:
    with FaultServer(scripts.smtp(features=features)) as server:
        check = ask(server, "smtp", auth=method, secret=never)
    assert outcome(check) == ("auth", cause)
    if cause == "auth-mechanism-unsupported":
        assert features[0].split()[1].decode() in check.stages[-1].detail


def test_a_server_without_sign_in_is_fine_where_none_is_wanted() -> None:
    with FaultServer(scripts.smtp(features=())) as server:
        check = ask(server, "smtp", auth="none", secret=never)
    assert check.ok, check
    assert check.stages[-1].stage == "capability"


def test_a_challenge_that_is_not_base64() -> None:
    with FaultServer(scripts.smtp(features=(b"AUTH CRAM-MD5",), auth=b"334 a\r\n")) as server:
        check = ask(server, "smtp")
    assert outcome(check) == ("auth", "protocol-error")
    assert check.attempts == 0

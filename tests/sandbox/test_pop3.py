"""The sandbox's POP3 server, spoken to with poplib and by hand."""

from __future__ import annotations

import base64
import hmac
import poplib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pytest

from mailferry.model.account import Security
from mailferry.sandbox.cast import SandboxMailbox, SandboxServer, Scene
from mailferry.sandbox.server import Sandbox
from tests.sandbox.clients import Imap, Pop3, connect
from tests.sandbox.conftest import ODD_PASSWORD, SMALL


@pytest.fixture(scope="module")
def shared() -> Iterator[Sandbox]:
    """For tests that put no mail into it."""
    with Sandbox(SMALL) as sandbox:
        yield sandbox


@contextmanager
def signed_in(sandbox: Sandbox) -> Iterator[Pop3]:
    with closing(Pop3(sandbox, "pop.example")) as pop:
        pop.user("plain@example.org")
        pop.pass_("simple")
        yield pop


def converse(sandbox: Sandbox, *lines: bytes, port: int = 1110) -> list[bytes]:
    """Send line after line, each after the answer to the one before; the answers."""
    with connect(sandbox, "pop.example", port) as connection, connection.makefile("rb") as answers:
        answers.readline()
        said = []
        for line in lines:
            connection.sendall(line + b"\r\n")
            said.append(answers.readline().rstrip(b"\r\n"))
        return said


@pytest.mark.parametrize(("port", "security"), [(995, "tls"), (110, "starttls"), (1110, "none")])
def test_signing_in(shared: Sandbox, port: int, security: Security) -> None:
    with closing(Pop3(shared, "pop.example", port, security)) as pop:
        pop.user("plain@example.org")
        pop.pass_("simple")
        assert pop.stat() == (0, 0)
        assert pop.uidl()[1] == []


def test_nothing_to_sign_in_with_is_offered_before_stls(shared: Sandbox) -> None:
    with closing(Pop3(shared, "pop.example", 110, "none")) as pop:
        offered = pop.capa()
        assert "STLS" in offered
        assert not {"USER", "SASL"} & set(offered)
        with pytest.raises(poplib.error_proto, match="disallowed before STLS"):
            pop.user("plain@example.org")
    assert converse(shared, b"AUTH PLAIN", port=110) == [b"-ERR No such mechanism here"]


def test_ways_to_sign_in_are_offered_inside_tls(shared: Sandbox) -> None:
    with closing(Pop3(shared, "pop.example", 110, "starttls")) as pop:
        offered = pop.capa()
        assert "USER" in offered
        assert {"PLAIN", "LOGIN", "CRAM-MD5"} == set(offered["SASL"])
        assert {"UIDL", "TOP", "RESP-CODES"} <= set(offered)
        assert "STLS" not in offered
    assert converse(shared, b"STLS")[0].startswith(b"-ERR")


def test_a_wrong_password_is_refused_with_the_code_for_it(shared: Sandbox) -> None:
    with closing(Pop3(shared, "pop.example")) as pop:
        for name, password in (("plain@example.org", "wrong"), ("nobody", "simple")):
            pop.user(name)
            with pytest.raises(poplib.error_proto, match=r"-ERR \[AUTH\] Authentication failed"):
                pop.pass_(password)
        pop.user("eva")
        pop.pass_(ODD_PASSWORD)


def test_a_server_may_refuse_everybody() -> None:
    scene = Scene(
        servers=(
            SandboxServer(
                host="pop.example",
                port=1110,
                protocol="pop3",
                security="none",
                refuse="[SYS/PERM] POP is switched off.",
            ),
        ),
        mailboxes=(SandboxMailbox(address="joe@example.org", password="simple"),),
    )
    with Sandbox(scene) as sandbox:
        said = converse(sandbox, b"USER joe@example.org", b"PASS simple")
    assert said[-1] == b"-ERR [SYS/PERM] POP is switched off."


PLAIN = base64.b64encode(f"\0eva\0{ODD_PASSWORD}".encode())


def test_sasl(shared: Sandbox) -> None:
    assert converse(shared, b"AUTH PLAIN " + PLAIN)[-1].startswith(b"+OK")
    assert converse(shared, b"AUTH PLAIN", PLAIN)[0] == b"+ "
    said = converse(
        shared, b"auth login", base64.b64encode(b"eva"), base64.b64encode(ODD_PASSWORD.encode()), b"STAT"
    )
    assert base64.b64decode(said[0].removeprefix(b"+ ")) == b"Username:"
    assert said[-1] == b"+OK 0 0"


def test_cram_md5(shared: Sandbox) -> None:
    with connect(shared, "pop.example", 1110) as connection, connection.makefile("rb") as answers:
        answers.readline()
        connection.sendall(b"AUTH CRAM-MD5\r\n")
        challenge = base64.b64decode(answers.readline()[2:])
        digest = hmac.new(ODD_PASSWORD.encode(), challenge, "md5").hexdigest()
        connection.sendall(base64.b64encode(f"eva {digest}".encode()) + b"\r\n")
        assert answers.readline().startswith(b"+OK")


@pytest.mark.parametrize("answer", [b"*", b"no base64", base64.b64encode(b"no NUL in it")])
def test_an_answer_that_makes_no_sense_is_refused(shared: Sandbox, answer: bytes) -> None:
    said = converse(shared, b"AUTH PLAIN", answer, b"USER eva")
    assert said[1:] == [b"-ERR Cannot read this response", b"+OK USER accepted, send PASS"]


@pytest.mark.parametrize(
    "line", [b"", b"STAT", b"XYZZY", b"APOP eva", b"PASS x", b"AUTH", b"AUTH LOGIN eA=="]
)
def test_what_it_does_not_know_is_refused(shared: Sandbox, line: bytes) -> None:
    said = converse(shared, line, b"CAPA")
    assert said[0].startswith(b"-ERR")
    assert said[1].startswith(b"+OK")


def test_messages_are_listed_read_and_deleted(small: Sandbox, send: Callable[[str], None]) -> None:
    send("First")
    send("Second")
    with signed_in(small) as pop:
        assert pop.stat()[0] == 2
        assert pop.uidl()[1] == [b"1 sandbox.1", b"2 sandbox.2"]
        assert pop.uidl(2) == b"+OK 2 sandbox.2"
        with pytest.raises(poplib.error_proto):
            pop.uidl(3)
        text = pop.retr(2)[1]
        assert b"Subject: Second" in text
        assert text[-1] == b"The second text"
        assert pop.top(1, 0)[1][-2:] != text[-2:]
        assert b"Subject: First" in pop.top(1, 0)[1]
        pop.dele(1)
        with pytest.raises(poplib.error_proto):
            pop.retr(1)
        pop.rset()
        pop.dele(2)
        pop.quit()
    with signed_in(small) as pop:
        assert pop.uidl()[1] == [b"1 sandbox.1"]
    with Imap(small, "mail.example") as imap:
        imap.login("plain@example.org", "simple")
        assert imap.subjects() == ["First"]


def test_who_breaks_off_deletes_nothing(small: Sandbox, send: Callable[[str], None]) -> None:
    send("First")
    with signed_in(small) as pop:
        pop.dele(1)
    with signed_in(small) as pop:
        assert pop.stat()[0] == 1


def test_mail_that_comes_meanwhile_is_for_the_next_session(
    small: Sandbox, send: Callable[[str], None]
) -> None:
    with signed_in(small) as pop:
        send("First")
        assert pop.stat()[0] == 0
    with signed_in(small) as pop:
        assert pop.stat()[0] == 1

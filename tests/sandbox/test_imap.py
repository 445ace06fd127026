"""The sandbox's IMAP server, spoken to with imaplib and by hand."""

from __future__ import annotations

import imaplib
import socket
from collections.abc import Callable

import pytest

from mailferry.model.account import Security
from mailferry.sandbox.server import Sandbox
from tests.sandbox.clients import Imap, connect
from tests.sandbox.conftest import ODD_PASSWORD


@pytest.mark.parametrize(("port", "security"), [(993, "tls"), (143, "starttls"), (1143, "none")])
def test_signing_in(small: Sandbox, port: int, security: Security) -> None:
    with Imap(small, "mail.example", port, security) as imap:
        imap.login("plain@example.org", "simple")
        assert imap.select("INBOX") == ("OK", [b"0"])


def test_nothing_to_sign_in_with_is_offered_before_starttls(small: Sandbox) -> None:
    with Imap(small, "mail.example", 143, "none") as imap:
        assert "LOGINDISABLED" in imap.capabilities
        assert "STARTTLS" in imap.capabilities
        assert not any(capability.startswith("AUTH=") for capability in imap.capabilities)
        with pytest.raises(imaplib.IMAP4.error, match="disabled before STARTTLS"):
            imap.login("plain@example.org", "simple")


def test_mechanisms_are_offered_inside_tls(small: Sandbox) -> None:
    with Imap(small, "mail.example", 143, "starttls") as imap:
        assert {"AUTH=PLAIN", "AUTH=CRAM-MD5", "ID"} <= set(imap.capabilities)
        assert not {"STARTTLS", "LOGINDISABLED"} & set(imap.capabilities)


def test_a_wrong_password_is_refused_with_the_code_for_it(small: Sandbox) -> None:
    with Imap(small, "mail.example") as imap:
        with pytest.raises(imaplib.IMAP4.error, match=r"^b?'?\[AUTHENTICATIONFAILED\]"):
            imap.login("plain@example.org", "wrong")
        with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
            imap.authenticate("PLAIN", lambda _: b"\0plain@example.org\0wrong")
        with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
            imap.login_cram_md5("nobody@example.org", "simple")
        imap.login("plain@example.org", "simple")


def test_cram_md5(small: Sandbox) -> None:
    with Imap(small, "mail.example") as imap:
        assert imap.login_cram_md5("eva", ODD_PASSWORD)[0] == "OK"


@pytest.mark.parametrize("name", ["eva", "eva@example.org", "EVA@example.ORG"])
def test_plain_in_utf_8(small: Sandbox, name: str) -> None:
    with Imap(small, "mail.example") as imap:
        assert imap.authenticate("PLAIN", lambda _: f"\0{name}\0{ODD_PASSWORD}".encode())[0] == "OK"


@pytest.mark.parametrize("answer", [b"no NUL in it", b"\0too\0many\0parts", b""])
def test_an_answer_that_makes_no_sense_is_refused(small: Sandbox, answer: bytes) -> None:
    with Imap(small, "mail.example") as imap:
        with pytest.raises(imaplib.IMAP4.error, match="failed"):
            imap.authenticate("PLAIN", lambda _: answer)
        imap.login("plain@example.org", "simple")


def converse(connection: socket.socket, *lines: bytes) -> bytes:
    """Send line after line, each after the answer to the one before; the last answer."""
    with connection, connection.makefile("rb") as answers:
        answers.readline()
        answer = b""
        for line in lines:
            connection.sendall(line + b"\r\n")
            answer = answers.readline()
        return answer


def quoted(text: bytes) -> bytes:
    return b'"' + text.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def test_login_with_a_quoted_password(small: Sandbox) -> None:
    line = b'a LOGIN "eva" ' + quoted(ODD_PASSWORD.encode())
    assert converse(connect(small, "mail.example", 1143), line) == b"a OK LOGIN succeeded\r\n"


def test_login_with_literals(small: Sandbox) -> None:
    password = ODD_PASSWORD.encode()
    answer = converse(
        connect(small, "mail.example", 1143), b"a LOGIN {3}", b"eva {%d}" % len(password), password
    )
    assert answer == b"a OK LOGIN succeeded\r\n"


def test_an_open_inbox_is_told_of_new_mail(small: Sandbox, send: Callable[[str], None]) -> None:
    with Imap(small, "mail.example") as imap:
        imap.login("plain@example.org", "simple")
        imap.select("INBOX", readonly=True)
        send("First")
        imap.noop()
        assert imap.response("EXISTS") == ("EXISTS", [b"0", b"1"])


def test_a_message_is_found_read_flagged_and_removed(small: Sandbox, send: Callable[[str], None]) -> None:
    send("First")
    send("Second")
    with Imap(small, "mail.example") as imap:
        imap.login("plain@example.org", "simple")
        imap.select("INBOX")
        assert imap.search(None, "ALL") == ("OK", [b"1 2"])
        assert imap.search(None, "HEADER", "Message-ID", '"<second@example.org>"') == ("OK", [b"2"])
        assert imap.uid("SEARCH", 'SUBJECT "second" TO "plain"') == ("OK", [b"2"])
        assert imap.search(None, "UID 2:*") == ("OK", [b"2"])
        assert imap.search(None, 'UID 1:2 OR HEADER Message-ID "first" SUBJECT "none"') == ("OK", [b"1"])
        assert imap.search(None, "DELETED") == ("OK", [b""])
        _, data = imap.uid("FETCH", "2", "(BODY[])")
        assert b"The second text" in data[0][1]
        imap.uid("STORE", "1", "+FLAGS", "(\\Deleted)")
        assert imap.expunge() == ("OK", [b"1"])
        assert imap.subjects() == ["Second"]


def test_an_examined_inbox_is_read_only(small: Sandbox, send: Callable[[str], None]) -> None:
    send("First")
    with Imap(small, "mail.example") as imap:
        imap.login("plain@example.org", "simple")
        imap.select("INBOX", readonly=True)
        assert "READ-ONLY" in imap.untagged_responses
        with pytest.raises(imaplib.IMAP4.error, match="read-only"):
            imap.store("1", "+FLAGS", "(\\Deleted)")


def test_what_it_cannot_search_for_is_said(small: Sandbox) -> None:
    with Imap(small, "mail.example") as imap:
        imap.login("plain@example.org", "simple")
        imap.select("INBOX")
        for query, words in (
            ("BODY text", "cannot search for 'BODY'"),
            ("OR ALL", "makes no sense"),
            ("HEADER Subject", "makes no sense"),
            ("UID one", "makes no sense"),
        ):
            with pytest.raises(imaplib.IMAP4.error, match=words):
                imap.search(None, query)


def test_there_is_an_inbox_and_nothing_else(small: Sandbox) -> None:
    with Imap(small, "mail.example") as imap:
        imap.login("plain@example.org", "simple")
        assert imap.list() == ("OK", [b'(\\Seen \\Deleted) "/" "INBOX"'])
        assert imap.select("Archive")[0] == "NO"


def test_mail_comes_in_by_smtp_only(small: Sandbox) -> None:
    with Imap(small, "mail.example") as imap:
        imap.login("plain@example.org", "simple")
        with pytest.raises(imaplib.IMAP4.error, match="by SMTP only"):
            imap.append("INBOX", "(\\Seen)", "", b"Subject: Hello\r\n\r\n")


def test_a_client_may_introduce_itself_before_and_after_signing_in(small: Sandbox) -> None:
    connection = connect(small, "mail.example", 1143)
    with connection, connection.makefile("rb") as answers:
        answers.readline()
        for line in (b'a ID ("name" "test")', b"b LOGIN plain@example.org simple", b"c ID NIL"):
            connection.sendall(line + b"\r\n")
        assert answers.readline() == b"* ID NIL\r\n"
        assert answers.readline().startswith(b"a OK")
        assert answers.readline().startswith(b"b OK")
        assert answers.readline() == b"* ID NIL\r\n"
        assert answers.readline().startswith(b"c OK")


def test_a_session_that_breaks_off_is_forgotten(small: Sandbox, send: Callable[[str], None]) -> None:
    answer = converse(
        connect(small, "mail.example", 1143), b"a LOGIN plain@example.org simple", b"b SELECT INBOX"
    )
    assert answer == b"* 0 EXISTS\r\n"
    send("First")
    with Imap(small, "mail.example") as imap:
        imap.login("plain@example.org", "simple")
        assert imap.subjects() == ["First"]

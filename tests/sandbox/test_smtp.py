"""The sandbox's submission server, spoken to with smtplib."""

from __future__ import annotations

import base64
import smtplib

import pytest

from mailferry.model.account import Security
from mailferry.sandbox.cast import SandboxServer
from mailferry.sandbox.server import Sandbox
from tests.sandbox.clients import Imap, Smtp
from tests.sandbox.conftest import ODD_PASSWORD


@pytest.mark.parametrize(("port", "security"), [(465, "tls"), (587, "starttls"), (1025, "none")])
def test_signing_in(small: Sandbox, port: int, security: Security) -> None:
    with Smtp(small, "mail.example", port, security) as smtp:
        assert smtp.login("plain@example.org", "simple")[0] == 235


@pytest.mark.parametrize("mechanism", ["auth_plain", "auth_login", "auth_cram_md5"])
def test_every_mechanism(small: Sandbox, mechanism: str) -> None:
    with Smtp(small, "mail.example") as smtp:
        smtp.ehlo()
        smtp.user, smtp.password = "plain@example.org", "simple"
        name = mechanism.removeprefix("auth_").replace("_", "-").upper()
        assert smtp.auth(name, getattr(smtp, mechanism))[0] == 235


def test_login_asks_as_real_servers_do(small: Sandbox) -> None:
    with Smtp(small, "mail.example") as smtp:
        smtp.ehlo()
        assert smtp.docmd("AUTH", "LOGIN") == (334, base64.b64encode(b"Username:"))
        assert smtp.docmd(base64.b64encode(b"eva@example.org").decode()) == (
            334,
            base64.b64encode(b"Password:"),
        )
        assert smtp.docmd(base64.b64encode(ODD_PASSWORD.encode()).decode())[0] == 235


def test_plain_in_utf_8(small: Sandbox) -> None:
    with Smtp(small, "mail.example") as smtp:
        smtp.ehlo()
        answer = base64.b64encode(f"\0Eva@example.org\0{ODD_PASSWORD}".encode()).decode()
        assert smtp.docmd("AUTH", f"PLAIN {answer}")[0] == 235


def test_a_wrong_password_is_refused_with_the_code_for_it(small: Sandbox) -> None:
    with Smtp(small, "mail.example") as smtp:
        with pytest.raises(smtplib.SMTPAuthenticationError) as refused:
            smtp.login("plain@example.org", "wrong")
        assert (refused.value.smtp_code, refused.value.smtp_error[:6]) == (535, b"5.7.8 ")
        assert smtp.login("plain@example.org", "simple")[0] == 235


def test_nothing_to_sign_in_with_is_offered_before_starttls(small: Sandbox) -> None:
    with Smtp(small, "mail.example", 587, "none") as smtp:
        smtp.ehlo()
        assert smtp.has_extn("starttls")
        assert not smtp.has_extn("auth")
        assert smtp.docmd("AUTH", "PLAIN AHgAeA==") == (530, b"5.7.0 Must issue a STARTTLS command first")
        assert smtp.mail("plain@example.org") == (530, b"5.7.0 Must issue a STARTTLS command first")


@pytest.mark.parametrize(
    ("command", "code"), [("AUTH", 501), ("AUTH PLAIN AA==", 501), ("AUTH NTLM", 504), ("NONSENSE", 500)]
)
def test_a_command_that_makes_no_sense_is_refused(small: Sandbox, command: str, code: int) -> None:
    with Smtp(small, "mail.example") as smtp:
        smtp.ehlo()
        assert smtp.docmd(command)[0] == code
        assert smtp.login("plain@example.org", "simple")[0] == 235


def test_nobody_sends_without_signing_in(small: Sandbox) -> None:
    with Smtp(small, "mail.example") as smtp:
        smtp.ehlo()
        assert smtp.mail("plain@example.org")[0] == 530


def test_a_message_to_oneself_is_found(small: Sandbox) -> None:
    with Smtp(small, "mail.example") as smtp:
        smtp.login("plain@example.org", "simple")
        smtp.sendmail(
            "plain@example.org", "plain@example.org", b"Subject: To myself\r\n\r\n..Gr\xc3\xbc\xc3\x9fe\r\n"
        )
    with Imap(small, "mail.example") as imap:
        imap.login("plain@example.org", "simple")
        assert imap.subjects() == ["To myself"]
        _, data = imap.fetch("1", "(BODY[])")
        assert isinstance(data[0], tuple)
        assert data[0][1].startswith(b"Received: ")
        assert data[0][1].endswith(b"\r\n\r\n..Gr\xc3\xbc\xc3\x9fe\r\n")


def test_nothing_leaves_the_machine(small: Sandbox) -> None:
    with Smtp(small, "mail.example") as smtp:
        smtp.login("plain@example.org", "simple")
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            smtp.sendmail("plain@example.org", "someone@elsewhere.example", b"Subject: Out\r\n\r\n")
        assert refused.value.recipients["someone@elsewhere.example"][0] == 550


def test_a_message_larger_than_announced_is_refused(small: Sandbox) -> None:
    with Smtp(small, "mail.example") as smtp:
        smtp.login("plain@example.org", "simple")
        largest = int(smtp.esmtp_features["size"])
        line = b"x" * 10_000 + b"\r\n"
        with pytest.raises(smtplib.SMTPDataError) as refused:
            smtp.sendmail(
                "plain@example.org",
                "plain@example.org",
                b"Subject: Big\r\n\r\n" + line * (largest // len(line) + 1),
            )
        assert refused.value.smtp_code == 552


def test_a_refusal_without_a_code_is_no_refusal() -> None:
    with pytest.raises(ValueError, match="begins with its code"):
        SandboxServer(host="a.example", port=25, protocol="smtp", security="none", refuse="Go away")

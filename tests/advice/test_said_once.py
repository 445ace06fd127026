"""What would be said twice is said once, and what has no fix says why."""

from __future__ import annotations

import msgspec
import pytest

from mailferry.model.account import Accepted, Account, OwnIncoming, OwnOutgoing, PasswordSource
from mailferry.model.provider import Provider, SignIn
from tests.advice import examples as at
from tests.advice.examples import finding

JOE = "joe@outlook.com"
BY_PASSWORD = PasswordSource(source="ask")


def test_a_password_that_is_taken_nowhere_is_explained_once() -> None:
    account = Account(address=JOE, password=BY_PASSWORD)
    reading, sending = (finding(account, at.OUTLOOK, f"{role}.auth") for role in ("incoming", "outgoing"))
    assert (reading.verdict, sending.verdict) == ("blocked", "blocked")
    assert "16 September 2024" in reading.why
    assert "Switch IMAP on" in reading.why
    assert sending.why == "As for reading: Outlook.com no longer lets mail programs sign in with a password."


@pytest.mark.parametrize(
    "account",
    [
        Account(address=JOE, incoming=OwnIncoming(auth="oauth2"), outgoing=OwnOutgoing(auth="password")),
        Account(address=JOE, outgoing=OwnOutgoing(password=BY_PASSWORD)),
    ],
)
def test_where_reading_is_well_sending_is_explained_without_imap(account: Account) -> None:
    found = finding(account, at.OUTLOOK, "outgoing.auth")
    assert (found.verdict, "16 September 2024" in found.why) == ("blocked", True)
    assert "IMAP" not in found.why


def test_a_web_sign_in_is_prepared_for_once() -> None:
    account = Account(address=JOE)
    assert "Switch IMAP on" in finding(account, at.OUTLOOK, "incoming.auth").why
    assert "IMAP" not in finding(account, at.OUTLOOK, "outgoing.auth").why


def test_a_password_still_taken_for_sending_has_a_note_on_reading_only() -> None:
    sign_in = SignIn(app_password="no", oauth2="required", note="No password for IMAP.")
    provider = Provider(
        name="Contoso", incoming=at.OUTLOOK.incoming, outgoing=at.MICROSOFT365.outgoing, sign_in=sign_in
    )
    account = Account(address="joe@contoso.example", password=BY_PASSWORD)
    assert "No password for IMAP." in finding(account, provider, "incoming.auth").why
    sending = finding(account, provider, "outgoing.auth")
    assert (sending.verdict, "IMAP" in sending.why) == ("outdated", False)


def accepting(path: str, **stated: object) -> Account:
    return Account(
        address="mum@centurylink.net",
        incoming=msgspec.convert(stated, OwnIncoming),
        accepted={path: Accepted(reason="the old router")},
    )


def test_a_port_without_a_fix_says_why() -> None:
    account = accepting("incoming.security", port=143, security="starttls")
    port = finding(account, at.CENTURYLINK, "incoming.port")
    assert (port.verdict, port.fix) == ("differs", False)
    assert port.why.endswith("No fix is offered: port 993 does not go with STARTTLS, which you stand by.")


def test_a_security_without_a_fix_says_why() -> None:
    account = accepting("incoming.port", port=143, security="starttls")
    security = finding(account, at.CENTURYLINK, "incoming.security")
    assert (security.verdict, security.fix) == ("differs", False)
    assert security.why.endswith(
        "No fix is offered: TLS from the start does not go with port 143, which you stand by."
    )


@pytest.mark.parametrize("path", ["incoming.port", "incoming.security"])
def test_with_a_fix_no_such_words(path: str) -> None:
    account = Account(address="mum@centurylink.net", incoming=OwnIncoming(port=143, security="starttls"))
    found = finding(account, at.CENTURYLINK, path)
    assert (found.fix, "No fix" in found.why) == (True, False)

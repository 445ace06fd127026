"""The worked cases of comparing: oddities of real providers, each with the one right answer."""

from __future__ import annotations

import pytest

from mailferry.model.account import Account, OwnIncoming, OwnOutgoing, PasswordSource
from mailferry.model.finding import Verdict
from mailferry.model.provider import Provider
from mailferry.model.recommendation import How
from tests.advice import examples as at
from tests.advice.examples import compared, finding

FINE = frozenset({"same", "inherited", "alternative"})


def incoming(address: str, **stated: object) -> Account:
    return Account(address=address, incoming=OwnIncoming(**stated))  # type: ignore[arg-type]  # by field name


def outgoing(address: str, **stated: object) -> Account:
    return Account(address=address, outgoing=OwnOutgoing(**stated))  # type: ignore[arg-type]  # by field name


@pytest.mark.parametrize(
    ("account", "provider", "path", "verdict", "words"),
    [
        pytest.param(
            incoming("joe@qwestoffice.net"),
            at.QWESTOFFICE, "incoming.security", "insecure", "offers nothing better",
            id="3: the provider itself recommends no encryption",
        ),
        pytest.param(
            incoming("joe+shop@gmail.com", username="joe+shop@gmail.com"),
            at.GMAIL, "incoming.username", "wrong", "joe@gmail.com",
            id="4: a plus-tag is no part of the user name",
        ),
        pytest.param(
            incoming("joe+shop@icloud.com", username="joe+shop"),
            at.ICLOUD, "incoming.username", "wrong", "“joe”",
            id="4: the same trap where the name is the local part",
        ),
        pytest.param(
            incoming("joe@hey.com"), at.HEY, "incoming.host", "wrong", "only in its own apps",
            id="8: a provider without mail programs",
        ),
        pytest.param(
            incoming("joe@msn.com", host="outlook.office365.com", port=993, security="tls", auth="password"),
            at.OUTLOOK, "incoming.auth", "blocked", "16 September 2024",
            id="13: a password at MSN",
        ),
        pytest.param(
            incoming("joe@firm.example", auth="password"),
            at.MICROSOFT365, "incoming.auth", "blocked", "no longer",
            id="14: Microsoft 365, IMAP by password",
        ),
        pytest.param(
            outgoing("joe@firm.example", auth="password"),
            at.MICROSOFT365, "outgoing.auth", "outdated", "is ending that",
            id="14: Microsoft 365, SMTP by password",
        ),
        pytest.param(
            incoming("joe@icloud.com", username="joe@icloud.com"),
            at.ICLOUD, "incoming.username", "alternative", "takes this form",
            id="15: the whole address as iCloud name",
        ),
        pytest.param(
            outgoing("joe@icloud.com", port=587, security="tls"),
            at.ICLOUD, "outgoing.security", "wrong", "STARTTLS",
            id="16: 587 is STARTTLS",
        ),
        pytest.param(
            incoming("joe@icloud.com", protocol="pop3"),
            at.ICLOUD, "incoming.protocol", "wrong", "no POP3",
            id="17: iCloud has no POP3",
        ),
        pytest.param(
            incoming("joe@icloud.com", auth="password"),
            at.ICLOUD, "incoming.auth", "same", "app-specific password, made at https://account.apple.com",
            id="17: the reminder of the app-specific password",
        ),
        pytest.param(
            incoming(
                "mum@centurylink.net", protocol="pop3", host="pop.centurylink.net", port=110, security="none"
            ),
            at.CENTURYLINK, "incoming.security", "insecure", "TLS from the start",
            id="18: CenturyLink POP3 in clear",
        ),
        pytest.param(
            incoming("joe@gmail.com", port=143, security="none"),
            at.GMAIL, "incoming.port", "wrong", "993",
            id="19: Gmail in clear on 143",
        ),
        pytest.param(
            outgoing("joe@gmail.com", port=587, security="starttls"),
            at.GMAIL, "outgoing.port", "alternative", "lists port 587 too",
            id="19: Gmail on 587",
        ),
        pytest.param(
            outgoing("joe@gmail.com", port=25, security="starttls"),
            at.GMAIL, "outgoing.port", "outdated", "servers among themselves",
            id="19: Gmail on 25",
        ),
        pytest.param(
            incoming("joe@me.com", host="imap.mail.me.co"),
            at.ICLOUD, "incoming.host", "wrong", "typing slip of imap.mail.me.com",
            id="20: me.co",
        ),
        pytest.param(
            incoming("joe@gmail.com", host="imap.gmial.com"),
            at.GMAIL, "incoming.host", "wrong", "typing slip of imap.gmail.com",
            id="20: gmial",
        ),
        pytest.param(
            outgoing("joe@yahoo.com", host="smtp.mail.yahoo.con"),
            at.YAHOO, "outgoing.host", "wrong", "A stranger may own that name",
            id="20: yahoo.con",
        ),
        pytest.param(
            outgoing("joe@gmail.com", port=465, security="starttls"),
            at.GMAIL, "outgoing.security", "wrong", "expects TLS from the start",
            id="21: 465 with STARTTLS",
        ),
        pytest.param(
            incoming("joe@gmail.com", port=993, security="starttls"),
            at.GMAIL, "incoming.security", "wrong", "expects TLS from the start",
            id="21: 993 with STARTTLS",
        ),
        pytest.param(
            incoming("joe@gmail.com", port=143, security="tls"),
            at.GMAIL, "incoming.port", "wrong", "upgrades by STARTTLS",
            id="21: 143 with TLS from the start",
        ),
        pytest.param(
            outgoing("joe@charter.net", host="mobile.charter.net", port=587, security="tls"),
            at.CHARTER, "outgoing.security", "same", "TLS from the start",
            id="21: 587 with TLS where the provider says so",
        ),
        pytest.param(
            outgoing("joe@rediffmail.com", port=586, security="tls"),
            at.REDIFF, "outgoing.port", "same", "586",
            id="21: an unusual port that is listed",
        ),
        pytest.param(
            incoming("joe@yahoo.com", auth="password"),
            at.YAHOO, "incoming.auth", "same", "app-specific password",
            id="22: Yahoo with a password, and the reminder",
        ),
        pytest.param(
            incoming("joe@proton.me", host="127.0.0.1", port=1143, security="starttls"),
            at.PROTON, "incoming.host", "same", "127.0.0.1",
            id="23: the Bridge",
        ),
        pytest.param(
            incoming("joe@proton.me", host="localhost"),
            at.PROTON, "incoming.host", "alternative", "This computer",
            id="23: the Bridge by another name",
        ),
        pytest.param(
            incoming("joe@proton.me", host="imap.protonmail.com", port=993, security="tls"),
            at.PROTON, "incoming.host", "wrong", "Bridge",
            id="23: Proton without the Bridge",
        ),
        pytest.param(
            incoming("joe@gmx.net", port=143, security="starttls"),
            at.GMX, "incoming.port", "alternative", "143 too",
            id="24: the second way that GMX lists",
        ),
        pytest.param(
            incoming("joe@gmx.net", port=143, security="starttls"),
            at.GMX, "incoming.security", "alternative", "STARTTLS too",
            id="24: and its security",
        ),
        pytest.param(
            incoming("joe@earthlink.net", auth="password"),
            at.EARTHLINK, "incoming.auth", "alternative", "inside TLS",
            id="24: a plain password inside TLS",
        ),
        pytest.param(
            incoming("joe@verizon.net", host="incoming.verizon.net"),
            at.VERIZON, "incoming.host", "wrong", "live at AOL",
            id="25: a host of a provider that has moved",
        ),
        pytest.param(
            incoming("joe@verizon.net", protocol="pop3", host="pop.verizon.net"),
            at.VERIZON, "incoming.host", "wrong", "pop.aol.com",
            id="25: and one that is known to be closed",
        ),
    ],
)  # fmt: skip
def test_worked_case(account: Account, provider: Provider, path: str, verdict: Verdict, words: str) -> None:
    found = finding(account, provider, path)
    assert (found.verdict, words in found.why) == (verdict, True), found


@pytest.mark.parametrize("path", ["incoming.username", "outgoing.username"])
def test_case_10_a_custom_domain_is_no_icloud_name(path: str) -> None:
    stated = "joe@custom.example"
    account = Account(
        address=stated, incoming=OwnIncoming(username=stated), outgoing=OwnOutgoing(username=stated)
    )
    how: How = "mx"
    found = finding(account, at.ICLOUD_OWN_DOMAIN, path, how)
    assert (found.verdict, found.fix, found.recommended) == ("wrong", False, None)
    asked = finding(Account(address=stated), at.ICLOUD_OWN_DOMAIN, path, how)
    assert asked.verdict == "unknown"


def test_case_10_the_icloud_name_itself_is_left_alone() -> None:
    account = incoming("joe@custom.example", username="joe.example@icloud.com")
    assert finding(account, at.ICLOUD_OWN_DOMAIN, "incoming.username", "mx").verdict == "unknown"


def test_case_13_an_app_password_does_not_help_and_imap_must_be_on() -> None:
    why = finding(incoming("joe@msn.com", auth="password"), at.OUTLOOK, "incoming.auth").why
    assert "app password does not help" in why
    assert "Switch IMAP on" in why
    assert "Add Account > Outlook.com" in why


def test_case_13_what_is_left_out_is_told_too() -> None:
    comparison = compared(Account(address="dad@msn.com"), at.OUTLOOK)
    assert comparison.ok
    inherited = next(each for each in comparison.findings if each.path == "incoming.auth")
    assert inherited.verdict == "inherited"
    assert "16 September 2024" in inherited.why
    assert "Add Account > Outlook.com" in inherited.why


@pytest.mark.parametrize("path", ["incoming.auth", "outgoing.auth"])
def test_case_13_a_stated_password_source_means_a_password(path: str) -> None:
    account = Account(address="dad@msn.com", password=PasswordSource(source="ask"))
    found = finding(account, at.OUTLOOK, path)
    assert (found.verdict, found.yours, found.recommended, found.fix) == ("blocked", None, "oauth2", False)


def test_case_13_a_password_for_sending_alone_blocks_sending_alone() -> None:
    account = Account(address="dad@msn.com", outgoing=OwnOutgoing(password=PasswordSource()))
    assert finding(account, at.OUTLOOK, "incoming.auth").verdict == "inherited"
    assert finding(account, at.OUTLOOK, "outgoing.auth").verdict == "blocked"


@pytest.mark.parametrize(
    "account",
    [
        incoming("joe@proton.me", host="127.0.0.1", port=31143, security="none"),
        incoming("joe@proton.me", host="::1", port=993, security="starttls"),
        outgoing("joe@proton.me", host="localhost", port=1025, security="tls", fingerprint="sha256:00"),
    ],
)
def test_case_23_a_bridge_on_this_computer_is_never_flagged(account: Account) -> None:
    assert compared(account, at.PROTON).ok


@pytest.mark.parametrize(
    "account",
    [
        outgoing("joe@gmail.com", port=587, security="starttls"),
        incoming("joe@gmx.net", port=143, security="starttls"),
        incoming("joe@icloud.com", username="joe@icloud.com"),
    ],
)
def test_what_the_provider_lists_is_never_a_fault(account: Account) -> None:
    providers = {"gmail.com": at.GMAIL, "gmx.net": at.GMX, "icloud.com": at.ICLOUD}
    comparison = compared(account, providers[account.address.partition("@")[2]])
    assert {each.verdict for each in comparison.findings} <= FINE

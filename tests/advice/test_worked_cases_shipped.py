"""The worked cases of comparing with the shipped provider files, each with neighbours of the same rule."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from mailferry.advice.compare import compare
from mailferry.catalog.catalogue import Catalogue
from mailferry.catalog.lookup import look_up
from mailferry.model.account import Account, PasswordSource
from mailferry.model.address import parse_address
from mailferry.model.finding import Comparison, Finding, Verdict
from tests.advice.examples import TODAY
from tests.advice.test_worked_cases import incoming, outgoing

CATALOGUE = Catalogue(Path(__file__).parents[2] / "profiles" / "providers", None)


def compared(account: Account, today: datetime.date = TODAY) -> Comparison:
    advice = look_up(CATALOGUE, parse_address(account.address), account.provider)
    return compare("joe", account, advice, today=today)


def finding(account: Account, path: str, today: datetime.date = TODAY) -> Finding:
    return next(each for each in compared(account, today).findings if each.path == path)


def at_own_domain(provider: str, **stated: object) -> Account:
    return Account(address="joe@firm.example", provider=provider, incoming=incoming("x", **stated).incoming)


@pytest.mark.parametrize(
    ("account", "path", "verdict", "words"),
    [
        # 1, 5: capitals and forms of one domain
        (incoming("Anna.B@MSN.COM", username="Anna.B@msn.com"), "incoming.username", "same", "Anna.B@"),
        (incoming("Jo.E@GMX.De", username="Jo.E@gmx.de"), "incoming.username", "same", "Jo.E@"),
        (incoming("joe@q.com. ", host="MAIL.CenturyLink.net."), "incoming.host", "same", ""),
        # 3: no encryption at all
        (incoming("joe@qwestoffice.net"), "incoming.security", "insecure", "nothing better"),
        (incoming("joe@bay.wind.ne.jp"), "incoming.security", "insecure", "nothing better"),
        # 4: tags
        (incoming("joe+shop@gmail.com", username="joe+shop@gmail.com"), "incoming.username", "wrong", "tag"),
        (incoming("joe+shop@gmail.com", username="joe+shop"), "incoming.username", "wrong", "tag"),
        (incoming("joe+shop@icloud.com", username="joe+shop"), "incoming.username", "wrong", "“joe”"),
        (incoming("joe+x@posteo.de", username="joe+x@posteo.de"), "incoming.username", "wrong", "tag"),
        # 7: regions
        (incoming("kim@zohomail.eu", host="imap.zoho.com"), "incoming.host", "wrong", "another region"),
        (incoming("kim@zoho.com", host="imap.zoho.eu"), "incoming.host", "wrong", "another region"),
        (incoming("kim@zoho.com.au", host="imap.zoho.com"), "incoming.host", "wrong", "another region"),
        (incoming("kim@gmx.net", host="imap.gmx.com"), "incoming.host", "wrong", "another ending"),
        # 8: nothing for mail programs
        (incoming("joe@hey.com", host="imap.hey.com"), "incoming.host", "wrong", "own app"),
        (incoming("joe@tuta.com", host="imap.tuta.com"), "incoming.host", "wrong", "Tuta"),
        # 11: the sister's servers
        (incoming("joe@mail.com", host="imap.gmx.com"), "incoming.host", "differs", "no server in gmx.com"),
        # 13, 14: passwords that ended
        (incoming("joe@msn.com", auth="password"), "incoming.auth", "blocked", "16 September 2024"),
        (incoming("joe@hotmail.co.uk", auth="cram-md5"), "incoming.auth", "blocked", "16 September 2024"),
        (outgoing("joe@outlook.de", auth="password"), "outgoing.auth", "blocked", "16 September 2024"),
        (at_own_domain("microsoft365", auth="password"), "incoming.auth", "blocked", "2022 to 2023"),
        # 15, 17: iCloud's names and protocols
        (incoming("joe@icloud.com", username="joe@icloud.com"), "incoming.username", "alternative", ""),
        (incoming("joe@icloud.com", username="joe"), "incoming.username", "same", "“joe”"),
        (outgoing("joe@icloud.com", username="joe"), "outgoing.username", "differs", "whole address"),
        (incoming("joe@me.com", protocol="pop3"), "incoming.protocol", "wrong", "no POP3"),
        (incoming("joe@163.com", protocol="pop3"), "incoming.protocol", "wrong", "no POP3"),
        (incoming("joe@mac.com", auth="password"), "incoming.auth", "same", "app-specific"),
        # 16: STARTTLS whatever it is called
        (outgoing("joe@icloud.com", security="tls"), "outgoing.security", "wrong", "STARTTLS"),
        (outgoing("joe@msn.com", port=587, security="tls"), "outgoing.security", "wrong", "STARTTLS"),
        # 18: in clear beside something better
        (
            incoming(
                "joe@q.com", protocol="pop3", host="pop.centurylink.net", port=110, security="none"
            ),
            "incoming.security", "insecure", "TLS from the start",
        ),
        (incoming("joe@aol.com", port=143, security="none"), "incoming.security", "insecure", ""),
        # 19: Gmail's ports
        (incoming("joe@gmail.com", port=143, security="none"), "incoming.port", "wrong", "993"),
        (incoming("joe@yahoo.com", port=143, security="none"), "incoming.port", "wrong", "993"),
        (outgoing("joe@gmail.com", port=587, security="starttls"), "outgoing.port", "alternative", "587 too"),
        (outgoing("joe@gmail.com", port=25, security="starttls"), "outgoing.port", "outdated", "servers"),
        (outgoing("joe@web.de", port=25, security="starttls"), "outgoing.port", "outdated", "servers"),
        (
            outgoing("joe@gmx.net", port=25, security="starttls"),
            "outgoing.security", "differs", "STARTTLS on another port",
        ),
        # 20: slips
        (incoming("joe@me.com", host="imap.mail.me.co"), "incoming.host", "wrong", "imap.mail.me.com"),
        (incoming("joe@gmail.com", host="imap.gmial.com"), "incoming.host", "wrong", "imap.gmail.com"),
        (outgoing("joe@yahoo.com", host="smtp.mail.yahoo.con"), "outgoing.host", "wrong", "stranger"),
        (outgoing("joe@gmx.de", host="mial.gmx.net"), "outgoing.host", "wrong", "mail.gmx.net"),
        # 21: port against security, and the real exceptions
        (outgoing("joe@aol.com", port=465, security="starttls"), "outgoing.security", "wrong", "465"),
        (incoming("joe@aol.com", port=993, security="starttls"), "incoming.security", "wrong", "993"),
        (incoming("joe@aol.com", port=143, security="tls"), "incoming.port", "wrong", "143"),
        (outgoing("joe@aol.com", port=587, security="tls"), "outgoing.port", "wrong", "587"),
        (
            outgoing("joe@charter.net", host="mobile.charter.net", port=587, security="tls"),
            "outgoing.security", "same", "",
        ),
        (outgoing("joe@charter.net", security="starttls"), "outgoing.security", "wrong", "unlike elsewhere"),
        (outgoing("joe@rediffmail.com", port=586, security="tls"), "outgoing.port", "same", "586"),
        # 22: what comparing cannot see
        (incoming("joe@yahoo.com", auth="password"), "incoming.auth", "same", "app-specific"),
        (incoming("joe@aol.com", auth="password"), "incoming.auth", "same", "app-specific"),
        # 23: the Bridge
        (incoming("joe@pm.me", host="localhost", port=1143), "incoming.host", "alternative", "This computer"),
        (incoming("joe@proton.me", host="imap.protonmail.com"), "incoming.host", "wrong", "Bridge"),
        (outgoing("joe@proton.me", host="smtp.proton.me"), "outgoing.host", "wrong", "Bridge"),
        # 24: second ways
        (incoming("joe@gmx.de", port=143, security="starttls"), "incoming.port", "alternative", "143 too"),
        (incoming("joe@mail.com", port=143, security="starttls"), "incoming.port", "alternative", "143 too"),
        # 25: moved
        (incoming("joe@verizon.net", host="incoming.verizon.net"), "incoming.host", "wrong", "imap.aol.com"),
        (
            incoming("joe@verizon.net", protocol="pop3", host="pop.verizon.net"),
            "incoming.host", "wrong", "pop.aol.com",
        ),
        (incoming("joe@cox.net", host="imap.cox.net"), "incoming.host", "wrong", "imap.mail.yahoo.com"),
        # names that are invented, and what is no mail server at all
        (outgoing("joe@msn.com", host="smtp.msn.com"), "outgoing.host", "differs", "make up such a name"),
        (incoming("joe@gmail.com", host="gmail.com"), "incoming.host", "wrong", "domain of the address"),
        (incoming("joe@hotmail.com", host="outlook.com"), "incoming.host", "wrong", "domain that the mail"),
        (incoming("joe@gmx.net", host="www.gmx.net"), "incoming.host", "wrong", "web site"),
        (incoming("joe@me.com", host="support.apple.com"), "incoming.host", "wrong", "web site"),
        (incoming("joe@msn.com", host="imap.gmail.com"), "incoming.host", "differs", "in gmail.com"),
        (incoming("joe@gmail.com", host="203.0.113.5"), "incoming.host", "differs", "IP address"),
        # ports of another protocol
        (incoming("joe@aol.com", port=995), "incoming.port", "wrong", "Port 995 is for POP3, not for IMAP"),
        (
            incoming("joe@aol.com", protocol="pop3", port=993),
            "incoming.port", "wrong", "Port 993 is for IMAP, not for POP3",
        ),
        (incoming("joe@aol.com", port=465), "incoming.port", "wrong", "for SMTP, not for IMAP"),
        (outgoing("joe@aol.com", port=993), "outgoing.port", "wrong", "for IMAP, not for SMTP"),
    ],
)  # fmt: skip
def test_shipped_case(account: Account, path: str, verdict: Verdict, words: str) -> None:
    found = finding(account, path)
    assert (found.verdict, words in found.why) == (verdict, True), found


@pytest.mark.parametrize(
    ("today", "verdict", "words"),
    [
        (datetime.date(2026, 11, 20), "outdated", "as a rule until 31 Dec 2026"),
        (datetime.date(2026, 12, 31), "outdated", "as a rule until 31 Dec 2026"),
        (datetime.date(2027, 1, 1), "blocked", "only by exception"),
    ],
)
def test_case_14_the_last_day_of_passwords_for_sending(
    today: datetime.date, verdict: Verdict, words: str
) -> None:
    account = Account(
        address="joe@firm.example", provider="microsoft365", password=PasswordSource(source="ask")
    )
    found = finding(account, "outgoing.auth", today)
    assert (found.verdict, words in found.why, found.fix) == (verdict, True, False), found
    assert finding(account, "incoming.auth", today).verdict == "blocked"


@pytest.mark.parametrize("form", ["joe@custom.example", "joe", "joe@CUSTOM.example", "joe+x@custom.example"])
def test_case_10_icloud_at_a_domain_of_ones_own(form: str) -> None:
    account = incoming("joe@custom.example", username=form)
    account = Account(address=account.address, provider="icloud", incoming=account.incoming)
    found = finding(account, "incoming.username")
    assert (found.verdict, found.fix, found.recommended) == ("wrong", False, None), found


@pytest.mark.parametrize("name", ["joe.example@icloud.com", "joe.example"])
def test_case_10_the_name_behind_it_only_its_owner_knows(name: str) -> None:
    account = Account(
        address="joe@custom.example", provider="icloud", incoming=incoming("x", username=name).incoming
    )
    assert finding(account, "incoming.username").verdict == "unknown"


@pytest.mark.parametrize("address", ["eva@bücher.example", "eva@xn--bcher-kva.example"])
@pytest.mark.parametrize("name", ["eva@bücher.example", "eva@xn--bcher-kva.example", "eva@BÜCHER.example"])
def test_case_5_one_domain_in_two_forms(address: str, name: str) -> None:
    account = Account(address=address, provider="fastmail", incoming=incoming("x", username=name).incoming)
    assert finding(account, "incoming.username").verdict == "same"


@pytest.mark.parametrize("address", ["joe@notgmail.com", "joe@gmail.com.evil.example", "joe@nowhere.example"])
def test_case_6_an_unlisted_domain_has_nothing_to_compare_with(address: str) -> None:
    comparison = compared(incoming(address, host="imap.gmail.com", port=993, security="tls"))
    assert comparison.ok
    assert {each.verdict for each in comparison.findings} == {"unknown"}
    assert {each.recommended for each in comparison.findings} == {None}


@pytest.mark.parametrize(
    "account",
    [
        incoming("joe@proton.me", host="127.0.0.1", port=1143, security="starttls"),
        incoming("joe@pm.me", host="::1", port=31143, security="none"),
        outgoing("joe@protonmail.com", host="localhost", port=1025, security="tls"),
        outgoing("joe@charter.net", host="mobile.charter.net", port=587, security="tls"),
        incoming("joe@earthlink.net", auth="password"),
        incoming("joe@mail.com", port=143, security="starttls"),
    ],
)
def test_what_is_listed_or_on_this_computer_is_no_fault(account: Account) -> None:
    assert compared(account).ok

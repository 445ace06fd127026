"""Worked cases of looking up an address, each with neighbours for which the same rule holds."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from mailferry.catalog.catalogue import Catalogue
from mailferry.catalog.discovery.asking import Announce, Asking, SourceError
from mailferry.catalog.discovery.discover import discover
from mailferry.catalog.discovery.dns import (
    DnsUnavailableError,
    MailExchanger,
    NoRecordsError,
    NoSuchDomainError,
)
from mailferry.catalog.discovery.mx import ask_mx
from mailferry.catalog.lookup import look_up
from mailferry.model.address import parse_address
from mailferry.model.recommendation import Recommendation
from tests.catalog.sources import SHIPPED, question


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    return Catalogue(SHIPPED, None)


@dataclass(frozen=True)
class _Names:
    """Stands for DNS, in which every domain has these exchangers, or fails in this way."""

    exchangers: tuple[str, ...] | SourceError
    announce: Announce = lambda _: None

    async def mx(self, domain: str) -> tuple[MailExchanger, ...]:
        self.announce(Asking(host="name server", about=domain))
        if isinstance(self.exchangers, SourceError):
            raise self.exchangers
        return tuple(MailExchanger(10 * number, host) for number, host in enumerate(self.exchangers))


async def _with_mx(address: str, exchangers: tuple[str, ...] | SourceError) -> Recommendation:
    asked = replace(question(address), resolver=_Names(exchangers))  # type: ignore[arg-type]  # a stand-in
    return await discover(
        asked,
        listed=look_up(asked.catalogue, asked.address),
        sources={"mx": ask_mx},
        timeout=10,
        answered=lambda _: None,
    )


# 1


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("Anna.B@MSN.COM", "Anna.B@msn.com"),
        ("anna@Hotmail.Co.UK", "anna@hotmail.co.uk"),
        ("ANNA@Outlook.De", "ANNA@outlook.de"),
    ],
)
def test_1_capitals_matter_before_the_at_only(shipped: Catalogue, typed: str, address: str) -> None:
    found = look_up(shipped, parse_address(typed))
    assert (found.provider, found.address) == ("outlook", address)
    assert found.incoming[0].username == address


# 2


@pytest.mark.parametrize("typed", [" joe@q.com. ", "joe@q.com.", "\tjoe@Q.COM", "joe@q.com "])
def test_2_blanks_and_one_final_dot(shipped: Catalogue, typed: str) -> None:
    found = look_up(shipped, parse_address(typed))
    assert (found.provider, found.address) == ("centurylink", "joe@q.com")


# 3


@pytest.mark.parametrize("domain", ["centurylink.net", "q.com", "centurytel.net", "embarqmail.com"])
def test_3_qwest_office_is_an_entry_of_its_own(shipped: Catalogue, domain: str) -> None:
    office = look_up(shipped, parse_address("joe@qwestoffice.net"))
    assert office.provider == "qwestoffice"
    assert [(each.port, each.security) for each in office.incoming] == [(110, "none")]
    assert any("without encryption" in warning for warning in office.warnings)
    assert look_up(shipped, parse_address(f"joe@{domain}")).provider == "centurylink"


# 4


@pytest.mark.parametrize(
    ("address", "username"),
    [
        ("joe+shop@gmail.com", "joe@gmail.com"),
        ("joe+a+b@fastmail.com", "joe@fastmail.com"),
        ("joe+shop@icloud.com", "joe"),
        ('"joe+shop"@gmail.com', '"joe+shop"@gmail.com'),  # quoted, the plus is a letter like any other
        ("+joe@gmail.com", "+joe@gmail.com"),  # nothing would be left
        ("joe@gmail.com", "joe@gmail.com"),
    ],
)
def test_4_a_tag_is_of_the_address_and_not_of_the_user_name(
    shipped: Catalogue, address: str, username: str
) -> None:
    found = look_up(shipped, parse_address(address))
    assert found.address == address
    assert found.incoming[0].username == username
    tagged = "+" in address and username != address
    assert any("tag" in warning for warning in found.warnings) == tagged


# 5


def test_5_both_forms_of_a_domain_are_one(shipped: Catalogue) -> None:
    one, other = (
        look_up(shipped, parse_address(f"Eva@{domain}"))
        for domain in ("bücher.example", "xn--bcher-kva.example")
    )
    assert one == other
    assert one.address == "Eva@xn--bcher-kva.example"


# 6


@pytest.mark.parametrize(
    "domain",
    [
        "notgmail.com",
        "gmail.com.evil.example",
        "mail.gmail.com",
        "gmail.co",
        "com",
        "xposteo.de",
        "posteo.de.com",
    ],
)
def test_6_neither_the_end_nor_the_beginning_of_a_name_is_the_name(shipped: Catalogue, domain: str) -> None:
    found = look_up(shipped, parse_address(f"joe@{domain}"))
    assert (found.how, found.provider, found.incoming, found.outgoing) == ("none", None, (), ())


# 7


@pytest.mark.parametrize(
    ("domain", "host"),
    [
        ("zohomail.eu", "imap.zoho.eu"),
        ("zoho.com", "imap.zoho.com"),
        ("gmx.de", "imap.gmx.net"),
        ("gmx.com", "imap.gmx.com"),
    ],
)
def test_7_the_region_decides(shipped: Catalogue, domain: str, host: str) -> None:
    assert look_up(shipped, parse_address(f"kim@{domain}")).incoming[0].host == host


# 8


@pytest.mark.parametrize("domain", ["hey.com", "tuta.com", "tutanota.com"])
async def test_8_known_and_not_for_mail_programs(domain: str) -> None:
    found = await _with_mx(f"joe@{domain}", ("imap.gmail.com",))
    assert (found.how, found.status) == ("domain", "no-mail-programs")
    assert (found.incoming, found.outgoing) == ((), ())
    assert found.notice in found.warnings


# 9


@pytest.mark.parametrize(
    ("exchanger", "provider"),
    [
        ("ASPMX.L.GOOGLE.COM.", "google-workspace"),
        ("alt1.aspmx.l.google.com", "google-workspace"),
        ("in1-smtp.messagingengine.com.", "fastmail"),
        ("Firm-Example.Mail.Protection.Outlook.COM.", "microsoft365"),
    ],
)
async def test_9_the_exchanger_tells_the_provider(exchanger: str, provider: str) -> None:
    found = await _with_mx("joe@firm.example", (exchanger,))
    assert (found.how, found.provider) == ("mx", provider)
    assert found.incoming[0].username == "joe@firm.example"


@pytest.mark.parametrize("exchanger", ["notmessagingengine.com", "messagingengine.com.evil.example"])
async def test_9_an_exchanger_is_matched_at_a_dot(exchanger: str) -> None:
    assert (await _with_mx("joe@firm.example", (exchanger,))).how == "none"


async def test_9_the_best_exchanger_that_is_listed() -> None:
    found = await _with_mx("joe@firm.example", ("filter.example", "in1-smtp.messagingengine.com"))
    assert found.provider == "fastmail"


# 10


async def test_10_at_icloud_with_a_domain_of_ones_own_the_user_name_is_asked_for() -> None:
    found = await _with_mx("joe@custom.example", ("mx01.mail.icloud.com",))
    assert (found.how, found.provider) == ("mx", "icloud")
    for server in (*found.incoming, *found.outgoing):
        assert server.username is None
        assert "joe@custom.example" in server.username_not
    own = await _with_mx("joe@icloud.com", ("mx01.mail.icloud.com",))
    assert (own.incoming[0].username, own.outgoing[0].username) == ("joe", "joe@icloud.com")


# 11


@pytest.mark.parametrize(
    ("address", "exchanger", "provider"),
    [
        ("joe@mail.com", "mx00.gmx.net", "mail-com"),
        ("joe@usa.com", "mx00.gmx.net", "mail-com"),
        ("joe@verizon.net", "mx-aol.mail.gm0.yahoodns.net", "verizon"),
    ],
)
async def test_11_a_listed_domain_comes_before_its_exchanger(
    address: str, exchanger: str, provider: str
) -> None:
    found = await _with_mx(address, (exchanger,))
    assert (found.how, found.provider) == ("domain", provider)
    assert found.sources[0].source == "domain"


# 12


async def test_12_three_ways_of_finding_nothing_are_three_messages() -> None:
    outcomes = {
        "null MX": await _with_mx("joe@firm.example", ("",)),
        "no MX record": await _with_mx("joe@firm.example", NoRecordsError("-")),
        "does not exist": await _with_mx("joe@firm.example", NoSuchDomainError("-")),
        "SERVFAIL": await _with_mx(
            "joe@firm.example", DnsUnavailableError("The name server fails (SERVFAIL).")
        ),
        "unlisted": await _with_mx("joe@firm.example", ("mx.firm.example",)),
    }
    assert len({found.warnings[0] for found in outcomes.values()}) == len(outcomes)
    for words, found in outcomes.items():
        assert (found.how, found.provider, found.incoming, found.outgoing) == ("none", None, (), ())
        assert words in found.warnings[0] or words == "unlisted"
        assert "firm.example" in " ".join(found.warnings)
        assert not any("imap." in text or "smtp." in text for text in found.warnings)


def test_12_offline_is_a_fourth(shipped: Catalogue) -> None:
    found = look_up(shipped, parse_address("joe@firm.example"))
    assert (found.how, found.incoming, found.outgoing) == ("none", (), ())
    assert "Nobody else was asked" in found.warnings[0]

"""Typing slips in host names: what is one, and what is not."""

from __future__ import annotations

import msgspec
import pytest

from mailferry.advice.names import with_another_ending
from mailferry.advice.slips import host_slip
from mailferry.model.host_name import is_loopback, registered_domain
from mailferry.model.provider import IncomingServer, OldHost, Provider
from tests.advice import examples as at
from tests.advice.examples import NOBODY, recommendation

ICLOUD = recommendation("joe@me.com", at.ICLOUD)
CENTURYLINK = recommendation("mum@centurylink.net", at.CENTURYLINK)


@pytest.mark.parametrize(
    ("host", "meant"),
    [
        ("imap.mail.me.co", "imap.mail.me.com"),  # one left out, in the registered end
        ("imap.mail.me.comm", "imap.mail.me.com"),  # one added
        ("imap.mail.ne.com", "imap.mail.me.com"),  # one changed
        ("imap.mial.me.com", "imap.mail.me.com"),  # two swapped
        ("imap.mail.me.cm", "imap.mail.me.com"),
        ("inap.mial.me.com", "imap.mail.me.com"),  # two slips
        ("smpt.mail.me.com", "smtp.mail.me.com"),  # of the other role's host
        ("IMAP.MAIL.ME.CO.", "imap.mail.me.com"),  # capitals and the final dot do not hide it
        ("imap.mаil.me.com", "imap.mail.me.com"),  # a Cyrillic letter that looks the same
    ],
)
def test_slips(host: str, meant: str) -> None:
    assert host_slip(host, ICLOUD) == meant


@pytest.mark.parametrize(
    "host",
    [
        "imap.mail.me.com",
        "Imap.Mail.Me.Com.",
        "smtp.mail.me.com",
        "imap.gmail.com",
        "imap.mail.me.com.evil.example",
        "mail.icloud.com",
        "127.0.0.1",
        "::1",
        "",
    ],
)
def test_no_slips(host: str) -> None:
    assert host_slip(host, ICLOUD) is None


def test_an_old_host_is_no_slip_and_can_be_slipped_from() -> None:
    assert host_slip("mail.q.com", CENTURYLINK) is None
    assert host_slip("mail.q.con", CENTURYLINK) == "mail.q.com"


def test_imap_and_smtp_of_one_domain_are_two_words() -> None:
    old = OldHost(host="smtp.me.com", use="smtp.mail.me.com", why="Old.")
    advice = recommendation("joe@me.com", msgspec.structs.replace(at.ICLOUD, old_host=(old,)))
    assert host_slip("imap.me.com", advice) is None
    assert host_slip("smpt.me.com", advice) == "smtp.me.com"


def test_one_provider_s_hosts_count_and_no_other_s() -> None:
    assert host_slip("imap.mail.me.co", CENTURYLINK) is None
    assert host_slip("imap.mail.me.co", NOBODY) is None


def test_a_short_name_allows_one_change_only() -> None:
    short = Provider(
        name="Short", incoming=(IncomingServer(protocol="imap", host="mx.a.de", port=993, security="tls"),)
    )
    advice = recommendation("joe@a.de", short)
    assert host_slip("mx.b.de", advice) == "mx.a.de"
    assert host_slip("my.b.de", advice) is None


def test_the_nearest_name_is_named() -> None:
    near = Provider(
        name="Near",
        incoming=(
            IncomingServer(protocol="imap", host="imap1.example.com", port=993, security="tls"),
            IncomingServer(protocol="imap", host="imap22.example.com", port=993, security="tls"),
        ),
    )
    assert host_slip("imap2.example.com", recommendation("joe@example.com", near)) == "imap1.example.com"
    assert host_slip("imap23.example.com", recommendation("joe@example.com", near)) == "imap22.example.com"


def test_a_bridge_s_address_is_no_name_to_slip_from() -> None:
    proton = recommendation("joe@proton.me", at.PROTON)
    assert host_slip("127.0.0.2", proton) is None
    assert host_slip("127.0.0.l", proton) is None


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST.", "mail.localhost", "127.0.0.1", "127.9.9.9", "::1", "[::1]"]
)
def test_this_computer(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["localhost.example", "10.0.0.1", "mail.example.com", "", "notlocalhost"])
def test_another_computer(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("imap.zoho.com", "imap.zoho.eu"),
        ("imap.zoho.com.au", "imap.zoho.com"),
        ("IMAP.zoho.jp.", "imap.zoho.com.au"),
        ("imap.gmail.de", "imap.gmail.com"),
    ],
)
def test_one_name_with_another_ending(one: str, other: str) -> None:
    assert with_another_ending(one, other)
    assert with_another_ending(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("imap.zoho.com", "imap.zoho.com"),
        ("imap.zoho.com", "smtp.zoho.eu"),
        ("imap.zoho.com", "imap.yoho.eu"),
        ("10.0.0.1", "10.0.0.2"),
        ("imap.zoho.com", "10.0.0.2"),
        ("localhost", "localhost.localdomain"),
        ("", "imap.zoho.com"),
    ],
)
def test_another_name(one: str, other: str) -> None:
    assert not with_another_ending(one, other)


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("imap.mail.me.com", "me.com"),
        ("imap.zoho.com.au", "zoho.com.au"),
        ("mail.bay.wind.ne.jp", "wind.ne.jp"),
        ("me.co", "me.co"),
        ("imap.mail.me.co", "me.co"),
        ("co.uk", "co.uk"),
        ("localhost", "localhost"),
    ],
)
def test_the_part_that_is_registered(host: str, domain: str) -> None:
    assert registered_domain(host) == domain


def test_the_right_name_with_another_ending_gets_no_password_either() -> None:
    gmail = recommendation("joe@gmail.com", at.GMAIL)
    assert host_slip("imap.gmail.de", gmail) == "imap.gmail.com"
    assert host_slip("imap.gmail.co.uk", gmail) == "imap.gmail.com"
    assert host_slip("imap.mail.de", gmail) is None

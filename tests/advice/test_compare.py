"""Comparing: every verdict, the order of the findings, acceptance, and what needs no provider."""

from __future__ import annotations

import msgspec
import pytest

from mailferry.model.account import Account, OwnIncoming, OwnOutgoing
from mailferry.model.finding import Verdict
from mailferry.model.provider import Evidence, IncomingServer, OutgoingServer, Provider, SignIn
from mailferry.model.settings import SETTING_PATHS
from tests.advice import examples as at
from tests.advice.examples import NOBODY, compared, finding

MUM = "mum@centurylink.net"


def test_an_account_that_states_nothing_inherits_everything() -> None:
    comparison = compared(Account(address=MUM), at.CENTURYLINK)
    assert comparison.ok
    assert (comparison.account, comparison.address, comparison.provider) == ("joe", MUM, "centurylink")
    assert {each.verdict for each in comparison.findings} == {"inherited"}
    assert not any(each.fix for each in comparison.findings)
    assert {each.yours for each in comparison.findings} == {None}


def test_findings_come_in_the_order_of_the_setting_paths() -> None:
    account = Account(
        address=MUM,
        incoming=OwnIncoming(ca_file="home-ca.pem"),
        outgoing=OwnOutgoing(fingerprint="sha256:00"),
    )
    paths = [each.path for each in compared(account, at.CENTURYLINK).findings]
    left_out = {"incoming.fingerprint", "outgoing.ca_file"}
    assert paths == [path for path in SETTING_PATHS if path not in left_out]


def test_trust_of_ones_own_is_not_judged() -> None:
    own = OwnIncoming(ca_file="home-ca.pem", fingerprint="sha256:00")
    account = Account(address=MUM, incoming=own)
    for field in ("ca_file", "fingerprint"):
        found = finding(account, at.CENTURYLINK, f"incoming.{field}")
        assert (found.verdict, found.recommended, found.fix) == ("unknown", None, False)


def test_the_example_of_the_design() -> None:
    account = Account(address=MUM, incoming=OwnIncoming(port=143, security="none"))
    comparison = compared(account, at.CENTURYLINK)
    assert not comparison.ok
    port, security = (each for each in comparison.findings if each.fix)
    assert (port.path, port.verdict, port.yours, port.recommended) == ("incoming.port", "wrong", 143, 993)
    assert "CenturyLink's help page says port 993 (read 20 Nov 2026)." in port.why
    assert (security.verdict, security.yours, security.recommended) == ("insecure", "none", "tls")


def test_values_are_plain_and_a_comparison_is_json() -> None:
    text = msgspec.json.encode(compared(Account(address=MUM), at.CENTURYLINK))
    assert set(msgspec.json.decode(text)["findings"][0]) == {
        "path",
        "verdict",
        "yours",
        "recommended",
        "why",
        "fix",
    }


# Host


@pytest.mark.parametrize(
    ("host", "verdict", "words", "fix"),
    [
        ("mail.centurylink.net", "same", "mail.centurylink.net", False),
        ("MAIL.CenturyLink.net.", "same", "mail.centurylink.net", False),
        ("mail.q.com", "outdated", "until 2019", True),
        ("smtp.centurylink.net", "wrong", "SMTP server", True),
        ("pop.centurylink.net", "wrong", "POP3 server", True),
        ("mail.centurylink.nt", "wrong", "A stranger may own", True),
        ("mial.centurylink.net", "wrong", "No password is sent", True),
        ("mail.centurylink.net.evil.example", "differs", "no server in evil.example", True),
        ("imap.example.com", "differs", "CenturyLink lists no server in example.com", True),
        ("127.0.0.1", "differs", "This computer itself", True),
        ("", "wrong", "A server name is needed", True),
        ("https://mail.centurylink.net", "wrong", "the address of a page", True),
        ("mail.centurylink.net:993", "wrong", "the port has a setting of its own", True),
        ("mum@centurylink.net", "wrong", "a mail address", True),
        ("mail.centurylink.net ", "wrong", "blanks around it", True),
        ("256.1.1.1", "wrong", "neither a server name nor an IP address", True),
        ("mail..net", "wrong", "not a server name", True),
    ],
)
def test_host(host: str, verdict: Verdict, words: str, fix: bool) -> None:
    found = finding(Account(address=MUM, incoming=OwnIncoming(host=host)), at.CENTURYLINK, "incoming.host")
    assert (found.verdict, words in found.why, found.fix) == (verdict, True, fix), found


def test_an_international_host_is_one_host_in_either_form() -> None:
    provider = Provider(
        name="Bücher",
        incoming=(IncomingServer(protocol="imap", host="imap.bücher.example", port=993, security="tls"),),
    )
    account = Account(address="eva@bücher.example", incoming=OwnIncoming(host="imap.xn--bcher-kva.example"))
    assert finding(account, provider, "incoming.host").verdict == "same"


TWO_HOSTS = Provider(
    name="Two Hosts",
    incoming=(
        IncomingServer(protocol="imap", host="first.example.net", port=993, security="tls"),
        IncomingServer(protocol="imap", host="second.example.net", port=993, security="tls"),
        IncomingServer(protocol="imap", host="old-way.example.net", port=143, security="starttls"),
        IncomingServer(protocol="imap", host="odd.example.net", port=993, security="starttls"),
        IncomingServer(protocol="imap", host="far.example.net", port=9993, security="tls"),
    ),
)


@pytest.mark.parametrize(
    ("host", "verdict"),
    [
        ("second.example.net", "alternative"),
        ("odd.example.net", "wrong"),  # there 993 begins without TLS
        ("far.example.net", "differs"),  # listed, but not on 993
    ],
)
def test_a_listed_host_counts_only_with_its_own_port_and_security(host: str, verdict: Verdict) -> None:
    account = Account(address="joe@example.net", incoming=OwnIncoming(host=host))
    assert finding(account, TWO_HOSTS, "incoming.host").verdict == verdict


def test_a_listed_way_may_be_used_as_a_whole() -> None:
    own = OwnIncoming(host="old-way.example.net", port=143, security="starttls")
    comparison = compared(Account(address="joe@example.net", incoming=own), TWO_HOSTS)
    assert [each.verdict for each in comparison.findings[1:4]] == ["alternative"] * 3


def test_a_provider_that_has_moved_says_so_where_all_is_inherited() -> None:
    found = finding(Account(address="joe@verizon.net"), at.VERIZON, "incoming.host")
    assert (found.verdict, "live at AOL" in found.why) == ("inherited", True)


def test_a_provider_that_is_gone() -> None:
    gone = Provider(name="Gone Mail", status="retired")
    comparison = compared(Account(address="joe@gone.example"), gone)
    assert not comparison.ok
    assert [(each.path, each.why) for each in comparison.findings] == [
        ("incoming.host", "Gone Mail no longer runs mail."),
        ("outgoing.host", "Gone Mail has no server for sending either."),
    ]
    assert not any(each.fix for each in comparison.findings)


# Port and security


@pytest.mark.parametrize(
    ("stated", "port", "security"),
    [
        (OwnIncoming(port=143), "wrong", "inherited"),
        (OwnIncoming(security="starttls"), "inherited", "wrong"),
        (OwnIncoming(security="none"), "inherited", "wrong"),
        (OwnIncoming(port=143, security="starttls"), "differs", "differs"),
        (OwnIncoming(port=143, security="none"), "wrong", "insecure"),
        (OwnIncoming(port=995, security="starttls"), "wrong", "wrong"),
        (OwnIncoming(port=995), "wrong", "inherited"),
        (OwnIncoming(port=587, security="starttls"), "wrong", "differs"),
        (OwnIncoming(port=9993), "differs", "inherited"),
        (OwnIncoming(port=993, security="tls"), "same", "same"),
        (OwnIncoming(host="127.0.0.1", port=143, security="none"), "differs", "differs"),
    ],
)
def test_port_and_security_together(stated: OwnIncoming, port: Verdict, security: Verdict) -> None:
    account = Account(address=MUM, incoming=stated)
    found = (
        finding(account, at.CENTURYLINK, "incoming.port"),
        finding(account, at.CENTURYLINK, "incoming.security"),
    )
    assert [each.verdict for each in found] == [port, security], found
    for each in found:
        assert each.fix == (each.verdict not in ("same", "inherited"))


def test_a_listed_port_without_its_encryption_is_insecure_and_not_called_an_alternative() -> None:
    account = Account(address="joe@gmx.net", incoming=OwnIncoming(port=143, security="none"))
    port = finding(account, at.GMX, "incoming.port")
    security = finding(account, at.GMX, "incoming.security")
    assert (port.verdict, port.fix) == ("differs", True)
    assert (security.verdict, security.fix) == ("insecure", True)


def test_a_listed_server_in_clear_is_insecure_when_a_better_one_is_recommended() -> None:
    account = Account(address="joe@rediffmail.com", outgoing=OwnOutgoing(port=587, security="none"))
    assert finding(account, at.REDIFF, "outgoing.security").verdict == "insecure"


@pytest.mark.parametrize("port", [110, 995])
def test_no_fix_takes_encryption_away(port: int) -> None:
    own = OwnIncoming(port=port, security="tls")
    comparison = compared(Account(address="joe@qwestoffice.net", incoming=own), at.QWESTOFFICE)
    security = next(each for each in comparison.findings if each.path == "incoming.security")
    assert (security.recommended, security.fix) == ("none", False)
    assert not any(each.fix for each in comparison.findings)


# Sign-in


@pytest.mark.parametrize(
    ("username", "verdict", "words"),
    [
        ("mum@centurylink.net", "same", "mum@centurylink.net"),
        ("mum@CenturyLink.net", "same", "mum@centurylink.net"),
        ("Mum@centurylink.net", "differs", "capitals"),
        ("mum", "differs", "only the part before the @"),
        ("mum+list@centurylink.net", "wrong", "tag"),
        ("mum+list", "wrong", "tag"),
        ("dad@centurylink.net", "differs", "Another name"),
        ("mun@centurylink.net", "differs", "a typing slip of mum@centurylink.net"),
        ("mum@centurylink.nte", "differs", "a typing slip of mum@centurylink.net"),
        ("MUM", "differs", "only the part before the @"),
        ("mum@gmail.com", "differs", "A name at gmail.com"),
        ("", "wrong", "user name is needed"),
        (" ", "wrong", "user name is needed"),
        (" mum@centurylink.net", "wrong", "blanks around"),
        ("mum\t", "wrong", "blanks around"),
        ("mu\u200bm", "wrong", "cannot be seen"),
    ],
)
def test_username(username: str, verdict: Verdict, words: str) -> None:
    account = Account(address=MUM, incoming=OwnIncoming(username=username))
    found = finding(account, at.CENTURYLINK, "incoming.username")
    assert (found.verdict, words in found.why) == (verdict, True), found
    assert found.fix == (verdict != "same")


def test_a_local_part_name_written_as_address_where_only_that_is_listed() -> None:
    provider = Provider(
        name="Local",
        incoming=(
            IncomingServer(
                protocol="imap", host="a.example", port=993, security="tls", username="local-part"
            ),
        ),
    )
    account = Account(address="joe@a.example", incoming=OwnIncoming(username="joe@a.example"))
    found = finding(account, provider, "incoming.username")
    assert (found.verdict, "whole address" in found.why) == ("differs", True)


@pytest.mark.parametrize(
    ("provider", "auth", "verdict", "fix"),
    [
        (at.CENTURYLINK, "password", "same", False),
        (at.CENTURYLINK, "cram-md5", "differs", True),
        (at.CENTURYLINK, "ntlm", "differs", True),
        (at.CENTURYLINK, "oauth2", "blocked", True),
        (at.CENTURYLINK, "none", "blocked", True),
        (at.GMAIL, "oauth2", "alternative", False),
        (at.OUTLOOK, "oauth2", "same", False),
        (at.OUTLOOK, "cram-md5", "blocked", False),
        (at.OUTLOOK, "none", "blocked", False),
    ],
)
def test_auth(provider: Provider, auth: str, verdict: Verdict, fix: bool) -> None:
    own = msgspec.convert({"auth": auth}, OwnOutgoing)
    found = finding(Account(address="joe@a.example", outgoing=own), provider, "outgoing.auth")
    assert (found.verdict, found.fix) == (verdict, fix), found


def test_an_app_password_that_depends_on_two_factor_sign_in() -> None:
    provider = msgspec.structs.replace(at.CENTURYLINK, sign_in=SignIn(app_password="with-2fa"))
    assert "With two-factor sign-in" in finding(Account(address=MUM), provider, "incoming.auth").why


def test_a_password_in_clear_where_the_provider_lists_ways_that_hide_it() -> None:
    provider = msgspec.structs.replace(at.EARTHLINK, outgoing=())
    own = OwnIncoming(auth="password", security="none", port=143)
    found = finding(Account(address="joe@earthlink.net", incoming=own), provider, "incoming.auth")
    assert (found.verdict, found.fix) == ("insecure", False)


def test_a_server_that_lists_no_way_to_sign_in() -> None:
    silent = Provider(
        name="Silent",
        outgoing=(OutgoingServer(host="smtp.a.example", port=465, security="tls", auth=()),),
    )
    account = Account(address="joe@a.example", outgoing=OwnOutgoing(auth="password"))
    assert finding(account, silent, "outgoing.auth").verdict == "unknown"


# Protocol


def test_the_other_protocol_is_compared_with_its_own_server() -> None:
    account = Account(address=MUM, incoming=OwnIncoming(protocol="pop3"))
    protocol = finding(account, at.CENTURYLINK, "incoming.protocol")
    assert (protocol.verdict, protocol.recommended, protocol.fix) == ("alternative", "imap", False)
    assert finding(account, at.CENTURYLINK, "incoming.port").recommended == 995


def test_a_protocol_that_is_missing_takes_the_rest_with_it() -> None:
    own = OwnIncoming(protocol="pop3", port=995, security="tls")
    account = Account(address="joe@me.com", incoming=own)
    port = finding(account, at.ICLOUD, "incoming.port")
    assert (port.verdict, port.recommended) == ("wrong", 993)


# What nobody recommends


def test_without_a_recommendation_nothing_is_guessed() -> None:
    own = OwnIncoming(
        protocol="imap",
        host="imap.nowhere.example",
        port=993,
        security="tls",
        username="joe",
        auth="password",
    )
    comparison = compared(Account(address="joe@nowhere.example", incoming=own), NOBODY)
    assert comparison.ok
    assert {each.verdict for each in comparison.findings} == {"unknown"}
    assert {each.recommended for each in comparison.findings} == {None}
    assert not any(each.fix for each in comparison.findings)


@pytest.mark.parametrize(
    ("outgoing", "path", "verdict"),
    [
        (OwnOutgoing(host=""), "outgoing.host", "wrong"),
        (OwnOutgoing(host="smtp nowhere"), "outgoing.host", "wrong"),
        (OwnOutgoing(username=" "), "outgoing.username", "wrong"),
        (OwnOutgoing(port=465, security="starttls"), "outgoing.security", "wrong"),
        (OwnOutgoing(port=465, security="none"), "outgoing.security", "wrong"),
        (OwnOutgoing(port=587, security="tls"), "outgoing.security", "wrong"),
        (OwnOutgoing(host="smtp.nowhere.example", security="none"), "outgoing.security", "insecure"),
        (OwnOutgoing(host="127.0.0.1", security="none"), "outgoing.security", "unknown"),
        (OwnOutgoing(port=25), "outgoing.port", "outdated"),
        (OwnOutgoing(port=993), "outgoing.port", "wrong"),
        (OwnOutgoing(port=2525), "outgoing.port", "unknown"),
    ],
)
def test_some_rules_need_no_provider(outgoing: OwnOutgoing, path: str, verdict: Verdict) -> None:
    found = finding(Account(address="joe@nowhere.example", outgoing=outgoing), NOBODY, path)
    assert (found.verdict, found.fix) == (verdict, False), found


# Who says so


@pytest.mark.parametrize(
    ("evidence", "words"),
    [
        ((), "CenturyLink recommends port 993."),
        ((Evidence(source="The page"),), "The page says port 993."),
        ((Evidence(source="Other", about=("outgoing",)),), "CenturyLink recommends port 993."),
        (
            (
                Evidence(source="Other", about=("outgoing",)),
                Evidence(source="Mine", about=("incoming.port",)),
            ),
            "Mine says port 993.",
        ),
    ],
)
def test_the_evidence_that_is_about_the_setting_is_named(evidence: tuple[Evidence, ...], words: str) -> None:
    provider = msgspec.structs.replace(at.CENTURYLINK, evidence=evidence)
    account = Account(address=MUM, incoming=OwnIncoming(port=993))
    assert finding(account, provider, "incoming.port").why == words


def test_an_own_file_speaks_for_what_it_states() -> None:
    own = Evidence(source="your own file providers/centurylink.toml", about=("incoming",))
    provider = msgspec.structs.replace(at.CENTURYLINK, evidence=(own, *at.CENTURYLINK.evidence))
    account = Account(address=MUM, incoming=OwnIncoming(port=993), outgoing=OwnOutgoing(port=587))
    why = {each.path: each.why for each in compared(account, provider, "own").findings}
    assert why["incoming.port"] == "Your own file providers/centurylink.toml says port 993."
    assert why["outgoing.port"] == "CenturyLink's help page says port 587 (read 20 Nov 2026)."


def test_a_host_that_another_source_names_is_said_to_be_in_doubt() -> None:
    doubt = "Found on 20 November 2026: The autoconfig file names mail.a.example for IMAP."
    provider = Provider(
        name="A",
        domains=("a.example",),
        incoming=(IncomingServer(protocol="imap", host="imap.a.example", port=993, security="tls"),),
        doubts=(doubt,),
    )
    account = Account(address="joe@a.example", incoming=OwnIncoming(host="mail.a.example"))
    found = finding(account, provider, "incoming.host", "own")
    assert (found.verdict, found.fix) == ("differs", False)
    assert found.why.startswith(doubt)


def test_a_port_is_not_held_against_a_security_that_nobody_wrote() -> None:
    account = Account(address="mum@centurylink.net", outgoing=OwnOutgoing(port=465))
    found = finding(account, at.CENTURYLINK, "outgoing.port")
    assert "nothing is set here, so it would be STARTTLS" in found.why

"""Comparing with what a look-up found: it says what there is, a guess says even less, and the words fit."""

from __future__ import annotations

import datetime

import msgspec
import pytest

from mailferry.advice.slips import host_slip
from mailferry.model.account import Account, OwnIncoming, OwnOutgoing
from mailferry.model.finding import Verdict
from mailferry.model.provider import Evidence
from mailferry.model.recommendation import How, Recommendation, RecommendedServer, SourceAnswer
from tests.advice.examples import compared, finding

ME = "joe@example.org"
IMAP = RecommendedServer(
    protocol="imap", host="imap.example.org", port=993, security="tls", username=ME, auth=("password",)
)
SMTP = RecommendedServer(
    protocol="smtp", host="smtp.example.org", port=465, security="tls", username=ME, auth=("password",)
)
OUTSIDE = msgspec.structs.replace(IMAP, host="imap.hoster.example")


def found(how: How, **changes: object) -> Recommendation:
    base = Recommendation(address=ME, how=how, name="example.org", incoming=(IMAP,), outgoing=(SMTP,))
    return msgspec.structs.replace(base, **changes)


def reading(**stated: object) -> Account:
    return Account(address=ME, incoming=msgspec.convert(stated, OwnIncoming))


FINDERS: list[How] = ["srv", "autoconfig", "ispdb"]


@pytest.mark.parametrize("how", FINDERS)
@pytest.mark.parametrize(
    ("stated", "path", "verdict"),
    [
        ({"port": 143}, "incoming.port", "wrong"),  # it contradicts TLS from the start
        ({"port": 995}, "incoming.port", "wrong"),
        ({"host": "imap.exmaple.org"}, "incoming.host", "wrong"),
        ({"host": "imap2.example.org"}, "incoming.host", "differs"),  # a neighbour nobody published
        ({"host": "www.example.org"}, "incoming.host", "differs"),
        ({"host": "example.org"}, "incoming.host", "differs"),
        ({"host": "imap.example.com"}, "incoming.host", "wrong"),
        ({"protocol": "pop3"}, "incoming.protocol", "differs"),
        ({"port": 2525, "security": "none"}, "incoming.port", "differs"),
        ({"security": "none", "port": 143}, "incoming.security", "insecure"),
        ({"username": "joe+shop@example.org"}, "incoming.username", "differs"),
        ({"auth": "oauth2"}, "incoming.auth", "differs"),
        ({"auth": "none"}, "incoming.auth", "differs"),
        ({"port": 993}, "incoming.port", "same"),
    ],
)
def test_what_was_found_says_what_there_is_and_not_what_there_is_not(
    how: How, stated: dict[str, object], path: str, verdict: Verdict
) -> None:
    assert finding(reading(**stated), found(how), path).verdict == verdict


def test_a_protocol_that_nobody_published_leaves_the_rest_without_comparison() -> None:
    account = reading(protocol="pop3", host="pop.example.org", port=995, security="tls")
    comparison = compared(account, found("autoconfig"))
    assert comparison.ok
    verdicts = {each.path: (each.verdict, each.fix) for each in comparison.findings}
    assert verdicts["incoming.protocol"] == ("differs", False)
    assert verdicts["incoming.port"] == ("unknown", False)


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("srv", "What example.org publishes says port 993."),
        ("autoconfig", "What example.org publishes says port 993."),
        ("ispdb", "Thunderbird's database says port 993."),
        ("guess", "A look-up guessed port 993; nobody published it."),
    ],
)
def test_who_says_so(how: How, words: str) -> None:
    assert finding(reading(port=993), found(how), "incoming.port").why == words


def test_the_source_and_its_day_are_named() -> None:
    proof = Evidence(source="Autoconfig file of example.org", read=datetime.date(2026, 11, 20))
    advice = found("autoconfig", evidence=(proof,))
    account = Account(address=ME, incoming=OwnIncoming(port=993, username=ME))
    assert (
        finding(account, advice, "incoming.port").why
        == "A look-up found port 993 (Autoconfig file of example.org, read 20 Nov 2026)."
    )
    assert (
        finding(account, advice, "incoming.username").why
        == "By a look-up, it is “joe@example.org” (Autoconfig file of example.org, read 20 Nov 2026)."
    )


# A guess


@pytest.mark.parametrize(
    "stated",
    [
        {"host": "mail.example.net"},
        {"host": "imap.exmaple.org"},
        {"port": 143},
        {"port": 1993},
        {"security": "starttls"},
        {"protocol": "pop3"},
        {"username": "joe+shop"},
        {"auth": "oauth2"},
        {"auth": "none"},
        {"auth": "cram-md5"},
    ],
)
def test_a_guess_proves_nothing_wrong(stated: dict[str, object]) -> None:
    comparison = compared(reading(**stated), found("guess"))
    assert comparison.ok
    assert not any(each.fix for each in comparison.findings)
    (path,) = stated
    (differing,) = [each for each in comparison.findings if each.path == f"incoming.{path}"]
    assert differing.verdict == "differs"


@pytest.mark.parametrize(
    ("outgoing", "path", "verdict"),
    [
        (OwnOutgoing(port=465, security="starttls"), "outgoing.security", "wrong"),
        (OwnOutgoing(port=25), "outgoing.port", "outdated"),
        (OwnOutgoing(port=993), "outgoing.port", "wrong"),
        (OwnOutgoing(host="no host"), "outgoing.host", "wrong"),
        (OwnOutgoing(username=" "), "outgoing.username", "wrong"),
        (OwnOutgoing(security="none", port=587), "outgoing.security", "insecure"),
    ],
)
def test_what_is_at_fault_by_itself_stays_so_beside_a_guess(
    outgoing: OwnOutgoing, path: str, verdict: Verdict
) -> None:
    assert finding(Account(address=ME, outgoing=outgoing), found("guess"), path).verdict == verdict


def test_a_guess_makes_no_slip_of_a_neighbour_but_one_of_a_strangers_domain() -> None:
    assert host_slip("imap1.example.org", found("guess")) is None
    assert host_slip("imap.exmaple.org", found("guess")) == "imap.example.org"


def test_left_out_beside_a_guess() -> None:
    each = finding(Account(address=ME), found("guess"), "incoming.host")
    assert (each.verdict, "until you write your own" in each.why) == ("inherited", True)


def test_a_half_that_was_guessed_is_a_guess_although_the_other_was_published() -> None:
    answers = (
        SourceAnswer(source="autoconfig", ok=True, incoming=(IMAP,)),
        SourceAnswer(source="guess", ok=True, outgoing=(SMTP,)),
    )
    advice = found("autoconfig", sources=answers)
    account = Account(
        address=ME,
        incoming=OwnIncoming(auth="oauth2", port=143),
        outgoing=OwnOutgoing(port=587),
    )
    assert finding(account, advice, "incoming.port").verdict == "wrong"
    assert finding(account, advice, "outgoing.port").verdict == "differs"


def test_a_half_that_a_listed_provider_lacks_says_less_than_its_file() -> None:
    answers = (
        SourceAnswer(source="domain", ok=True, incoming=(IMAP,)),
        SourceAnswer(source="ispdb", ok=True, outgoing=(SMTP,)),
    )
    advice = found("domain", provider="example", sources=answers)
    account = Account(address=ME, incoming=OwnIncoming(auth="none"), outgoing=OwnOutgoing(auth="none"))
    assert finding(account, advice, "incoming.auth").verdict == "blocked"
    assert finding(account, advice, "outgoing.auth").verdict == "differs"


# SRV records that lead out of the domain


def outside(**changes: object) -> Recommendation:
    srv = SourceAnswer(source="srv", ok=True, incoming=(OUTSIDE,), outside=("imap.hoster.example",))
    return found("srv", incoming=(OUTSIDE,), sources=(srv,), **changes)


def test_a_server_that_only_dns_names_outside_the_domain_proves_nothing() -> None:
    account = reading(host="imap.example.org", port=143)
    comparison = compared(account, outside())
    assert comparison.ok
    assert not any(each.fix for each in comparison.findings)
    host = comparison.findings[1]
    assert (host.verdict, "Only DNS names imap.hoster.example" in host.why) == ("differs", True)


def test_that_is_said_where_it_is_followed_too() -> None:
    for account in (Account(address=ME), reading(host="imap.hoster.example")):
        assert "outside example.org" in finding(account, outside(), "incoming.host").why


@pytest.mark.parametrize("source", ["autoconfig", "ispdb", "pacc", "tested"])
def test_another_source_vouches_for_it(source: str) -> None:
    other = msgspec.convert({"source": source, "ok": True}, SourceAnswer)
    other = msgspec.structs.replace(other, incoming=(OUTSIDE,))
    advice = outside()
    advice = msgspec.structs.replace(advice, sources=(*advice.sources, other))
    assert finding(reading(port=143), advice, "incoming.port").verdict == "wrong"


def test_so_does_a_listed_provider_whose_server_it_is() -> None:
    assert finding(reading(port=143), outside(provider="hoster"), "incoming.port").verdict == "wrong"


def test_the_chosen_servers_count_and_no_others() -> None:
    other = SourceAnswer(
        source="ispdb", ok=True, incoming=(msgspec.structs.replace(IMAP, port=143, security="starttls"),)
    )
    advice = found(
        "autoconfig", sources=(SourceAnswer(source="autoconfig", ok=True, incoming=(IMAP,)), other)
    )
    assert finding(reading(port=143, security="starttls"), advice, "incoming.port").verdict == "differs"

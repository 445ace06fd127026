"""Across accounts: shared deviations, accounts that stand alone, and accounts that meet at one mailbox."""

from __future__ import annotations

import msgspec
import pytest

from mailferry.advice.across import SharedValue, across, alike, odd_ones, say_alike, say_odd, say_shared
from mailferry.advice.compare import compare
from mailferry.advice.twins import find_twins
from mailferry.model.account import Accepted, Account, OwnIncoming, OwnOutgoing, PasswordSource
from mailferry.model.finding import Comparison
from mailferry.model.provider import Provider
from mailferry.model.settings import Settings, effective_settings
from tests.advice import examples as at
from tests.advice.examples import NOBODY, TODAY, recommendation


def comparison(name: str, provider: Provider = at.CENTURYLINK, **stated: object) -> Comparison:
    """One account of that name, with what it states about reading mail."""
    own = msgspec.convert(stated, OwnIncoming)
    account = Account(address=f"{name}@example.net", incoming=own)
    return compare(name, account, recommendation(account.address, provider), today=TODAY)


def test_what_several_accounts_share_comes_with_values_and_ids() -> None:
    compared = [
        comparison("ann", port=143, security="none"),
        comparison("ben", port=110, security="starttls"),
        comparison("cat", port=143, security="starttls"),
        comparison("dan"),
        comparison("eve", port=993),
    ]
    port, security = across(compared)
    assert (port.provider, port.path, port.verdict) == ("centurylink", "incoming.port", "wrong")
    assert (port.recommended, port.of, port.fixable) == (993, 5, ("ann", "ben", "cat"))
    assert port.values == (
        SharedValue(value=143, accounts=("ann", "cat")),
        SharedValue(value=110, accounts=("ben",)),
    )
    assert port.accounts == ("ann", "cat", "ben")
    assert (security.path, security.verdict, len(security.accounts)) == ("incoming.security", "insecure", 3)


def test_the_setting_of_most_accounts_comes_first() -> None:
    compared = [
        comparison("ann", host="mail.q.com", username="anna"),
        comparison("ben", username="benjamin"),
        comparison("cat", host="mail.q.com", username="cathy"),
    ]
    assert [each.path for each in across(compared)] == ["incoming.username", "incoming.host"]


def test_a_recommendation_that_is_another_for_each_account_is_not_one() -> None:
    shared = across([comparison("ann", username="x"), comparison("ben", username="y")])[0]
    assert (shared.path, shared.recommended, shared.fixable) == ("incoming.username", None, ("ann", "ben"))


@pytest.mark.parametrize(
    "compared",
    [
        [],
        [comparison("ann", port=143)],  # one alone shares nothing
        [comparison("ann", port=143), comparison("ben", at.GMAIL, port=143)],  # not one provider
        [comparison("ann", port=143), comparison("ben", port=993)],
        [comparison("ann", at.GMX, port=143, security="starttls")] * 2,  # an alternative is no deviation
    ],
)
def test_nothing_is_shared(compared: list[Comparison]) -> None:
    assert across(compared) == ()


def test_accounts_of_no_known_provider_share_nothing() -> None:
    account = Account(address="joe@nowhere.example", outgoing=OwnOutgoing(port=25))
    compared = [compare(name, account, NOBODY, today=TODAY) for name in ("ann", "ben")]
    assert across(compared) == ()
    assert odd_ones(compared) == ()


def test_what_is_accepted_is_not_counted() -> None:
    account = Account(
        address="ann@example.net",
        incoming=OwnIncoming(port=143),
        accepted={"incoming.port": Accepted(reason="the hotel")},
    )
    accepted = compare("ann", account, recommendation(account.address, at.CENTURYLINK), today=TODAY)
    assert across([accepted, comparison("ben", port=143)]) == ()


def test_what_no_value_mends_is_shared_but_not_fixable() -> None:
    compared = [comparison(name, at.OUTLOOK, auth="password") for name in ("ann", "ben")]
    (auth,) = across(compared)
    assert (auth.path, auth.verdict, auth.fixable) == ("incoming.auth", "blocked", ())


@pytest.mark.parametrize(
    ("ports", "sentence"),
    [
        ((143, 143), "2 of 3 CenturyLink accounts have port 143 as incoming.port; recommended is port 993."),
        (
            (143, 110),
            "2 of 3 CenturyLink accounts deviate in incoming.port (1 × port 143, 1 × port 110); recommended"
            " is port 993.",
        ),
    ],
)
def test_a_shared_deviation_in_words(ports: tuple[int, int], sentence: str) -> None:
    compared = [comparison("ann", port=ports[0]), comparison("ben", port=ports[1]), comparison("cat")]
    assert say_shared(across(compared)[0], "CenturyLink") == sentence


@pytest.mark.parametrize(
    ("provider", "stated", "sentences"),
    [
        (
            at.HEY,
            {},
            [
                "2 of 2 P accounts have no server for reading mail.",
                "2 of 2 P accounts have no server for sending mail.",
            ],
        ),
        (
            at.OUTLOOK,
            {"password": PasswordSource(source="ask")},
            [
                f"2 of 2 P accounts have a password as {role}.auth; recommended is sign-in on a web page"
                " (OAuth2)."
                for role in ("incoming", "outgoing")
            ],
        ),
        (
            at.QWESTOFFICE,
            {},
            ["2 of 2 P accounts have no encryption as incoming.security; P offers nothing better."],
        ),
    ],
)
def test_what_is_left_out_and_deviates_is_never_nothing(
    provider: Provider, stated: dict[str, PasswordSource], sentences: list[str]
) -> None:
    both = []
    for name in ("ann", "ben"):
        account = Account(address=f"{name}@example.net", password=stated.get("password"))
        both.append(compare(name, account, recommendation(account.address, provider), today=TODAY))
    assert [say_shared(each, "P") for each in across(both)] == sentences


def test_what_the_same_accounts_share_is_one_sentence() -> None:
    shared = across([comparison(name, port=143, security="none") for name in ("ann", "ben")])
    (group,) = alike(shared)
    assert say_alike(group, "P") == (
        "2 of 2 P accounts have port 143 as incoming.port and no encryption as incoming.security."
    )


def test_where_their_values_differ_the_settings_are_named() -> None:
    (group,) = alike(
        across([comparison(n, port=p, security="none") for n, p in (("ann", 143), ("ben", 110))])
    )
    assert say_alike(group, "P") == "2 of 2 P accounts deviate in incoming.port and incoming.security."


def test_what_is_not_of_the_same_accounts_stays_apart() -> None:
    ann, ben = (comparison(name, port=143, security="none") for name in ("ann", "ben"))
    groups = alike(across([ann, ben, comparison("cat", port=143)]))
    assert [[each.path for each in group] for group in groups] == [["incoming.port"], ["incoming.security"]]
    assert say_alike(groups[1], "P").startswith("2 of 3 P accounts have no encryption as incoming.security;")


def test_user_names_in_words_are_not_listed() -> None:
    compared = [comparison("ann", username="x"), comparison("ben", username="y")]
    assert (
        say_shared(across(compared)[0], "CenturyLink")
        == "2 of 2 CenturyLink accounts deviate in incoming.username."
    )


def test_one_that_stands_alone_among_followers() -> None:
    (odd,) = odd_ones([comparison("ann", port=143), comparison("ben"), comparison("cat", port=993)])
    assert (odd.account, odd.finding.path, odd.followers) == ("ann", "incoming.port", 2)


def test_all_that_one_stands_alone_in_is_one_sentence() -> None:
    others = [comparison(name) for name in ("ben", "cat", "dan", "eve")]
    odd = odd_ones([*others, comparison("ann", host="mail.q.com", username="anna", security="none")])
    assert {each.account for each in odd} == {"ann"}
    assert say_odd(odd, "CenturyLink") == (
        "ann alone among the CenturyLink accounts has mail.q.com as incoming.host, no encryption as"
        " incoming.security and “anna” as incoming.username; 4 others follow the recommendation."
    )


def test_who_stands_alone_in_different_company() -> None:
    joe = [comparison("joe", port=143, username="x"), comparison("ben"), comparison("cat")]
    accepting = Account(
        address="dan@example.net",
        incoming=OwnIncoming(port=143),
        accepted={"incoming.port": Accepted(reason="the hotel")},
    )
    dan = compare("dan", accepting, recommendation(accepting.address, at.CENTURYLINK), today=TODAY)
    words = say_odd(odd_ones([*joe, dan]), "CenturyLink")
    assert words.endswith("; at least 2 others follow the recommendation.")


def test_who_reads_by_another_protocol_is_no_follower() -> None:
    pop = comparison("ann", protocol="pop3", host="pop.centurylink.net", port=110, security="starttls")
    odd = odd_ones([pop, comparison("ben"), comparison("cat")])
    assert not [each for each in odd if each.finding.path in ("incoming.port", "incoming.host")]


@pytest.mark.parametrize(
    "others",
    [
        [comparison("ben")],  # one follower is too few to call anybody odd
        [comparison("ben"), comparison("cat"), comparison("dan", port=110)],  # not alone
    ],
)
def test_nobody_is_odd(others: list[Comparison]) -> None:
    found = odd_ones([comparison("ann", port=143), *others])
    assert not [odd for odd in found if odd.finding.path == "incoming.port"]


# Accounts that meet


def settings(account_id: str, address: str, **stated: object) -> Settings:
    account = Account(address=address, incoming=msgspec.convert(stated, OwnIncoming))
    return effective_settings(account_id, account, recommendation(address, at.CENTURYLINK))


def test_the_same_address_twice() -> None:
    (twins,) = find_twins(
        [
            settings("mum", "mum@centurylink.net"),
            settings("mum-2", "mum@CenturyLink.net", host="MAIL.centurylink.net."),
        ]
    )
    assert (twins.kind, twins.accounts) == ("address", ("mum", "mum-2"))
    assert "every mail more than once" in twins.why


def test_three_that_meet_are_all_named() -> None:
    three = [settings(name, "mum@centurylink.net") for name in ("a", "b", "c")]
    (twins,) = find_twins(three)
    assert twins.why.startswith("a, b and c are the same mailbox, mum@centurylink.net; a phone with them all")


def test_the_same_address_by_two_protocols_is_intent() -> None:
    pop = settings("mum-2", "mum@centurylink.net", protocol="pop3")
    assert find_twins([settings("mum", "mum@centurylink.net"), pop]) == ()


@pytest.mark.parametrize(
    ("hosts", "words"),
    [
        (
            (None, "mail.elsewhere.example"),
            "a and b are for the same address, mum@centurylink.net, with different servers"
            " (mail.centurylink.net and mail.elsewhere.example).",
        ),
        (
            (None, "x.example", None, "y.example"),
            "a, b, c and d are for the same address, mum@centurylink.net, with different servers"
            " (mail.centurylink.net, x.example and y.example).",
        ),
    ],
)
def test_the_same_address_at_different_servers(hosts: tuple[str | None, ...], words: str) -> None:
    accounts = [
        settings(name, "mum@centurylink.net", **({"host": host} if host else {}))
        for name, host in zip("abcd", hosts, strict=False)
    ]
    (twins,) = find_twins(accounts)
    assert (twins.kind, len(twins.accounts), twins.why) == ("address", len(hosts), words)


def test_one_without_a_server_beside_one_with() -> None:
    nowhere = effective_settings("a", Account(address="joe@nowhere.example"), NOBODY)
    stated = Account(address="joe@nowhere.example", incoming=OwnIncoming(host="x.example"))
    (twins,) = find_twins([nowhere, effective_settings("b", stated, NOBODY)])
    assert twins.why.endswith("with different servers (none and x.example).")


def test_one_user_name_for_two_addresses() -> None:
    (twins,) = find_twins(
        [
            settings("mum", "mum@centurylink.net"),
            settings("dad", "dad@centurylink.net", username="mum@centurylink.net"),
        ]
    )
    assert (twins.kind, twins.accounts) == ("sign-in", ("mum", "dad"))
    assert "mum@centurylink.net and dad@centurylink.net sign in at mail.centurylink.net" in twins.why


def test_accounts_without_servers_do_not_meet() -> None:
    nowhere = [
        effective_settings(name, Account(address=f"{name}@nowhere.example"), NOBODY) for name in ("a", "b")
    ]
    assert find_twins(nowhere) == ()


def test_an_address_that_is_none_meets_its_like_only() -> None:
    broken = settings("a", "mum@centurylink.net")
    other = msgspec.structs.replace(broken, id="b", address="no address")
    assert [twins.kind for twins in find_twins([broken, other])] == ["sign-in"]

"""The rules of comparing hold at every shipped provider, not only at those of the worked cases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec
import pytest

from mailferry.advice.acceptance import unconfirmed_slip
from mailferry.advice.compare import compare
from mailferry.advice.names import is_address, same_host
from mailferry.catalog.catalogue import Catalogue
from mailferry.catalog.lookup import look_up
from mailferry.model.account import Accepted, Account, OwnIncoming, OwnOutgoing, Role
from mailferry.model.address import parse_address
from mailferry.model.finding import DEVIATIONS, Comparison, Finding, Verdict
from mailferry.model.host_name import canonical_host, is_loopback
from mailferry.model.recommendation import Recommendation, RecommendedServer
from mailferry.model.settings import ROLES
from tests.advice.examples import TODAY

CATALOGUE = Catalogue(Path(__file__).parents[2] / "profiles" / "providers", None)
FINE: frozenset[Verdict] = frozenset({"same", "inherited", "alternative"})
CONNECTION = ("host", "port", "security")

every_provider = pytest.mark.parametrize("provider_id", CATALOGUE.ids())


@cache
def advice(provider_id: str, local: str = "joe") -> Recommendation:
    """What is recommended for an address at the provider's first domain, or at a customer's."""
    provider = CATALOGUE.need(provider_id)
    domain = next(iter(provider.domains), "firm.example")
    return look_up(CATALOGUE, parse_address(f"{local}@{domain}"), provider_id)


def account(recommendation: Recommendation, role: Role, **stated: object) -> Account:
    """An account that states something about one of its servers."""
    if role == "incoming":
        return Account(address=recommendation.address, incoming=msgspec.convert(stated, OwnIncoming))
    stated.pop("protocol", None)
    return Account(address=recommendation.address, outgoing=msgspec.convert(stated, OwnOutgoing))


def as_listed(recommendation: Recommendation, role: Role, server: RecommendedServer) -> Account:
    """An account that states a listed server to the letter."""
    stated = {field: getattr(server, field) for field in ("protocol", *CONNECTION)}
    if server.username is not None:
        stated["username"] = server.username
    if server.auth:
        stated["auth"] = server.auth[0]
    return account(recommendation, role, **stated)


def compared(stating: Account, recommendation: Recommendation) -> dict[str, Finding]:
    return {each.path: each for each in whole(stating, recommendation).findings}


def whole(stating: Account, recommendation: Recommendation) -> Comparison:
    return compare("joe", stating, recommendation, today=TODAY)


def servers(recommendation: Recommendation) -> Iterator[tuple[Role, RecommendedServer]]:
    for role in ROLES:
        for server in recommendation.servers(role):
            yield role, server


def first_of(recommendation: Recommendation, role: Role, server: RecommendedServer) -> RecommendedServer:
    """The server that a listed one is compared with: the first of its protocol."""
    return next(each for each in recommendation.servers(role) if each.protocol == server.protocol)


def beaten(recommendation: Recommendation, role: Role, server: RecommendedServer) -> bool:
    """Whether a server without encryption stands beside one that is better and recommended."""
    return server.security == "none" != first_of(recommendation, role, server).security


@every_provider
def test_what_is_recommended_first_is_the_same_and_at_most_unencrypted(provider_id: str) -> None:
    recommendation = advice(provider_id)
    for role in ROLES:
        for server in recommendation.servers(role)[:1]:
            found = compared(as_listed(recommendation, role, server), recommendation)
            in_clear = server.security == "none" and not is_loopback(server.host)
            expected = {f"{role}.{field}": "same" for field in CONNECTION}
            if in_clear:
                expected[f"{role}.security"] = "insecure"
            assert {path: found[path].verdict for path in expected} == expected
            assert found[f"{role}.username"].verdict in ("same", "unknown")
            assert found[f"{role}.auth"].verdict in ("same", "unknown")


@every_provider
def test_every_listed_server_may_be_used_as_it_is_listed(provider_id: str) -> None:
    recommendation = advice(provider_id)
    for role, server in servers(recommendation):
        if beaten(recommendation, role, server):
            continue
        in_clear = server.security == "none" and not is_loopback(server.host)
        found = compared(as_listed(recommendation, role, server), recommendation)
        bad = {path: each for path, each in found.items() if each.verdict in DEVIATIONS and role in path}
        assert set(bad) <= ({f"{role}.security"} if in_clear else set()), bad


@every_provider
def test_no_encryption_is_insecure_and_never_what_a_fix_leads_to(provider_id: str) -> None:
    recommendation = advice(provider_id)
    for role, server in servers(recommendation):
        if server.security != "none" or is_loopback(server.host):
            continue
        comparison = whole(as_listed(recommendation, role, server), recommendation)
        assert not comparison.ok
        found = {each.path: each for each in comparison.findings}[f"{role}.security"]
        assert found.verdict == "insecure"
        assert found.fix == (found.recommended != "none")


@every_provider
def test_the_other_encryption_on_a_listed_port_is_wrong_unless_it_is_listed_too(provider_id: str) -> None:
    recommendation = advice(provider_id)
    for role, server in servers(recommendation):
        if is_loopback(server.host):
            continue
        other = "starttls" if server.security == "tls" else "tls"
        here = [
            each
            for each in recommendation.servers(role)
            if each.protocol == server.protocol and each.port == server.port
        ]
        if any((each.security == "tls") == (other == "tls") for each in here):
            continue
        stated = {"protocol": server.protocol, "host": server.host, "port": server.port, "security": other}
        found = compared(account(recommendation, role, **stated), recommendation)
        wrong = [field for field in CONNECTION if found[f"{role}.{field}"].verdict == "wrong"]
        assert wrong, (server, found)


@every_provider
def test_one_letter_less_in_a_host_is_a_slip_that_names_the_right_one(provider_id: str) -> None:
    recommendation = advice(provider_id)
    known = {canonical_host(server.host) for _, server in servers(recommendation)}
    known |= {canonical_host(old.host) for old in recommendation.old_hosts}
    for role, server in servers(recommendation):
        host = canonical_host(server.host)
        if is_address(host):
            continue
        ending = host.rpartition(".")[0]
        for typed in (host[:-1], f"{host[1]}{host[0]}{host[2:]}", f"{ending[:-1]}{host[len(ending) :]}"):
            if typed in known or typed == host or ".." in typed:
                continue
            stating = account(recommendation, role, protocol=server.protocol, host=typed)
            found = compared(stating, recommendation)[f"{role}.host"]
            meant = unconfirmed_slip(stating, recommendation, role, TODAY)
            assert found.verdict == "wrong", found
            assert meant in known, typed
            assert meant in found.why, found
            any_host = Accepted(reason="so be it")
            accepting = msgspec.structs.replace(stating, accepted={f"{role}.host": any_host})
            assert compared(accepting, recommendation)[f"{role}.host"].verdict == "wrong"
            by_name = msgspec.structs.replace(any_host, value=typed)
            confirming = msgspec.structs.replace(stating, accepted={f"{role}.host": by_name})
            assert compared(confirming, recommendation)[f"{role}.host"].verdict == "accepted"
            assert unconfirmed_slip(confirming, recommendation, role, TODAY) is None


@every_provider
def test_one_host_in_many_spellings(provider_id: str) -> None:
    recommendation = advice(provider_id)
    for role, server in servers(recommendation):
        for spelling in (server.host.upper(), f"{server.host}.", canonical_host(server.host)):
            if is_address(server.host):
                continue
            stating = as_listed(recommendation, role, server)
            own = msgspec.structs.replace(stating.server(role), host=spelling)
            other = msgspec.structs.replace(stating, **{role: own})
            assert [each.verdict for each in compared(other, recommendation).values()] == [
                each.verdict for each in compared(stating, recommendation).values()
            ]


@every_provider
def test_old_hosts_are_told_with_what_to_use(provider_id: str) -> None:
    recommendation = advice(provider_id)
    for old in recommendation.old_hosts:
        for role in ROLES:
            if not recommendation.servers(role):
                continue
            if any(same_host(old.host, server.host) for _, server in servers(recommendation)):
                continue
            found = compared(account(recommendation, role, host=old.host), recommendation)[f"{role}.host"]
            assert found.verdict == ("wrong" if recommendation.status == "moved" else "outdated")
            assert old.why in found.why
            assert found.fix


@every_provider
def test_a_password_where_only_a_web_sign_in_works_is_blocked(provider_id: str) -> None:
    recommendation = advice(provider_id)
    for role in ROLES:
        listed = recommendation.servers(role)
        if not listed or (recommendation.sign_in.oauth2 != "required" and listed[0].auth != ("oauth2",)):
            continue
        found = compared(account(recommendation, role, auth="password"), recommendation)[f"{role}.auth"]
        assert found.verdict == ("outdated" if "password" in listed[0].auth else "blocked")
        assert not found.fix


@every_provider
def test_no_sign_in_works_only_where_it_is_listed(provider_id: str) -> None:
    recommendation = advice(provider_id)
    for role in ROLES:
        listed = recommendation.servers(role)
        if not listed or not listed[0].auth or any("none" in server.auth for server in listed):
            continue
        found = compared(account(recommendation, role, auth="none"), recommendation)[f"{role}.auth"]
        assert found.verdict == "blocked"


@every_provider
def test_a_plus_tag_is_no_part_of_any_user_name(provider_id: str) -> None:
    recommendation = advice(provider_id, "joe+shop")
    for role in ROLES:
        for server in recommendation.servers(role)[:1]:
            if server.username is None or "joe" not in server.username:
                continue
            tagged = server.username.replace("joe", "joe+shop")
            found = compared(account(recommendation, role, username=tagged), recommendation)
            finding = found[f"{role}.username"]
            assert (finding.verdict, finding.fix) == ("wrong", True), finding
            assert finding.recommended == server.username
            assert "joe+shop" not in str(finding.recommended)


@every_provider
def test_forms_of_the_user_name(provider_id: str) -> None:
    recommendation = advice(provider_id)
    for role in ROLES:
        for server in recommendation.servers(role)[:1]:
            for also in server.username_also:
                found = compared(account(recommendation, role, username=also), recommendation)
                assert found[f"{role}.username"].verdict in ("same", "alternative")
            if server.username is not None:
                padded = account(recommendation, role, username=f" {server.username}")
                finding = compared(padded, recommendation)[f"{role}.username"]
                assert (finding.verdict, finding.fix) == ("wrong", True)


@every_provider
def test_the_port_of_another_protocol_is_wrong_unless_listed(provider_id: str) -> None:
    recommendation = advice(provider_id)
    swaps = {"imap": (995, 110), "pop3": (993, 143), "smtp": (993, 995)}
    for role, server in servers(recommendation):
        for port in swaps[server.protocol]:
            if any(each.port == port for each in recommendation.servers(role)) or is_loopback(server.host):
                continue
            stating = account(recommendation, role, protocol=server.protocol, port=port)
            found = compared(stating, recommendation)[f"{role}.port"]
            assert found.verdict == "wrong", found


@every_provider
def test_a_protocol_that_is_not_listed_is_wrong(provider_id: str) -> None:
    recommendation = advice(provider_id)
    offered = {server.protocol for server in recommendation.incoming}
    for protocol in ("imap", "pop3"):
        if offered and protocol not in offered:
            stating = account(recommendation, "incoming", protocol=protocol)
            found = compared(stating, recommendation)["incoming.protocol"]
            assert (found.verdict, found.fix) == ("wrong", True)


@every_provider
def test_where_there_are_no_servers_that_is_said_once(provider_id: str) -> None:
    recommendation = advice(provider_id)
    if recommendation.incoming or recommendation.outgoing:
        return
    comparison = whole(Account(address=recommendation.address), recommendation)
    assert comparison.ok == (recommendation.status == "active")  # then it is only not known here
    assert [each.path for each in comparison.findings] == ["incoming.host", "outgoing.host"]
    assert [each.why == recommendation.notice for each in comparison.findings] == [True, False]


@every_provider
def test_what_is_left_out_is_never_a_fault(provider_id: str) -> None:
    recommendation = advice(provider_id)
    if not (recommendation.incoming and recommendation.outgoing):
        return
    for each in whole(Account(address=recommendation.address), recommendation).findings:
        server = recommendation.servers("incoming" if each.path.startswith("in") else "outgoing")[0]
        in_clear = each.path.endswith("security") and server.security == "none"
        in_clear = in_clear and not is_loopback(server.host)
        assert each.verdict in ({"insecure"} if in_clear else {"inherited", "unknown"}), each
        assert not each.fix


@every_provider
def test_reasons_are_sentences(provider_id: str) -> None:
    recommendation = advice(provider_id)
    statements: list[dict[str, object]] = [
        {},
        {"host": "imap.elsewhere.example"},
        {"host": f"imap.{recommendation.address.partition('@')[2]}"},
        {"host": recommendation.address.partition("@")[2]},
        {"host": "203.0.113.5"},
        {"port": 25},
        {"port": 2525, "security": "none"},
        {"port": 465, "security": "starttls"},
        {"port": 587, "security": "tls"},
        {"username": "ann@elsewhere.example"},
        {"auth": "password"},
        {"auth": "oauth2"},
        {"auth": "none"},
    ]
    for role in ROLES:
        for stated in statements:
            for each in whole(account(recommendation, role, **stated), recommendation).findings:
                assert re.fullmatch(r"\S.*[.!?)”]", each.why, re.DOTALL), each
                assert not re.search(r"  |\.\.(?!\.)|\bNone\b|\{|\}| ,", each.why), each

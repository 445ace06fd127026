"""A profile, or a refusal with a way that works, for every address form of every shipped provider."""

from __future__ import annotations

import datetime
import plistlib
from collections.abc import Iterator

import msgspec
import pytest

from mailferry.catalog.catalogue import Catalogue
from mailferry.iphone.account import PhoneAccount
from mailferry.iphone.preflight import preflight
from mailferry.iphone.profile import build_profile
from mailferry.iphone.remark_words import said
from mailferry.iphone.schema import violations
from mailferry.model.account import Account, OwnIncoming, OwnOutgoing
from mailferry.model.address import parse_address
from mailferry.model.provider import Provider
from mailferry.model.recommendation import Recommendation, recommend
from mailferry.store.shipped import shipped
from tests.iphone.seeds import profile_account

CATALOGUE = Catalogue(shipped("profiles") / "providers", None)
NOW = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)
WITHOUT_PROFILE = {
    "charter": "tls-port",  # its port 587 speaks TLS from the start, and there is no other
    "educa-madrid-org": "no-mail-programs",
    "gransy-com": "retired",
    "hey": "no-mail-programs",
    "i-ua": "no-mail-programs",
    "kolst-com": "missing",  # no source names its servers
    "kontent-com": "missing",  # its page names no ports
    "outlook": "web-sign-in",
    "proton": "bridge-only",
    "studenti-univr-it": "retired",
    "tuta": "no-mail-programs",
    "yggmail": "bridge-only",
}


def addresses(provider: Provider) -> Iterator[str]:
    yield "Anna.Maria+tag@own-domain.example"
    for domain in (*provider.domains, *(f"shop.{suffix}" for suffix in provider.suffixes)):
        yield f"Anna.Maria+tag@{domain}"


def accounts(provider_id: str) -> Iterator[PhoneAccount]:
    """One account for each address form, by each protocol, with each server that the provider lists."""
    provider = CATALOGUE.need(provider_id)
    for text in addresses(provider):
        recommendation = recommend(parse_address(text), provider_id, provider, "domain")
        for incoming in recommendation.incoming or [None]:
            for outgoing in recommendation.outgoing or [None]:
                chosen = msgspec.structs.replace(
                    recommendation,
                    incoming=(incoming,) if incoming else (),
                    outgoing=(outgoing,) if outgoing else (),
                )
                yield named(text, chosen)


def named(text: str, recommendation: Recommendation) -> PhoneAccount:
    """The account with what only its owner can know filled in."""
    ask = "known only to the owner"
    return profile_account(
        Account(
            address=text,
            name="Anna & Maria",
            incoming=OwnIncoming(username=None if _username(recommendation, "incoming") else ask),
            outgoing=OwnOutgoing(username=None if _username(recommendation, "outgoing") else ask),
        ),
        recommendation,
    )


def _username(recommendation: Recommendation, role: str) -> str | None:
    servers = recommendation.incoming if role == "incoming" else recommendation.outgoing
    return servers[0].username if servers else "nobody"


def test_all_providers_are_looked_at() -> None:
    assert len(CATALOGUE.ids()) >= 185
    assert set(CATALOGUE.ids()) >= WITHOUT_PROFILE.keys()


@pytest.mark.parametrize("provider_id", CATALOGUE.ids())
def test_every_provider(provider_id: str) -> None:
    carried = 0
    for account in accounts(provider_id):
        flight = preflight(account, now=NOW)
        if flight.refusals:
            for refusal in flight.refusals:
                assert len(said(refusal).split(". ")) > 1, "a refusal says what works instead"
            continue
        data = build_profile([account])
        assert data == build_profile([account])
        profile = plistlib.loads(data)
        assert violations(profile) == []
        assert plistlib.loads(plistlib.dumps(profile)) == profile
        carried += 1
    assert (carried == 0) == (provider_id in WITHOUT_PROFILE)


@pytest.mark.parametrize(("provider_id", "code"), WITHOUT_PROFILE.items())
def test_why_there_is_no_profile(provider_id: str, code: str) -> None:
    for account in accounts(provider_id):
        assert {refusal.code for refusal in preflight(account, now=NOW).refusals} == {code}


NEEDS_ANOTHER_PORT = {"rediffmail-com"}  # 586 speaks TLS from the start; 465 is listed as well


@pytest.mark.parametrize(
    "provider_id", sorted(set(CATALOGUE.ids()) - WITHOUT_PROFILE.keys() - NEEDS_ANOTHER_PORT)
)
def test_the_recommended_servers_can_be_carried(provider_id: str) -> None:
    provider = CATALOGUE.need(provider_id)
    domain = provider.domains[0] if provider.domains else "own-domain.example"
    recommendation = recommend(parse_address(f"anna@{domain}"), provider_id, provider, "domain")
    assert preflight(named(f"anna@{domain}", recommendation), now=NOW).refusals == ()


def test_every_provider_in_one_profile() -> None:
    every = [
        account
        for provider_id in CATALOGUE.ids()
        for account in accounts(provider_id)
        if not preflight(account, now=NOW).refusals
    ]
    profile = plistlib.loads(build_profile(every, person="Anna"))
    assert violations(profile) == []
    assert len(profile["PayloadContent"]) == len(every)

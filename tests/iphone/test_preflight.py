from __future__ import annotations

from typing import Any

import msgspec
import pytest

from mailferry.iphone.preflight import Preflight, preflight
from mailferry.model.account import Account, OwnIncoming, OwnOutgoing
from mailferry.model.provider import IPhone, SignIn
from mailferry.model.recommendation import Recommendation
from tests.iphone.seeds import CENTURYLINK, ICLOUD, SEEDS, profile_account


def look_over(recommendation: Recommendation = CENTURYLINK, **stated: Any) -> Preflight:
    stated.setdefault("name", "Mary")
    account = profile_account(Account(address="mum@centurylink.net", **stated), recommendation)
    return preflight(account.settings, account.recommendation)


def but(**changes: Any) -> Recommendation:
    return msgspec.structs.replace(CENTURYLINK, **changes)


def test_a_proven_complete_account_only_hears_of_its_password() -> None:
    flight = look_over()
    assert flight.refusals == ()
    assert len(flight.warnings) == 1
    assert "two-factor" in flight.warnings[0]


@pytest.mark.parametrize(
    ("incoming", "words"),
    [
        (OwnIncoming(port=143), "TLS from the start on port 143"),
        (OwnIncoming(port=995), "TLS from the start on port 995"),
        (OwnIncoming(security="starttls"), "STARTTLS on port 993"),
        (OwnIncoming(security="none"), "no TLS on port 993"),
        (OwnIncoming(auth="oauth2"), "OAuth 2"),
        (OwnIncoming(host="no host"), "not a host name"),
        (OwnIncoming(host="imap.example.net\x00"), "not a host name"),
        (OwnIncoming(username="mum\x00"), "user name has a character"),
        (OwnIncoming(username="mum "), "user name has a character"),
        (OwnIncoming(host=""), "no host name"),
        (OwnIncoming(username=""), "no user name"),
    ],
)
def test_incoming_settings_that_a_profile_cannot_say(incoming: OwnIncoming, words: str) -> None:
    (refusal,) = look_over(incoming=incoming).refusals
    assert words in refusal.why
    assert refusal.instead.endswith(".")


@pytest.mark.parametrize(
    ("outgoing", "words"),
    [
        (OwnOutgoing(security="tls"), "SMTP with TLS from the start on port 587"),
        (OwnOutgoing(port=2465, security="tls"), "port 2465"),
        (OwnOutgoing(port=465), "STARTTLS on port 465"),
    ],
)
def test_outgoing_settings_that_a_profile_cannot_say(outgoing: OwnOutgoing, words: str) -> None:
    (refusal,) = look_over(outgoing=outgoing).refusals
    assert words in refusal.why


def test_pop_has_its_own_port_for_tls() -> None:
    assert look_over(incoming=OwnIncoming(protocol="pop3", host="p.net", port=995, security="tls")).refusals
    whole = OwnIncoming(
        protocol="pop3", host="p.net", port=995, security="tls", username="m", auth="password"
    )
    assert look_over(incoming=whole).refusals == ()


def test_a_server_without_sign_in_needs_no_user_name() -> None:
    nameless = but(outgoing=(msgspec.structs.replace(CENTURYLINK.outgoing[0], username=None),))
    assert look_over(nameless).refusals[0].instead == "Fill in outgoing.username."
    assert look_over(nameless, outgoing=OwnOutgoing(auth="none")).refusals == ()


def test_an_unknown_provider_lacks_everything_and_each_is_named() -> None:
    refusals = look_over(Recommendation(address="mum@centurylink.net", how="none")).refusals
    assert [refusal.instead for refusal in refusals] == [
        f"Fill in {role}.{field}."
        for role in ("incoming", "outgoing")
        for field in ("host", "port", "security", "auth", "username")
    ]


@pytest.mark.parametrize("status", ["retired", "bridge-only", "no-mail-programs"])
def test_providers_that_no_iphone_mail_program_can_use(status: Any) -> None:
    (refusal,) = look_over(but(status=status)).refusals
    assert not refusal.by_hand
    assert "CenturyLink" in refusal.why


def test_a_provider_that_moved_is_no_obstacle() -> None:
    assert look_over(but(status="moved")).refusals == ()


def test_web_sign_in_names_the_button_or_the_providers_app() -> None:
    flight = preflight(SEEDS["msn"].settings, SEEDS["msn"].recommendation)
    (refusal,) = flight.refusals
    assert "“Outlook.com”" in refusal.instead
    assert flight.warnings == ()
    (refusal,) = look_over(but(sign_in=SignIn(oauth2="required"))).refusals
    assert "own app" in refusal.instead


def test_a_provider_whose_payload_is_none() -> None:
    (refusal,) = look_over(but(iphone=IPhone(payload="none"))).refusals
    assert refusal.by_hand
    assert "by hand" in refusal.instead


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        ({"name": None}, "No sender’s name"),
        ({"incoming": OwnIncoming(security="none", port=143)}, "No TLS to the incoming server"),
        ({"incoming": OwnIncoming(ca_file="home.pem")}, "Certificate Trust Settings"),
        ({"outgoing": OwnOutgoing(fingerprint="sha256:00")}, "outgoing server’s certificate"),
        ({"incoming": OwnIncoming(host="127.0.0.1")}, "no iPhone can reach"),
        ({"incoming": OwnIncoming(host="LocalHost.")}, "no iPhone can reach"),
    ],
)
def test_warnings(stated: dict[str, Any], words: str) -> None:
    flight = look_over(but(sign_in=SignIn(app_password="no")), **stated)
    assert flight.refusals == ()
    (warning,) = flight.warnings
    assert words in warning


def test_the_simpler_way_and_the_password_it_spares() -> None:
    warnings = " ".join(look_over(ICLOUD).warnings)
    assert "Add Account > iCloud" in warnings
    assert "app-specific password, made at https://account.apple.com" in warnings

from __future__ import annotations

import datetime
from typing import Any

import msgspec
import pytest

from mailferry.iphone.account import PhoneAccount
from mailferry.iphone.preflight import Preflight, preflight
from mailferry.iphone.signer import Signer
from mailferry.model.account import Account, OwnIncoming, OwnIphone, OwnOutgoing, PasswordSource
from mailferry.model.provider import IPhone, SignIn
from mailferry.model.recommendation import Recommendation
from mailferry.model.secret import Secret
from mailferry.model.settings import ROLES
from tests.iphone.certificates import AUTHORITY
from tests.iphone.seeds import CENTURYLINK, ICLOUD, SEEDS, profile_account

NOW = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)
SIGNER = Signer(
    name="mail.example.net",
    issuer="An Authority",
    not_before=NOW - datetime.timedelta(days=30),
    not_after=NOW + datetime.timedelta(days=60),
    fingerprint="sha256:00",
    trusted=True,
)


def account(recommendation: Recommendation = CENTURYLINK, **stated: Any) -> PhoneAccount:
    stated.setdefault("name", "Mary")
    return profile_account(Account(address="mum@centurylink.net", **stated), recommendation)


def look_over(recommendation: Recommendation = CENTURYLINK, **stated: Any) -> Preflight:
    return preflight(account(recommendation, **stated), now=NOW)


def but(**changes: Any) -> Recommendation:
    return msgspec.structs.replace(CENTURYLINK, **changes)


def with_(given: PhoneAccount, **changes: Any) -> PhoneAccount:
    return msgspec.structs.replace(given, **changes)


WEB = but(sign_in=SignIn(oauth2="required"))
EXCHANGE = but(
    sign_in=SignIn(oauth2="required"), iphone=IPhone(add_account="Microsoft Exchange", payload="exchange")
)
GOOGLE = but(sign_in=SignIn(oauth2="offered"), iphone=IPhone(add_account="Google"))


def codes(remarks: tuple[Any, ...]) -> list[str]:
    return [remark.code for remark in remarks]


def test_a_complete_account_only_hears_of_its_password() -> None:
    flight = look_over()
    assert flight.refusals == ()
    assert flight.by_hand
    assert codes(flight.warnings) == ["app-password-with-2fa"]
    assert codes(flight.shown) == ["not-signed", "asks-passcode", "asks-password-once"]


@pytest.mark.parametrize(
    ("incoming", "code", "by_hand"),
    [
        (OwnIncoming(port=143), "tls-port", True),
        (OwnIncoming(port=995), "tls-port", True),
        (OwnIncoming(security="starttls"), "starttls-port", True),
        (OwnIncoming(security="none"), "starttls-port", True),
        (OwnIncoming(auth="oauth2"), "mechanism", False),
        (OwnIncoming(host="no host"), "bad-host", False),
        (OwnIncoming(host="imap.example.net\x00"), "bad-host", False),
        (OwnIncoming(username="mum\x00"), "bad-username", False),
        (OwnIncoming(username="mum "), "bad-username", False),
        (OwnIncoming(host=""), "missing", True),
        (OwnIncoming(username=""), "missing", True),
    ],
)
def test_incoming_settings_that_a_profile_cannot_say(incoming: OwnIncoming, code: str, by_hand: bool) -> None:
    flight = look_over(incoming=incoming)
    (refusal,) = flight.refusals
    assert (refusal.code, refusal.role, flight.by_hand) == (code, "incoming", by_hand)
    assert (flight.warnings, flight.shown) == ((), ())


@pytest.mark.parametrize(
    ("outgoing", "code"),
    [
        (OwnOutgoing(security="tls"), "tls-port"),
        (OwnOutgoing(port=2465, security="tls"), "tls-port"),
        (OwnOutgoing(port=465), "starttls-port"),
        (OwnOutgoing(auth="oauth2"), "mechanism"),
    ],
)
def test_outgoing_settings_that_a_profile_cannot_say(outgoing: OwnOutgoing, code: str) -> None:
    (refusal,) = look_over(outgoing=outgoing).refusals
    assert (refusal.code, refusal.role) == (code, "outgoing")


def test_the_port_that_the_provider_names_too_is_pointed_to() -> None:
    other = msgspec.structs.replace(CENTURYLINK.outgoing[0], host="s.example.net", port=465, security="tls")
    lists_both = but(outgoing=(*CENTURYLINK.outgoing, other))
    (refusal,) = look_over(lists_both, outgoing=OwnOutgoing(port=2465, security="tls")).refusals
    assert refusal.facts["listed"] == "s.example.net"
    (refusal,) = look_over(outgoing=OwnOutgoing(port=2465, security="tls")).refusals
    assert refusal.facts["listed"] == ""


def test_pop_has_its_own_port_for_tls_and_its_own_warning() -> None:
    assert look_over(incoming=OwnIncoming(protocol="pop3", host="p.net", port=995, security="tls")).refusals
    whole = OwnIncoming(
        protocol="pop3", host="p.net", port=995, security="tls", username="m", auth="password"
    )
    flight = look_over(incoming=whole)
    assert flight.refusals == ()
    assert "pop-deletes" in codes(flight.warnings)


def test_a_server_without_sign_in_needs_no_user_name() -> None:
    nameless = but(outgoing=(msgspec.structs.replace(CENTURYLINK.outgoing[0], username=None),))
    (refusal,) = look_over(nameless).refusals
    assert (refusal.code, refusal.role, refusal.facts) == ("missing", "outgoing", {"field": "username"})
    assert look_over(nameless, outgoing=OwnOutgoing(auth="none")).refusals == ()


def test_an_unknown_provider_lacks_everything_and_each_is_named() -> None:
    refusals = look_over(Recommendation(address="mum@centurylink.net", how="none")).refusals
    assert [(refusal.role, refusal.facts["field"]) for refusal in refusals] == [
        (role, field) for role in ROLES for field in ("host", "port", "security", "auth", "username")
    ]


@pytest.mark.parametrize("status", ["retired", "bridge-only", "no-mail-programs"])
def test_providers_that_no_iphone_mail_program_can_use(status: Any) -> None:
    flight = look_over(but(status=status))
    assert codes(flight.refusals) == [status]
    assert not flight.by_hand


def test_a_provider_that_moved_is_no_obstacle() -> None:
    assert look_over(but(status="moved")).refusals == ()


def test_web_sign_in_names_the_button_and_is_nothing_to_type() -> None:
    flight = preflight(SEEDS["msn"], now=NOW)
    (refusal,) = flight.refusals
    assert refusal.code == "web-sign-in"
    assert refusal.facts["button"] == "Outlook.com"
    assert not flight.by_hand
    assert codes(look_over(WEB).refusals) == ["web-sign-in"]


def test_a_provider_whose_payload_is_none() -> None:
    flight = look_over(but(iphone=IPhone(payload="none")))
    assert codes(flight.refusals) == ["no-payload"]
    assert flight.by_hand


def test_exchange_needs_no_server_and_asks_for_nothing_but_the_web_page() -> None:
    bare = msgspec.structs.replace(EXCHANGE, incoming=(), outgoing=())
    flight = preflight(account(bare, name=None), now=NOW)
    assert (flight.kind, flight.refusals, flight.by_hand) == ("exchange", (), False)
    assert codes(flight.warnings) == ["built-in-simpler", "web-sign-in-afterwards"]
    assert codes(flight.shown) == ["not-signed", "asks-passcode", "asks-web-sign-in"]
    (refusal,) = preflight(account(EXCHANGE, incoming=OwnIncoming(host="no host")), now=NOW).refusals
    assert refusal.code == "bad-host"


def test_googles_payload_is_for_supervised_iphones_only() -> None:
    web = account(GOOGLE, incoming=OwnIncoming(auth="oauth2"))
    flight = preflight(web, now=NOW)
    (refusal,) = flight.refusals
    assert refusal.code == "google-unsupervised"
    assert refusal.facts == {"provider": "CenturyLink", "button": "Google", "password": "yes"}
    assert not flight.by_hand
    supervised = preflight(with_(web, supervised=True), now=NOW)
    assert (supervised.kind, supervised.refusals) == ("google", ())
    assert "asks-web-sign-in" in codes(supervised.shown)


def test_an_app_specific_password_makes_gmail_an_ordinary_account() -> None:
    flight = preflight(with_(account(GOOGLE), supervised=True), now=NOW)
    assert (flight.kind, flight.refusals, flight.by_hand) == ("mail", (), True)


@pytest.mark.parametrize(
    ("stated", "code"),
    [
        ({"name": None}, "no-name"),
        ({"incoming": OwnIncoming(security="none", port=143)}, "without-tls"),
        ({"incoming": OwnIncoming(ca_file="home.pem")}, "private-authority"),
        ({"incoming": OwnIncoming(ca_file="home.pem", fingerprint="sha256:00")}, "private-authority"),
        ({"outgoing": OwnOutgoing(fingerprint="sha256:00")}, "pinned-certificate"),
        *(
            ({"incoming": OwnIncoming(host=host)}, "this-computer")
            for host in ("127.0.0.1", "LocalHost.", "127.8.9.1", "mail.localhost", "0.0.0.0")
        ),
        *(
            ({"outgoing": OwnOutgoing(host=host)}, "own-network")
            for host in ("192.168.1.4", "10.0.0.1", "169.254.3.3", "nas", "mail.fritz.lan", "Mail.Local.")
        ),
    ],
)
def test_warnings(stated: dict[str, Any], code: str) -> None:
    flight = look_over(but(sign_in=SignIn(app_password="no")), **stated)
    assert flight.refusals == ()
    assert codes(flight.warnings) == [code]


@pytest.mark.parametrize("host", ["8.8.8.8", "mail.example.net", "localhost.example.net"])
def test_hosts_of_the_internet_are_no_reason_to_warn(host: str) -> None:
    assert codes(look_over(incoming=OwnIncoming(host=host)).warnings) == ["app-password-with-2fa"]


def test_the_simpler_way_and_the_password_it_spares() -> None:
    warnings = look_over(ICLOUD).warnings
    assert codes(warnings) == ["built-in-simpler", "app-password"]
    assert [remark.facts for remark in warnings] == [
        {"button": "iCloud"},
        {"url": "https://account.apple.com"},
    ]


def test_a_private_authority_is_named_once_and_switched_on_afterwards() -> None:
    private = with_(
        account(incoming=OwnIncoming(ca_file="a.pem"), outgoing=OwnOutgoing(ca_file="a.pem")),
        certificates=(AUTHORITY, AUTHORITY),
    )
    flight = preflight(private, now=NOW)
    (warning,) = (each for each in flight.warnings if each.code == "private-authority")
    assert warning.facts == {"authority": "Home & Garden “CA”"}
    of_it = {remark.code: remark.facts for remark in flight.shown if remark.facts}
    assert of_it == dict.fromkeys(("root-certificate", "certificate-trust"), warning.facts)


def test_a_certificate_that_is_none() -> None:
    wrong = with_(account(incoming=OwnIncoming(ca_file="a.pem")), certificates=(AUTHORITY, b"none"))
    (refusal,) = preflight(wrong, now=NOW).refusals
    assert (refusal.code, refusal.facts["file"]) == ("bad-certificate", "a.pem")


@pytest.mark.parametrize(
    "pinned", [OwnIphone(identifier=""), OwnIphone(identifier="a\x00"), OwnIphone(uuid=" ")]
)
def test_a_pin_that_no_profile_can_hold(pinned: OwnIphone) -> None:
    flight = look_over(iphone=pinned)
    assert codes(flight.refusals) == ["bad-identity"]
    assert flight.by_hand


def passwords(**texts: str) -> dict[Any, Secret]:
    return {role: Secret(text) for role, text in texts.items()}


@pytest.mark.parametrize(
    ("stated", "given", "asked"),
    [
        ({}, {}, "asks-password-once"),
        ({}, {"incoming": "a"}, "asks-no-password"),
        ({"outgoing": OwnOutgoing(auth="none")}, {}, "asks-password-once"),
        (
            {"outgoing": OwnOutgoing(password=PasswordSource(source="ask"))},
            {},
            "asks-password-for-each-server",
        ),
        (
            {"outgoing": OwnOutgoing(password=PasswordSource(source="ask"))},
            {"incoming": "a"},
            "asks-password-once",
        ),
        (
            {"outgoing": OwnOutgoing(password=PasswordSource(source="ask"))},
            {"incoming": "a", "outgoing": "b"},
            "asks-no-password",
        ),
        (
            {"incoming": OwnIncoming(auth="none"), "outgoing": OwnOutgoing(auth="none")},
            {},
            "asks-no-password",
        ),
        ({}, {"incoming": ""}, "asks-password-once"),
    ],
)
def test_how_often_the_iphone_asks(stated: dict[str, Any], given: dict[str, str], asked: str) -> None:
    flight = preflight(with_(account(**stated), passwords=passwords(**given)), now=NOW)
    assert asked in codes(flight.shown)
    assert ("password-inside" in codes(flight.warnings)) == any(given.values())


@pytest.mark.parametrize("text", ["a\x00b", "a\rb", "\ud800", "\uffff"])
def test_a_password_that_no_profile_can_hold(text: str) -> None:
    flight = preflight(with_(account(), passwords=passwords(incoming=text)), now=NOW)
    assert codes(flight.refusals) == ["bad-password"]
    assert "a" not in str(flight.refusals[0].facts)


@pytest.mark.parametrize(
    ("signer", "code"),
    [
        (None, "not-signed"),
        (SIGNER, "verified"),
        (msgspec.structs.replace(SIGNER, trusted=False), "not-verified"),
        (msgspec.structs.replace(SIGNER, not_after=NOW - datetime.timedelta(1)), "signature-expired"),
        (msgspec.structs.replace(SIGNER, not_before=NOW + datetime.timedelta(1)), "not-verified"),
    ],
)
def test_what_the_iphone_says_of_the_signature(signer: Signer | None, code: str) -> None:
    assert preflight(account(), now=NOW, signer=signer).shown[0].code == code


def test_everything_that_is_shown_comes_in_the_iphones_order() -> None:
    nameless = with_(account(name=None), certificates=(AUTHORITY,))
    flight = preflight(nameless, now=NOW, signer=SIGNER, consent=True)
    assert codes(flight.shown) == [
        "verified",
        "asks-passcode",
        "consent",
        "root-certificate",
        "asks-name",
        "asks-password-once",
        "certificate-trust",
    ]


def test_a_day_of_removal_that_has_come() -> None:
    today = NOW.date()
    assert codes(preflight(account(), now=NOW, remove_on=today).refusals) == ["removal-passed"]
    tomorrow = today + datetime.timedelta(1)
    # The profile's own day counts, not the account's.
    assert look_over(iphone=OwnIphone(remove_on=today)).refusals == ()
    flight = preflight(account(iphone=OwnIphone(remove_on=today)), now=NOW, remove_on=tomorrow)
    assert flight.refusals == ()
    assert [each.facts for each in flight.warnings if each.code == "removed-on"] == [{"day": "2026-11-21"}]

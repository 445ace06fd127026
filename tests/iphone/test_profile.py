from __future__ import annotations

import itertools
import plistlib
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailferry.iphone.account import PhoneAccount
from mailferry.iphone.profile import ProfileError, build_profile
from mailferry.iphone.refusals import TLS_PORT
from mailferry.iphone.schema import violations
from mailferry.model.account import Account, OwnIncoming, OwnOutgoing, PasswordSource
from mailferry.model.problem import MailferryError
from tests.iphone.seeds import CENTURYLINK, ICLOUD, SEEDS, profile_account

MUM = SEEDS["centurylink"]


def read(data: bytes) -> dict[str, Any]:
    profile: dict[str, Any] = plistlib.loads(data)
    return profile


def mail(account: PhoneAccount) -> dict[str, Any]:
    payload: dict[str, Any] = read(build_profile([account]))["PayloadContent"][0]
    return payload


def test_centurylink_carries_every_value() -> None:
    payload = mail(MUM)
    assert {key: value for key, value in payload.items() if not key.startswith(("Payload", "SMIME"))} == {
        "EmailAccountType": "EmailTypeIMAP",
        "EmailAccountName": "Mary Example",
        "EmailAccountDescription": "Mum",
        "EmailAddress": "mum@centurylink.net",
        "IncomingMailServerHostName": "mail.centurylink.net",
        "IncomingMailServerPortNumber": 993,
        "IncomingMailServerUseSSL": True,
        "IncomingMailServerAuthentication": "EmailAuthPassword",
        "IncomingMailServerUsername": "mum@centurylink.net",
        "OutgoingMailServerHostName": "smtp.centurylink.net",
        "OutgoingMailServerPortNumber": 587,
        "OutgoingMailServerUseSSL": True,
        "OutgoingMailServerAuthentication": "EmailAuthPassword",
        "OutgoingMailServerUsername": "mum@centurylink.net",
        "OutgoingPasswordSameAsIncomingPassword": True,
    }


def test_icloud_keeps_its_two_user_names() -> None:
    payload = mail(SEEDS["icloud"])
    assert payload["IncomingMailServerUsername"] == "joe"
    assert payload["OutgoingMailServerUsername"] == "joe@me.com"


def test_msn_is_refused_with_the_way_that_works() -> None:
    with pytest.raises(ProfileError, match=r"then “Outlook\.com”"):
        build_profile([SEEDS["msn"]])


def test_smime_stays_the_users_choice() -> None:
    switches = {key: value for key, value in mail(MUM).items() if key.startswith("SMIME")}
    assert len(switches) == 5
    assert all(value is True for value in switches.values())


def test_profile_level() -> None:
    profile = read(build_profile([MUM]))
    assert profile["PayloadType"] == "Configuration"
    assert profile["PayloadVersion"] == 1
    assert profile["TargetDeviceType"] == 1
    assert profile["PayloadIdentifier"] == "app.mailferry.account.net.centurylink.mum.imap"
    assert "mum@centurylink.net" in profile["PayloadDisplayName"]


def test_identifiers_never_change() -> None:
    # A profile on somebody's phone is replaced only by one with the same identifier and UUIDs.
    profile = read(build_profile([MUM]))
    payload = profile["PayloadContent"][0]
    assert [profile["PayloadUUID"], payload["PayloadUUID"]] == [
        "D4CBD686-F967-51FF-8CBF-77F1108F93CA",
        "D33643C7-8646-5716-9F61-1A282BC056C5",
    ]


def test_the_same_account_gives_the_same_bytes_wherever_its_file_is() -> None:
    elsewhere = msgspec.structs.replace(MUM, settings=msgspec.structs.replace(MUM.settings, id="copied"))
    assert build_profile([MUM]) == build_profile([elsewhere])


def test_a_corrected_account_replaces_the_installed_one() -> None:
    corrected = profile_account(
        Account(
            address="mum@CenturyLink.NET",
            label="Mother",
            incoming=OwnIncoming(host="imap.example.net", username="m"),
        ),
        CENTURYLINK,
    )
    before, after = read(build_profile([MUM])), read(build_profile([corrected]))
    assert identity(before) == identity(after)


def identity(profile: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (part["PayloadIdentifier"], part["PayloadUUID"]) for part in (profile, *profile["PayloadContent"])
    ]


def test_imap_and_pop_of_one_address_are_two_accounts() -> None:
    pop = profile_account(
        Account(address="mum@centurylink.net", incoming=OwnIncoming(protocol="pop3", port=995)),
        msgspec.structs.replace(
            CENTURYLINK, incoming=(msgspec.structs.replace(CENTURYLINK.incoming[0], protocol="pop3"),)
        ),
    )
    assert mail(pop)["EmailAccountType"] == "EmailTypePOP"
    assert not set(identity(read(build_profile([MUM])))) & set(identity(read(build_profile([pop]))))


def test_no_uuid_occurs_twice_even_for_the_same_mailbox() -> None:
    parts = identity(read(build_profile([MUM, MUM, SEEDS["icloud"], MUM], person="Mum")))
    assert len({name for name, _ in parts}) == len({uuid for _, uuid in parts}) == 5


def test_a_persons_profile_keeps_its_identity_when_an_account_comes_along() -> None:
    one = read(build_profile([MUM], person="Mum"))
    two = read(build_profile([MUM, SEEDS["icloud"]], person="Mum"))
    assert identity(two)[:2] == identity(one)
    assert two["PayloadDisplayName"] == "Mail for Mum"
    assert "mum@centurylink.net, joe@me.com" in two["PayloadDescription"]


def test_several_accounts_without_a_person_are_the_same_profile_in_any_order() -> None:
    icloud = SEEDS["icloud"]
    there, back = read(build_profile([MUM, icloud])), read(build_profile([icloud, MUM]))
    assert there["PayloadIdentifier"] == back["PayloadIdentifier"]
    assert sorted(identity(there)) == sorted(identity(back))


def test_local_parts_that_look_alike_stay_apart() -> None:
    names = ["a.b", "a-b", "a_b", "a-2eb", "ab", "A.b", "ä"]
    accounts = [profile_account(Account(address=f"{name}@centurylink.net"), CENTURYLINK) for name in names]
    profiles = {read(build_profile([account]))["PayloadIdentifier"] for account in accounts}
    assert len(profiles) == len(names)
    assert len(read(build_profile(accounts, person="Mum"))["PayloadContent"]) == len(names)
    assert all(identifier.isascii() for identifier in profiles)


def test_what_is_not_known_is_left_out() -> None:
    nameless = profile_account(Account(address="mum@centurylink.net"), CENTURYLINK)
    payload = mail(nameless)
    assert "EmailAccountName" not in payload
    assert payload["EmailAccountDescription"] == "mum@centurylink.net"


def test_one_password_only_where_both_sign_ins_take_it() -> None:
    other = OwnOutgoing(password=PasswordSource(source="ask"))
    assert mail(own(outgoing=other))["OutgoingPasswordSameAsIncomingPassword"] is False
    payload = mail(own(outgoing=OwnOutgoing(auth="none")))
    assert payload["OutgoingPasswordSameAsIncomingPassword"] is False
    assert payload["OutgoingMailServerAuthentication"] == "EmailAuthNone"


def own(**stated: Any) -> PhoneAccount:
    return profile_account(Account(address="mum@centurylink.net", **stated), CENTURYLINK)


@pytest.mark.parametrize(("auth", "word"), [("cram-md5", "EmailAuthCRAMMD5"), ("ntlm", "EmailAuthNTLM")])
def test_ways_to_sign_in(auth: Any, word: str) -> None:
    assert mail(own(incoming=OwnIncoming(auth=auth)))["IncomingMailServerAuthentication"] == word


def test_no_tls_is_said_to_be_no_tls() -> None:
    assert mail(own(incoming=OwnIncoming(port=143, security="none")))["IncomingMailServerUseSSL"] is False


def test_there_is_no_password_in_a_profile() -> None:
    data = build_profile([account for name, account in SEEDS.items() if name != "msn"])
    assert b"<key>IncomingPassword" not in data
    assert b"<key>OutgoingPassword<" not in data


def test_an_international_domain_is_written_in_ascii() -> None:
    account = profile_account(
        Account(address="eva@Bücher.example", incoming=OwnIncoming(host="imap.bücher.example")), CENTURYLINK
    )
    payload = mail(account)
    assert payload["EmailAddress"] == "eva@xn--bcher-kva.example"
    assert payload["IncomingMailServerHostName"] == "imap.xn--bcher-kva.example"


@pytest.mark.parametrize(
    ("label", "kept"),
    [
        ("Mum & <Dad> \"quoted\" 'so'", "Mum & <Dad> \"quoted\" 'so'"),
        ("دفتر אמא", "دفتر אמא"),
        ("👩‍👧 family 🏴\U000e0067\U000e007f", "👩‍👧 family 🏴\U000e0067\U000e007f"),
        ("]]> &amp; &#10;", "]]> &amp; &#10;"),
        ("a\x00b\x1b[31mc\ud800d\ufffee", "ab[31mcde"),
        ("two\nlines\tand\u2028more", "two lines and more"),
        ("turned\u202e around", "turned around"),
        ("\x07", "mum@centurylink.net"),
    ],
)
def test_hostile_labels_become_what_a_property_list_can_hold(label: str, kept: str) -> None:
    account = own(label=label, name=label)
    payload = mail(account)
    assert payload["EmailAccountDescription"] == kept
    assert payload.get("EmailAccountName", kept) == kept
    assert violations(read(build_profile([account], person=label))) == []


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_name_makes_a_valid_profile(label: str, name: str) -> None:
    profile = read(build_profile([own(label=label, name=name)], person=label))
    assert violations(profile) == []


def test_an_address_that_is_none_is_said_so() -> None:
    with pytest.raises(MailferryError, match="has no @"):
        build_profile([profile_account(Account(address="mum"), CENTURYLINK)])


def test_nothing_to_make_a_profile_of() -> None:
    with pytest.raises(ProfileError, match="no account"):
        build_profile([])


def combinations() -> list[PhoneAccount]:
    found = []
    for protocol, security, auth in itertools.product(
        ("imap", "pop3"), ("tls", "starttls", "none"), ("password", "cram-md5", "ntlm", "none")
    ):
        tls = TLS_PORT[protocol]  # type: ignore[index]  # product() forgets that these are literals
        stated: dict[str, Any] = {"security": security, "auth": auth}
        incoming = OwnIncoming(
            protocol=protocol,  # type: ignore[arg-type]  # as above
            host="mail.example.net",
            username="m",
            port=tls if security == "tls" else 143,
            **stated,
        )
        outgoing = OwnOutgoing(
            host="smtp.example.net", username="m", port=465 if security == "tls" else 587, **stated
        )
        found.append(own(incoming=incoming, outgoing=outgoing))
    return found


def test_every_combination_is_what_apple_describes() -> None:
    profile = read(build_profile(combinations()))
    assert len(profile["PayloadContent"]) == 24
    assert violations(profile) == []
    assert len({uuid for _, uuid in identity(profile)}) == 25


def test_the_schema_test_can_fail() -> None:
    profile = read(build_profile([MUM]))
    payload = profile["PayloadContent"][0]
    payload["IncomingMailServerPortNumber"] = "993"
    payload["EmailAccountType"] = "EmailTypeJMAP"
    payload["SMIMEsigningEnabled"] = True
    del payload["OutgoingMailServerHostName"]
    del profile["PayloadUUID"]
    assert len(violations(profile)) == 5


def test_sixty_accounts_of_one_person() -> None:
    accounts = [
        profile_account(Account(address=f"box{number}@me.com", label=f"Box {number}"), ICLOUD)
        for number in range(60)
    ]
    profile = read(build_profile(accounts, person="Mum"))
    assert [payload["EmailAccountDescription"] for payload in profile["PayloadContent"]] == [
        f"Box {number}" for number in range(60)
    ]
    assert len({uuid for _, uuid in identity(profile)}) == 61

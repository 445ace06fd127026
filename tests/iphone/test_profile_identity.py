from __future__ import annotations

import plistlib
from typing import Any

import msgspec

from mailferry.iphone.account import PhoneAccount
from mailferry.iphone.identity import Identity, account_identity, profile_identity
from mailferry.iphone.profile import build_profile
from mailferry.model.account import OwnIphone
from tests.iphone.certificates import AUTHORITY
from tests.iphone.seeds import SEEDS

MUM, ICLOUD = SEEDS["centurylink"], SEEDS["icloud"]
FOREIGN = OwnIphone(identifier="com.example.mail-setup", uuid="3f1c0a52-7c7d-4a8e-9a55-0d7a3d0a6d11")


def pinned(account: PhoneAccount, pin: OwnIphone) -> PhoneAccount:
    return msgspec.structs.replace(account, pinned=pin)


def pinned_as_derived(account: PhoneAccount) -> PhoneAccount:
    derived = account_identity(account)
    return pinned(account, OwnIphone(identifier=derived.identifier, uuid=derived.uuid))


def moved(account: PhoneAccount, address: str) -> PhoneAccount:
    settings = msgspec.structs.replace(account.settings, address=address)
    return msgspec.structs.replace(account, settings=settings)


def parts(accounts: list[PhoneAccount], person: str | None = None) -> list[tuple[str, str]]:
    profile: dict[str, Any] = plistlib.loads(build_profile(accounts, person=person))
    return [
        (part["PayloadIdentifier"], part["PayloadUUID"]) for part in (profile, *profile["PayloadContent"])
    ]


def test_what_is_derived_never_changes() -> None:
    assert account_identity(MUM) == Identity(
        "app.mailferry.account.net.centurylink.mum.imap", "D4CBD686-F967-51FF-8CBF-77F1108F93CA"
    )
    assert profile_identity([MUM, ICLOUD], "Mum") == Identity(
        "app.mailferry.person.Mum", "02A5959E-BA22-5D4D-8A3F-484EF8E15ABB"
    )
    assert profile_identity([MUM, ICLOUD], None) == Identity(
        "app.mailferry.accounts.8e7e8b990f895dea89fb7ab9580d79d5", "9FB0A95C-14C3-525E-821B-06C8C2F13CA8"
    )
    assert profile_identity([MUM], None) == account_identity(MUM)


def test_a_pin_of_what_is_derived_changes_no_byte() -> None:
    for person in (None, "Mum"):
        for accounts in ([MUM], [MUM, ICLOUD], [MUM, MUM]):
            pins = [pinned_as_derived(account) for account in accounts]
            assert build_profile(pins, person=person) == build_profile(accounts, person=person)


def test_an_account_that_moved_is_still_the_one_on_the_phone() -> None:
    after = moved(pinned_as_derived(MUM), "mum@quantum.example")
    for person in (None, "Mum"):
        assert parts([after], person) == parts([MUM], person)
    assert parts([after, ICLOUD]) == parts([MUM, ICLOUD])


def test_a_profile_of_another_maker_is_replaced() -> None:
    ours = pinned(MUM, FOREIGN)
    profile, payload = parts([ours])
    assert profile == (FOREIGN.identifier, FOREIGN.uuid)
    assert payload[0] == "com.example.mail-setup.com.example.mail-setup"


def test_in_a_persons_profile_the_pin_names_the_payload() -> None:
    profile, payload, _ = parts([pinned(MUM, FOREIGN), ICLOUD], "Mum")
    assert profile[0] == "app.mailferry.person.Mum"
    assert payload[0] == "app.mailferry.person.Mum.com.example.mail-setup"


def test_a_pinned_identifier_alone_has_the_uuid_that_goes_with_it() -> None:
    alone = account_identity(pinned(MUM, OwnIphone(identifier="com.example.mail-setup")))
    assert alone == account_identity(pinned(ICLOUD, OwnIphone(identifier="com.example.mail-setup")))
    assert alone.uuid != account_identity(MUM).uuid


def test_accounts_pinned_to_the_same_name_are_numbered() -> None:
    pins = [FOREIGN, FOREIGN, OwnIphone(identifier="com.example.mail-setup.2"), FOREIGN]
    found = parts([pinned(MUM, pin) for pin in pins], "Mum")
    assert [
        name.removeprefix("app.mailferry.person.Mum.com.example.mail-setup") for name, _ in found[1:]
    ] == [
        "",
        ".2",
        ".2.2",
        ".3",
    ]
    assert len({uuid for _, uuid in found}) == 5


def test_a_certificate_keeps_its_name_and_is_there_once() -> None:
    private = [msgspec.structs.replace(each, certificates=(AUTHORITY, AUTHORITY)) for each in (MUM, ICLOUD)]
    *_, certificate = parts(private, "Mum")
    assert len(parts(private, "Mum")) == 4
    assert certificate == parts(private[:1], "Mum")[-1]
    assert certificate[0].startswith("app.mailferry.person.Mum.certificate.")

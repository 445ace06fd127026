from __future__ import annotations

import datetime
import plistlib
from typing import Any

import msgspec
import pytest

from mailferry.iphone.account import PhoneAccount, Proof
from mailferry.iphone.language import LANGUAGES
from mailferry.iphone.profile import ProfileError, ProfileStatement, build_profile, removal_day
from mailferry.model.account import Account, OwnIncoming, OwnIphone, OwnOutgoing, PasswordSource
from mailferry.model.provider import IPhone, SignIn
from mailferry.model.recommendation import Recommendation
from mailferry.model.secret import Secret
from tests.iphone.certificates import AUTHORITY, authority
from tests.iphone.seeds import CENTURYLINK, MSN, SEEDS, profile_account

MUM, ICLOUD = SEEDS["centurylink"], SEEDS["icloud"]
OTHER_PASSWORD = OwnOutgoing(password=PasswordSource(source="ask"))


def profile(accounts: list[PhoneAccount], **wishes: Any) -> dict[str, Any]:
    read: dict[str, Any] = plistlib.loads(build_profile(accounts, **wishes))
    return read


def payload(account: PhoneAccount) -> dict[str, Any]:
    first: dict[str, Any] = profile([account])["PayloadContent"][0]
    return first


def own(recommendation: Recommendation = CENTURYLINK, **stated: Any) -> PhoneAccount:
    return profile_account(Account(address="mum@centurylink.net", **stated), recommendation)


def with_(account: PhoneAccount, **changes: Any) -> PhoneAccount:
    return msgspec.structs.replace(account, **changes)


# Exchange and Google


EXCHANGE = msgspec.structs.replace(MSN, iphone=IPhone(add_account="Microsoft Exchange", payload="exchange"))
GOOGLE = msgspec.structs.replace(
    CENTURYLINK, sign_in=SignIn(oauth2="offered"), iphone=IPhone(add_account="Google")
)


def test_exchange_signs_in_by_web_and_leaves_the_switches_to_the_user() -> None:
    given = payload(profile_account(Account(address="dad@msn.com", name="Dan", label="Dad"), EXCHANGE))
    switches = {key: value for key, value in given.items() if key.startswith(("Enable", "SMIME"))}
    assert len(switches) == 15
    assert set(switches.values()) == {True}
    rest = given.keys() - switches.keys() - {"PayloadIdentifier", "PayloadUUID", "PayloadVersion"}
    assert {key: given[key] for key in rest} == {
        "PayloadType": "com.apple.eas.account",
        "PayloadDisplayName": "Dad",
        "EmailAddress": "dad@msn.com",
        "UserName": "dad@msn.com",
        "Host": "outlook.office365.com",
        "SSL": True,
        "OAuth": True,
        "MailNumberOfPastDaysToSync": 31,
    }


def test_exchange_without_host_and_user_name_leaves_them_to_the_iphone() -> None:
    bare = msgspec.structs.replace(EXCHANGE, incoming=(), outgoing=())
    given = payload(profile_account(Account(address="dad@msn.com"), bare))
    assert not {"Host", "UserName", "Password"} & given.keys()


def test_exchange_never_holds_a_password() -> None:
    account = with_(
        profile_account(Account(address="dad@msn.com"), EXCHANGE), passwords={"incoming": Secret("hush-hush")}
    )
    assert b"hush" not in build_profile([account])


def test_google_is_carried_to_a_supervised_iphone_only() -> None:
    web = own(GOOGLE, incoming=OwnIncoming(auth="oauth2"), name="Mary", label="Mum")
    with pytest.raises(ProfileError, match=r"organisation supervises.*“Google”"):
        build_profile([web])
    given = payload(with_(web, supervised=True))
    assert given.pop("PayloadType") == "com.apple.google-oauth"
    assert {key: value for key, value in given.items() if not key.startswith("Payload")} == {
        "AccountDescription": "Mum",
        "AccountName": "Mary",
        "EmailAddress": "mum@centurylink.net",
    }


def test_google_with_an_app_specific_password_is_ordinary_mail() -> None:
    assert payload(with_(own(GOOGLE), supervised=True))["PayloadType"] == "com.apple.mail.managed"


def test_exchange_and_mail_in_one_profile() -> None:
    exchange = profile_account(Account(address="dad@msn.com"), EXCHANGE)
    both = profile([MUM, exchange], person="Mum")
    assert [each["PayloadType"] for each in both["PayloadContent"]] == [
        "com.apple.mail.managed",
        "com.apple.eas.account",
    ]
    assert "The iPhone asks for a sign-in on a web page." in both["PayloadDescription"]


# passwords


def test_a_password_stands_in_the_profile_once() -> None:
    given = payload(with_(MUM, passwords={"incoming": Secret("a&<b>\"'"), "outgoing": Secret("a&<b>\"'")}))
    assert given["IncomingPassword"] == "a&<b>\"'"
    assert given["OutgoingPasswordSameAsIncomingPassword"] is True
    assert "OutgoingPassword" not in given


def test_two_passwords_are_two() -> None:
    two = with_(MUM, passwords={"incoming": Secret("one"), "outgoing": Secret("two")})
    given = payload(two)
    assert (given["IncomingPassword"], given["OutgoingPassword"]) == ("one", "two")
    assert given["OutgoingPasswordSameAsIncomingPassword"] is False
    assert "readable for whoever has it" in profile([two])["PayloadDescription"]


def test_the_missing_one_of_two_passwords_is_asked_for() -> None:
    half = with_(own(outgoing=OTHER_PASSWORD), passwords={"incoming": Secret("one")})
    given = payload(half)
    assert given["OutgoingPasswordSameAsIncomingPassword"] is False
    assert "OutgoingPassword" not in given
    assert "The iPhone asks for the others." in profile([half])["PayloadDescription"]


def test_a_password_for_sending_only() -> None:
    given = payload(
        with_(
            own(incoming=OwnIncoming(auth="none")),
            passwords={"incoming": Secret("a"), "outgoing": Secret("b")},
        )
    )
    assert "IncomingPassword" not in given
    assert given["OutgoingPassword"] == "b"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("abcd efgh ijkl mnop", "abcdefghijklmnop"),
        (" outer blanks ", " outer blanks "),
        ("tab\tand\nline", "tab\tand\nline"),
        ("👩‍👧 دفتر \u202e turned", "👩‍👧 دفتر \u202e turned"),
        ("]]>&amp;&#10;<!--", "]]>&amp;&#10;<!--"),
        ("x" * 10_000, "x" * 10_000),
    ],
)
def test_a_password_survives_unaltered_but_for_an_app_passwords_blanks(text: str, kept: str) -> None:
    assert payload(with_(MUM, passwords={"incoming": Secret(text)}))["IncomingPassword"] == kept


def test_an_empty_password_is_left_out() -> None:
    assert "IncomingPassword" not in payload(with_(MUM, passwords={"incoming": Secret("")}))


def test_a_password_that_xml_cannot_hold_is_refused_and_not_repeated() -> None:
    with pytest.raises(ProfileError, match="control character") as refused:
        build_profile([with_(MUM, passwords={"incoming": Secret("hush\x00hush")})])
    assert "hush" not in str(refused.value)


# certificates


def test_a_private_authority_goes_along() -> None:
    _, given = profile([with_(MUM, certificates=(AUTHORITY,))])["PayloadContent"]
    assert given["PayloadType"] == "com.apple.security.root"
    assert given["PayloadContent"] == AUTHORITY
    assert given["PayloadDisplayName"] == "Home & Garden “CA”"
    assert given["PayloadCertificateFileName"].endswith(".cer")


def test_an_authority_without_a_common_name_is_called_by_its_subject() -> None:
    _, given = profile([with_(MUM, certificates=(authority(None),))])["PayloadContent"]
    assert given["PayloadDisplayName"] == "O=Home"


def test_what_is_no_certificate_is_refused() -> None:
    with pytest.raises(ProfileError, match="no certificate"):
        build_profile([with_(MUM, certificates=(b"\x30\x82",))])


# what the profile says of itself


def test_organisation_consent_and_removal() -> None:
    given = profile(
        [MUM],
        statement=ProfileStatement(
            organization="Family\n& Friends",
            consent={"default": "First line.\r\nSecond\x00 line.", "de": "Ja & Amen", "fr": " "},
            remove_on=datetime.date(2027, 1, 31),
        ),
    )
    assert given["PayloadOrganization"] == "Family & Friends"
    assert given["ConsentText"] == {"default": "First line.\nSecond line.", "de": "Ja & Amen"}
    assert given["RemovalDate"] == datetime.datetime(2027, 1, 31)  # noqa: DTZ001  plistlib reads UTC without a zone
    assert b"<date>2027-01-31T00:00:00Z</date>" in build_profile(
        [MUM], statement=ProfileStatement(remove_on=datetime.date(2027, 1, 31))
    )


def test_nothing_empty_is_said() -> None:
    given = profile([MUM], statement=ProfileStatement(organization="\x07", consent={"en": "\n"}))
    assert not {"PayloadOrganization", "ConsentText", "RemovalDate"} & given.keys()


def test_whose_day_of_removal_counts() -> None:
    january, june = datetime.date(2027, 1, 31), datetime.date(2027, 6, 30)
    leaving = with_(MUM, pinned=OwnIphone(remove_on=january))
    nothing = ProfileStatement()
    assert removal_day([leaving], None, nothing) == january
    assert removal_day([leaving], None, ProfileStatement(remove_on=june)) == june
    # The others in a person's profile would go with it.
    assert removal_day([leaving], "Mum", nothing) is None
    assert removal_day([leaving, MUM], None, nothing) is None


PROOF = Proof(day=datetime.date(2026, 11, 20), hosts=("mail.centurylink.net", "smtp.centurylink.net"))
LATER = Proof(day=datetime.date(2026, 12, 1), hosts=("imap.mail.me.com",))


@pytest.mark.parametrize(
    ("proofs", "stamp"),
    [
        ([None], "These settings have not passed a test."),
        ([PROOF], "Tested on 20 November 2026 against mail.centurylink.net and smtp.centurylink.net."),
        ([None, None], "These settings have not passed a test."),
        (
            [PROOF, Proof(day=PROOF.day, hosts=("imap.mail.me.com", "smtp.centurylink.net"))],
            "Tested on 20 November 2026 against mail.centurylink.net, smtp.centurylink.net and"
            " imap.mail.me.com.",
        ),
        (
            [PROOF, LATER],
            "mum@centurylink.net: Tested on 20 November 2026 against mail.centurylink.net and"
            " smtp.centurylink.net. joe@me.com: Tested on 1 December 2026 against imap.mail.me.com.",
        ),
        (
            [None, LATER],
            "mum@centurylink.net: These settings have not passed a test. joe@me.com: Tested on"
            " 1 December 2026 against imap.mail.me.com.",
        ),
    ],
)
def test_how_it_was_tested(proofs: list[Proof | None], stamp: str) -> None:
    accounts = [with_(each, proof=proof) for each, proof in zip((MUM, ICLOUD), proofs, strict=False)]
    text = profile(accounts)["PayloadDescription"]
    assert text.endswith(f" the iPhone asks for it. {stamp}")


def test_a_test_of_imap_says_nothing_of_exchange() -> None:
    account = with_(profile_account(Account(address="dad@msn.com"), EXCHANGE), proof=PROOF)
    assert "have not passed a test" in profile([account])["PayloadDescription"]


HALF = with_(own(outgoing=OTHER_PASSWORD), passwords={"incoming": Secret("one")}, proof=PROOF)
DAD = profile_account(Account(address="dad@msn.com", label="Dad"), EXCHANGE)


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        (
            "en",
            "Sets up the Mail app for mum@centurylink.net, dad@msn.com. Passwords are in this file,"
            " readable for whoever has it. The iPhone asks for the others. The iPhone asks for a sign-in"
            " on a web page."
            " mum@centurylink.net: Tested on 20 November 2026 against mail.centurylink.net and"
            " smtp.centurylink.net. dad@msn.com: These settings have not passed a test.",
        ),
        (
            "de",
            "Richtet die App Mail für mum@centurylink.net, dad@msn.com ein. In dieser Datei stehen"
            " Passwörter, lesbar für alle, die sie haben. Nach den übrigen fragt das iPhone. Das iPhone"
            " verlangt eine"
            " Anmeldung auf einer Webseite. mum@centurylink.net: Getestet am 20. November 2026 mit"
            " mail.centurylink.net und smtp.centurylink.net. dad@msn.com: Diese Einstellungen haben noch"
            " keinen Test bestanden.",
        ),
        (
            "fr",
            "Configure l’app Mail pour mum@centurylink.net, dad@msn.com. Ce fichier contient des mots de"
            " passe, lisibles par quiconque le possède. L’iPhone demande les autres. L’iPhone demande une"
            " connexion sur une page web. mum@centurylink.net\u00a0: Testé le 20 novembre 2026 avec"
            " mail.centurylink.net et smtp.centurylink.net. dad@msn.com\u00a0: Ces réglages n’ont pas"
            " encore réussi de test.",
        ),
        (
            "es",
            "Configura la app Mail para mum@centurylink.net, dad@msn.com. En este archivo hay contraseñas,"
            " legibles para quien lo tenga. El iPhone pide las demás. El iPhone pide iniciar sesión en una"
            " página web. mum@centurylink.net: Probado el 20 de noviembre de 2026 con mail.centurylink.net y"
            " smtp.centurylink.net. dad@msn.com: Estos ajustes todavía no han superado una prueba.",
        ),
    ],
)
def test_a_profile_describes_itself_in_the_language_of_the_iphone(lang: str, text: str) -> None:
    given = profile([HALF, DAD], person="Mum", statement=ProfileStatement(lang=lang))
    assert given["PayloadDescription"] == text


def test_names_are_the_same_in_every_language() -> None:
    accounts = [with_(MUM, certificates=(AUTHORITY,)), DAD]
    given = [profile(accounts, person="Mum", statement=ProfileStatement(lang=lang)) for lang in LANGUAGES]
    assert len({each.pop("PayloadDescription") for each in given}) == len(LANGUAGES)
    assert all(each == given[0] for each in given)

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest

from mailferry.iphone.forms import Form
from mailferry.iphone.language import LANGUAGES, language
from mailferry.iphone.sheet import leaving, sheets
from mailferry.iphone.way import UnknownPhoneError
from mailferry.model.account import Account, OwnIncoming, OwnOutgoing, PasswordSource
from mailferry.model.provider import IPhone, SignIn
from mailferry.model.recommendation import Recommendation
from tests.iphone.seeds import ICLOUD, MSN, SEEDS, profile_account
from tests.iphone.written import FORMS, NOW, account_of, but, flowing, golden, passed, plain_sheet, sheet


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("ios", [17, 18, 26])
@pytest.mark.parametrize("seed", SEEDS)
def test_sheets_of_the_seeds(seed: str, ios: int, form: Form) -> None:
    text = sheet(passed(SEEDS[seed]), form=form, ios=ios, person="Mum")
    golden(f"{seed}-{ios}", text, form)


@pytest.mark.parametrize("lang", LANGUAGES[1:])
@pytest.mark.parametrize("seed", SEEDS)
def test_sheets_in_other_languages(seed: str, lang: str) -> None:
    text = sheet(passed(SEEDS[seed]), form="text", lang=lang, person="Mum")
    golden(f"{seed}-26-{lang}", text, "text")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("seed", SEEDS)
def test_every_value_is_on_the_sheet(seed: str, form: Form) -> None:
    account = SEEDS[seed]
    text = sheet(account, form=form)
    servers = (account.settings.incoming, account.settings.outgoing)
    for server in servers:
        for value in (server.host, server.port, server.username):
            assert str(value) in text
    assert account.settings.label in text
    assert account.settings.address in text
    for step in account.recommendation.sign_in.before:
        assert " ".join(step.split()) in flowing(text)
    assert (account.recommendation.sign_in.app_password_url or "") in text


@pytest.mark.parametrize("ios", [15, 16, 17])
def test_the_path_up_to_17(ios: int) -> None:
    text = sheet(SEEDS["centurylink"], form="text", ios=ios)
    assert "Settings > Mail > Accounts" in text
    assert "Apps" not in text
    assert ("Stolen Device Protection" in text) == (ios == 17)
    assert "as on iOS 18" not in flowing(text)


def test_the_path_of_18_and_26_and_what_is_not_confirmed() -> None:
    eighteen, latest = (sheet(SEEDS["centurylink"], form="text", ios=ios) for ios in (18, 26))
    assert "Settings > Apps > Mail > Mail Accounts" in eighteen
    assert "Settings > Apps > Mail > Mail Accounts" in latest
    assert "may look slightly different" in flowing(eighteen)
    assert "described as on iOS 18" not in flowing(eighteen)
    assert "What comes after “Add Account” is described as on iOS 18" in flowing(latest)


def test_an_unknown_phone_is_said_so() -> None:
    with pytest.raises(UnknownPhoneError, match="15, 16, 17, 18, 26"):
        sheet(SEEDS["msn"], form="text", ios=14)
    with pytest.raises(UnknownPhoneError, match="en"):
        sheet(SEEDS["msn"], form="text", lang="xx")


def test_msn_gets_the_button_and_nothing_to_type_in() -> None:
    text = plain_sheet(MSN, address="dad@msn.com")
    assert "tap" in text.lower()
    assert "“Add Account”, then “Outlook.com”" in text
    assert ".mobileconfig" not in text
    assert "Add Mail Account" not in text


def test_icloud_begins_on_the_owners_phone_and_needs_the_special_password_later() -> None:
    text = plain_sheet(ICLOUD, address="joe@me.com")
    order = ["Way 1: in the iCloud settings", "Way 2: with the iCloud button", "First, for way 3 or 4"]
    order += ["https://account.apple.com", "Way 3: with a profile", "Way 4: by hand"]
    places = [text.index(words) for words in order]
    assert places == sorted(places)


def test_a_web_page_button_comes_first_for_yahoo() -> None:
    text = plain_sheet(but(name="Yahoo", iphone=IPhone(add_account="Yahoo", note="Use the button.")))
    assert "Way 1: with the Yahoo button" in text
    assert "First, for way 2 or 3" in text
    assert "Good to know: Use the button." in text


def test_exchange_asks_for_address_and_description() -> None:
    exchange = but(
        name="Microsoft 365",
        sign_in=SignIn(oauth2="required"),
        iphone=IPhone(add_account="Microsoft Exchange", payload="exchange"),
    )
    text = flowing(plain_sheet(exchange, label="Work"))
    assert "Type mum@centurylink.net as “Email” and Work as “Description”" in text


@pytest.mark.parametrize("form", FORMS)
def test_an_impossible_account_gets_the_reason_and_no_steps(form: Form) -> None:
    text = plain_sheet(but(status="bridge-only", name="Proton Mail (Bridge)"), form)
    assert "It cannot be set up as it stands" in text
    assert "Install Proton Mail’s own app" in flowing(text)
    assert "Add Account" not in text


def test_settings_that_contradict_the_port_can_be_tried_by_hand_with_a_word_of_caution() -> None:
    text = flowing(plain_sheet(outgoing=OwnOutgoing(security="tls")))
    assert "SMTP with TLS from the start on port 587" in text
    assert "Add Mail Account" in text
    assert ".mobileconfig" not in text


def test_what_is_not_known_is_to_be_asked_for() -> None:
    nobody = Recommendation(address="mum@centurylink.net", how="none")
    text = plain_sheet(nobody)
    assert "Host Name  (ask your mail provider)" in text
    assert "None" not in text


def test_pop_no_tls_and_no_sign_in() -> None:
    text = plain_sheet(
        incoming=OwnIncoming(
            protocol="pop3", host="pop.x.net", port=110, security="none", username="m", auth="cram-md5"
        ),
        outgoing=OwnOutgoing(auth="none"),
    )
    flat = flowing(text)
    assert "tap “POP”" in flat
    assert "Use SSL off Authentication MD5 Challenge-Response Server Port 110" in flat
    assert "User Name (leave empty)" in flat
    assert "without encryption" in flat
    assert "SMTP user name" not in flat


def test_a_private_certificate_and_two_passwords_are_mentioned() -> None:
    text = flowing(
        plain_sheet(
            incoming=OwnIncoming(ca_file="home.pem"),
            outgoing=OwnOutgoing(password=PasswordSource(source="ask")),
        )
    )
    assert "certificate has to be installed first" in text
    assert "it may ask once for each server" in text


def test_tested_untested_and_what_must_be_known() -> None:
    notice = but(notice="The business is being sold.")
    assert "have not passed a test yet" in flowing(plain_sheet(notice))
    assert "Please know: The business is being sold." in plain_sheet(notice)
    text = flowing(sheet(passed(SEEDS["centurylink"], datetime.date(2026, 5, 1)), form="text"))
    assert "Tested on 1 May 2026 against mail.centurylink.net and smtp.centurylink.net" in text
    assert "not passed a test" not in text


@pytest.mark.parametrize(
    ("app_password", "words"),
    [
        ("required", "Password (your app-specific password)"),
        ("with-2fa", "The page for app-specific passwords, if you need one: https://a.example"),
        ("unknown", "If your ordinary password is refused, look here"),
    ],
)
def test_the_password_that_is_meant(app_password: Any, words: str) -> None:
    sign_in = SignIn(app_password=app_password, app_password_url="https://a.example", before=("First.",))
    text = flowing(plain_sheet(but(sign_in=sign_in)))
    assert words in text
    assert "1. First." in text


def test_lines_fit_72_columns_but_for_what_must_not_be_broken() -> None:
    for seed in SEEDS.values():
        assert max(len(line) for line in sheet(seed, form="text").splitlines()) <= 72
    host = "a-very-long-host-name." * 8 + "example.net"
    assert f" {host}\n" in plain_sheet(incoming=OwnIncoming(host=host))


def test_sixty_accounts_of_one_person() -> None:
    accounts = [
        profile_account(Account(address=f"box{number}@me.com", label=f"Box {number}"), ICLOUD)
        for number in range(60)
    ]
    accounts[0] = passed(accounts[0], datetime.date(2026, 5, 1))
    for form in FORMS:
        text = sheets(accounts, form=form, person="Mum", now=NOW)
        assert text.startswith(("Mail on Mum’s iPhone\n", "# Mail on Mum’s iPhone\n"))
        assert "This sheet sets up 60 accounts" in text
        assert "60. Box 59 (box59@me.com)" in text
        assert flowing(text).count("Tested on 1 May 2026 against") == 1
        assert all(text.count(f"Box {number} (box{number}@me.com)\n") == 2 for number in range(60))
        assert text.count("https://account.apple.com") == 1


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("form", [*FORMS, "html"])
def test_an_account_called_like_its_person_is_not_named_twice(form: Form, lang: str) -> None:
    mum = SEEDS["centurylink"]
    for person in ("Mum", "mum"):
        assert headed(sheets([mum], form=form, lang=lang, person=person, now=NOW)).count(person) == 1
        assert headed(leaving([mum], form=form, lang=lang, person=person, now=NOW)).count(person) == 1
    assert "Mum" in headed(sheets([mum], form=form, lang=lang, person="Eva", now=NOW))
    assert "Mum" in headed(sheets([mum], form=form, lang=lang, now=NOW))


def headed(text: str) -> str:
    """The title of a sheet in any form."""
    found = re.search(r"(?:<title>|\A(?:# )?)([^<\n]+)", text)
    assert found is not None
    return found[1]


def test_of_several_accounts_the_one_called_like_its_person_is_told_by_its_address() -> None:
    accounts = [SEEDS["centurylink"], SEEDS["icloud"]]
    ends = {
        sheets: ("Mum’s iPhone", "are set up", "# Mum (mum@centurylink.net)", "# Mum iCloud (joe@me.com)"),
        leaving: ("Mum’s iPhone", "mum@centurylink.net", "Mum iCloud"),
    }
    for write in (sheets, leaving):
        text = write(accounts, form="markdown", person="Mum", now=NOW)
        titles = [line for line in text.splitlines() if line.startswith("# ")]
        assert all(title.endswith(end) for title, end in zip(titles, ends[write], strict=True))


def test_without_a_person_it_is_your_iphone() -> None:
    assert plain_sheet().startswith("Mail on your iPhone: mum@centurylink.net\n")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("seed", SEEDS)
def test_the_steps_come_before_the_doubts(seed: str, lang: str) -> None:
    text = sheet(SEEDS[seed], form="text", lang=lang)
    words = language(lang).messages
    steps = text.index(" 1. ")
    for doubt in ("sheet.looks", "sheet.untested", "sheet.untested-unused", "sheet.labels-not-confirmed"):
        said = words[doubt].split("{{")[0][:40]
        assert said not in flowing(text[:steps])
    doubts = text[text.index(words["sheet.of-itself"]) :]
    assert words["sheet.looks"] in flowing(doubts)
    assert "iOS 18" in doubts
    assert len(text[:steps].splitlines()) < 36


def test_no_message_begins_a_sentence_with_a_provider_that_may_be_called_your_provider() -> None:
    """German writes “Ihr” with a capital letter everywhere."""
    for lang in ("en", "fr", "es"):
        for name, message in language(lang).messages.items():
            if not name.startswith(("preflight.", "sheet.note", "words.")):
                assert not re.search(r"(^|[.!?] |%\})\{\{ provider \}\}", message), (lang, name)


def test_german_has_one_word_for_an_app_password() -> None:
    text = "\n".join(language("de").messages.values())
    assert "App-Passwort" in text
    assert "app-spezifisch" not in text.casefold()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_who_signs_in_on_a_web_page_is_not_told_to_retype_a_password(lang: str) -> None:
    noted = but(
        name="Outlook.com",
        sign_in=SignIn(oauth2="required"),
        iphone=IPhone(add_account="Outlook.com", payload="none", note="A profile knows passwords only."),
    )
    text = flowing(sheet(account_of(noted), form="text", lang=lang))
    words = language(lang).messages
    again = words["afterwards.trouble.password"].rpartition(": ")[2]
    assert again not in text
    assert again in flowing(sheet(SEEDS["centurylink"], form="text", lang=lang))
    for_helpers = text.index(words["sheet.settings.heading"])
    assert text.index("A profile knows passwords only.") > for_helpers

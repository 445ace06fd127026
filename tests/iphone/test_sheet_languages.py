"""Sheets in languages other than English, and of every shipped provider in all of them."""

from __future__ import annotations

import datetime

import msgspec
import pytest

from mailferry.catalog.catalogue import Catalogue
from mailferry.iphone.language import LANGUAGES
from mailferry.iphone.sheet import leaving, sheets
from mailferry.model.account import Account
from mailferry.model.address import parse_address
from mailferry.model.provider import IPhone, SignIn, Translation
from mailferry.model.recommendation import Recommendation, recommend
from mailferry.store.shipped import shipped
from tests.iphone.certificates import authority
from tests.iphone.seeds import SEEDS, profile_account
from tests.iphone.written import NOW, account_of, but, flowing, passed, plain_sheet, sheet

CATALOGUE = Catalogue(shipped("profiles") / "providers", None)


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "Tested on 1 May 2026 against mail.centurylink.net and smtp.centurylink.net"),
        ("de", "Getestet am 1. Mai 2026 mit mail.centurylink.net und smtp.centurylink.net"),
        ("fr", "Testé le 1er mai 2026 avec mail.centurylink.net et smtp.centurylink.net"),
        ("es", "Probado el 1 de mayo de 2026 con mail.centurylink.net y smtp.centurylink.net"),
    ],
)
def test_the_stamp_is_dated_as_the_language_writes_dates(lang: str, words: str) -> None:
    account = passed(SEEDS["centurylink"], datetime.date(2026, 5, 1))
    assert words in flowing(sheet(account, form="text", lang=lang))


@pytest.mark.parametrize(
    ("lang", "words"), [("de", "„Weiter“"), ("fr", "«\u00a0Suivant\u00a0»"), ("es", "«Siguiente»")]
)
def test_labels_are_in_the_languages_quotation_marks(lang: str, words: str) -> None:
    assert words in sheet(SEEDS["centurylink"], form="text", lang=lang)


def test_the_english_label_is_beside_one_that_nobody_has_confirmed_once_in_each_part() -> None:
    text = flowing(sheet(SEEDS["centurylink"], form="text", lang="de"))
    by_hand = text[text.index("Weg 2: von Hand") : text.index("Ausprobieren ---")]
    assert by_hand.count("„Sichern“ (Save)") == 1
    assert by_hand.count("„Sichern“") == 2
    assert "(Next)" not in text
    assert "Mail-Accounts (Mail Accounts)" in by_hand
    rows = sheet(SEEDS["centurylink"], form="text", lang="de")
    assert "SSL verwenden (Use SSL)" in rows


def test_what_the_provider_says_is_in_the_language_where_somebody_translated_it() -> None:
    provider = but(
        notice="It moved.",
        iphone=IPhone(note="A note."),
        sign_in=SignIn(before=("First.",), note="Sign in."),
        translations={
            "de": Translation(
                notice="Umgezogen.", before=("Zuerst.",), iphone_note="Notiz.", sign_in_note="Anmeldung."
            )
        },
    )
    german = flowing(sheet(account_of(provider), form="text", lang="de"))
    for words in ("Umgezogen.", "1. Zuerst.", "Notiz.", "Anmeldung."):
        assert words in german
    assert "Englisch" not in german.replace("Englische Wörter in Klammern", "")
    french = flowing(sheet(account_of(provider), form="text", lang="fr"))
    for words in ("It moved.", "1. First.", "A note.", "Sign in."):
        assert words in french
    assert french.count("(en anglais seulement)") == 3
    assert "Ce qui suit n’existe qu’en anglais" in french
    english = flowing(plain_sheet(provider))
    assert "It moved." in english
    assert "in English only" not in english


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_certificate_of_ones_own_is_switched_on_afterwards(lang: str) -> None:
    account = msgspec.structs.replace(SEEDS["centurylink"], certificates=(authority("Home CA"),))
    text = flowing(sheet(account, form="text", lang=lang))
    assert "Certificate Trust Settings" in text
    assert "Certificate Trust Settings" not in flowing(sheet(SEEDS["centurylink"], form="text", lang=lang))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_who_is_not_known_is_called_something(lang: str) -> None:
    nobody = Recommendation(address="mum@centurylink.net", how="none")
    text = sheet(account_of(nobody), form="text", lang=lang)
    assert "None" not in text
    assert "{" not in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_sheet_of_every_shipped_provider(lang: str) -> None:
    for provider_id in CATALOGUE.ids():
        provider = CATALOGUE.need(provider_id)
        domain = next(iter(provider.domains), "own-domain.example")
        recommendation = recommend(parse_address(f"mary@{domain}"), provider_id, provider, "domain")
        account = profile_account(Account(address=f"mary@{domain}"), recommendation)
        for text in (
            sheets([account], form="markdown", lang=lang, ios=18, now=NOW),
            leaving([account], form="text", lang=lang, ios=17, now=NOW),
        ):
            assert "{{" not in text, provider_id
            assert "{%" not in text, provider_id


def test_the_same_account_gives_the_same_sheet() -> None:
    for form in ("text", "markdown", "html"):
        first, second = (
            sheets(list(SEEDS.values()), form=form, lang="fr", person="Mum", now=NOW) for _ in range(2)
        )
        assert first == second


def test_german_provider_files_say_app_passwort_as_the_sheet_does() -> None:
    for provider_id in CATALOGUE.ids():
        german = CATALOGUE.need(provider_id).translations.get("de", Translation())
        words = " ".join(
            filter(None, (german.notice, german.iphone_note, german.sign_in_note, *german.before))
        )
        # In quotation marks it is what stands on Apple's page.
        assert "app-spezifisch" not in words.replace("„App-spezifische Passwörter“", "").casefold(), (
            provider_id
        )

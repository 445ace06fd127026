"""Several accounts in one sheet: the profile for all of them first, all else once."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest

from mailferry.iphone.forms import Form
from mailferry.iphone.language import LANGUAGES, language
from mailferry.iphone.sheet import sheets
from mailferry.model.account import Account, OwnIncoming
from mailferry.model.provider import IPhone, SignIn
from tests.iphone.certificates import authority
from tests.iphone.seeds import MSN, SEEDS, profile_account
from tests.iphone.test_sheet_profile import drawn
from tests.iphone.written import NOW, account_of, but, flowing, golden, passed

ALL = [passed(account) for account in SEEDS.values()]


def together(form: Form = "text", **wishes: Any) -> str:
    return sheets(ALL, form=form, now=NOW, person="Mum", profile_person="Mum", **wishes)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_sheets_of_all_seeds(lang: str) -> None:
    golden(f"all-26-{lang}", together(lang=lang), "text")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_holds_for_all_is_said_once(lang: str) -> None:
    text = together(lang=lang)
    words = language(lang).messages
    for name in (
        "afterwards.test.heading",
        "afterwards.trouble.heading",
        "afterwards.remove.heading",
        "sheet.of-itself",
        "sheet.before.never-written",
    ):
        assert flowing(text).count(words[name]) == 1, name
    assert "1. " in text


def test_it_is_read_from_the_top_to_the_bottom() -> None:
    text = flowing(together())
    order = [
        "One profile for 2 of them",
        "You need",
        "With a profile",
        "Done with this: Mum, Mum iCloud.",
        "Dad (dad@msn.com) ===",
        "When all accounts are set up ===",
        "Try it",
        "Mum (mum@centurylink.net) ===",
        "Mum iCloud (joe@me.com) ===",
    ]
    places = [text.index(words) for words in order]
    assert places == sorted(places)


def test_an_account_in_the_profile_is_not_set_up_twice() -> None:
    text = flowing(together())
    part = text[text.index("Mum (mum@centurylink.net) ===") : text.index("Mum iCloud (joe@me.com) ===")]
    assert "Once that is installed, there is nothing to do here." in part
    assert "Way 1" not in part
    assert "By hand ---" in part
    assert ".mobileconfig" not in part


def test_only_the_parts_that_are_needed_have_pictures() -> None:
    pages = [drawn(article) for article in together("html").split("<article")[1:]]
    assert [bool(page) for page in pages] == [True, True, True, False, False]


def test_the_profile_is_named_as_the_iphone_shows_it() -> None:
    assert "is called “Mail for Mum”" in flowing(together())
    assert drawn(together("html")).count("Mail for Mum") > 2
    nobodys = flowing(sheets(ALL, form="text", now=NOW, person="Mum"))
    assert "is called “Mail for mum@centurylink.net and 1 more”" in nobodys, "Dad is not in it"


def test_a_single_account_of_a_person_names_the_profile_of_that_person() -> None:
    text = sheets([SEEDS["icloud"]], form="text", now=NOW, person="Mum", profile_person="Mum")
    assert "is called “Mail for Mum (joe@me.com)”" in flowing(text)
    assert "tap “Mail for Mum (joe@me.com)”, then “Remove Profile”" in flowing(text)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_simpler_way_is_told_where_the_profile_holds_the_account_too(lang: str) -> None:
    said = language(lang).messages["sheet.several.simpler"].replace("{{ titles }}", "Mum iCloud")
    assert said in flowing(together(lang=lang))
    mums = [account_of(address=f"mum{number}@centurylink.net") for number in range(2)]
    without = sheets(mums, form="text", now=NOW, lang=lang)
    assert said.partition(" Mum iCloud")[2][:30] not in flowing(without)


def test_the_password_of_each_account_is_named() -> None:
    text = flowing(together())
    assert "- Mum: the password of mum@centurylink.net" in text
    assert "- Mum iCloud: an app-specific password, a long one" in text
    assert "For Mum iCloud: 1. Turn on two-factor" in text
    assert "Enter Password" not in drawn(together("html")), "it would show one of them only"


def test_without_a_profile_each_has_its_part_and_the_rest_is_said_once() -> None:
    dads = [profile_account(Account(address=f"dad{number}@msn.com"), MSN) for number in range(2)]
    text = flowing(sheets(dads, form="text", now=NOW))
    assert "profile" not in text.partition("You need not type these in")[0]
    assert text.count("Try it ---") == 1
    assert text.count("The sign > means") == 1
    assert text.index("dad1@msn.com ===") < text.index("Try it ---")


def test_tests_are_told_of_the_accounts_that_passed_them() -> None:
    text = flowing(sheets([ALL[0], SEEDS["icloud"]], form="text", now=NOW))
    assert "Mum: Tested on 20 November 2026 against mail.centurylink.net and smtp.centurylink.net" in text
    assert "Mum iCloud: These settings have not passed a test yet." in text
    assert "mail.centurylink.net, smtp.centurylink.net, outlook" in flowing(together())


def test_the_profile_shows_what_is_in_it_of_all_accounts() -> None:
    pop = OwnIncoming(
        protocol="pop3", host="pop.x.net", port=995, security="tls", username="m", auth="password"
    )
    exchange = but(
        name="Microsoft 365",
        sign_in=SignIn(oauth2="required"),
        iphone=IPhone(add_account="Microsoft Exchange", payload="exchange"),
    )
    private = msgspec.structs.replace(
        account_of(address="ann@firm.example"), certificates=(authority("Firm CA"),)
    )
    accounts = [account_of(incoming=pop), account_of(exchange, address="bob@work.example"), private]
    text = flowing(sheets(accounts, form="text", now=NOW))
    assert "mum@centurylink.net uses POP" in text
    assert "the certificate “Firm CA” is expected" in text
    assert "bob@work.example: your address bob@work.example and its ordinary password" in text
    page = drawn(sheets(accounts, form="html", now=NOW))
    assert re.search("Mail Account .*Exchange Account .*Certificate", page)

from __future__ import annotations

import msgspec
import pytest

from mailferry.iphone.language import LANGUAGES
from mailferry.iphone.sheet import leaving
from mailferry.iphone.way import UnknownPhoneError
from mailferry.model.account import OwnIncoming
from mailferry.model.provider import IPhone, SignIn
from tests.iphone.seeds import MSN, SEEDS
from tests.iphone.written import FORMS, NOW, account_of, but, flowing, golden, goodbye


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("seed", SEEDS)
def test_sheets_for_leaving(seed: str, lang: str) -> None:
    text = goodbye(SEEDS[seed], form="text", lang=lang, person="Mum")
    golden(f"{seed}-leaving-{lang}", text, "text")


def test_every_way_onto_the_iphone_has_its_way_off() -> None:
    text = flowing(goodbye(SEEDS["icloud"], form="text"))
    order = ["in the iCloud settings", "set up with a profile", "set up with the button or by hand"]
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    assert "Remove Profile" in text
    assert "Delete Account" in text


def test_one_way_needs_no_choice() -> None:
    text = flowing(goodbye(account_of(MSN, address="dad@msn.com"), form="text"))
    assert "Do what fits" not in text
    assert "If it was set up with the button" in text
    assert "app-specific" not in text
    assert "sign this iPhone out" in text


def test_the_password_is_revoked_where_it_was_made() -> None:
    for form in FORMS:
        text = flowing(goodbye(SEEDS["icloud"], form=form))
        assert "Revoke the app-specific password" in text
        assert "https://account.apple.com" in text
    perhaps = flowing(goodbye(SEEDS["centurylink"], form="text"))
    assert "If an app-specific password was made for this iPhone, revoke it" in perhaps


def test_with_pop_mail_may_be_on_the_iphone_alone() -> None:
    text = flowing(
        goodbye(account_of(incoming=OwnIncoming(protocol="pop3", host="pop.x.net", port=995)), form="text")
    )
    assert "mail may be on this iPhone alone" in text
    assert "stays there when the account leaves" not in text


def test_an_account_that_no_way_leads_to_any_more_can_still_be_taken_off() -> None:
    gone = but(status="retired", iphone=IPhone(payload="none"), sign_in=SignIn(app_password="no"))
    text = flowing(goodbye(account_of(gone), form="text"))
    assert "Remove Profile" in text
    assert "If it was set up by hand" in text


def test_several_accounts_leave_one_after_the_other() -> None:
    text = leaving(list(SEEDS.values()), form="text", now=NOW, person="Mum")
    assert text.startswith("Mail off Mum’s iPhone\n")
    assert all(f"Mail off Mum’s iPhone: {label}" in text for label in ("Mum", "Dad", "Mum iCloud"))


def test_nothing_is_installed_any_more() -> None:
    text = goodbye(msgspec.structs.replace(SEEDS["centurylink"]), form="text")
    assert "Install" not in text
    assert "Add Account" not in text


def test_an_unknown_phone_is_said_so() -> None:
    with pytest.raises(UnknownPhoneError, match="en, de, fr, es"):
        goodbye(SEEDS["msn"], form="text", lang="tlh")

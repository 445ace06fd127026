"""The way with a profile: the sheet tells what this iPhone will show and ask."""

from __future__ import annotations

import datetime
import re

import msgspec
import pytest

from mailferry.iphone.account import PhoneAccount
from mailferry.iphone.language import LANGUAGES, language
from mailferry.iphone.sheet import sheets
from mailferry.iphone.signer import Signer
from mailferry.model.account import Account, OwnIncoming, OwnIphone, OwnOutgoing, PasswordSource
from mailferry.model.provider import IPhone, SignIn
from mailferry.model.secret import Secret
from tests.iphone.certificates import authority
from tests.iphone.seeds import ICLOUD, MSN, SEEDS, profile_account
from tests.iphone.written import NOW, account_of, but, flowing, sheet

DAY = datetime.timedelta(days=1)
SIGNER = Signer(
    name="quay.example",
    issuer="Harbour CA",
    not_before=NOW - DAY,
    not_after=NOW + DAY,
    fingerprint="sha256:00",
    trusted=True,
)
EXCHANGE = but(
    name="Microsoft 365",
    sign_in=SignIn(oauth2="required"),
    iphone=IPhone(add_account="Microsoft Exchange", payload="exchange"),
)


def profile_part(account: PhoneAccount = SEEDS["centurylink"], **wishes: object) -> str:
    text = flowing(sheet(account, form="text", **wishes))
    return text[text.index("ith a profile ---") : text.index("Try it ---")]


def test_unsigned_it_warns_and_says_that_this_is_expected() -> None:
    text = profile_part()
    assert "The iPhone warns: “Not Signed”. With a file made at home that is normal. Go on only if" in text
    assert "is called “Mail for mum@centurylink.net”. Tap “Install”, and once more “Install”." in text


@pytest.mark.parametrize(
    ("signer", "words"),
    [
        (SIGNER, "It should say “Verified” and name “quay.example”"),
        (msgspec.structs.replace(SIGNER, trusted=False), "says “Not Verified” and names “quay.example”"),
        (msgspec.structs.replace(SIGNER, not_after=NOW - DAY), "the signature of the file has run out"),
    ],
)
def test_who_signed_decides_what_is_shown(signer: Signer, words: str) -> None:
    text = profile_part(signer=signer)
    assert words in text
    assert "Not Signed" not in text


def test_a_text_to_agree_to_comes_before_the_warning() -> None:
    text = profile_part(consent=True)
    assert text.index("Read the text") < text.index("Not Signed")
    assert "Read the text" not in profile_part()


def test_one_password_or_one_for_each_server() -> None:
    assert "once for each server" not in profile_part()
    two = account_of(outgoing=OwnOutgoing(password=PasswordSource(source="ask")))
    assert "it may ask once for each server" in profile_part(two)


def test_the_name_is_asked_for_where_nobody_gave_one() -> None:
    assert "asks for your name" in profile_part(account_of())
    assert "asks for your name" not in profile_part(account_of(name="Mary Example"))


def test_a_password_inside_is_told_and_never_shown() -> None:
    secret = Secret("correct horse battery")
    inside = msgspec.structs.replace(SEEDS["centurylink"], passwords={"incoming": secret, "outgoing": secret})
    text = flowing(sheet(inside, form="text"))
    assert "the settings and the password, so give it to nobody" in text
    assert "horse" not in text
    assert "Type your password when" not in text


def test_on_its_own_page_the_way_begins_with_the_button() -> None:
    text = profile_part(install_url="https://host.example/t/mum.mobileconfig")
    assert "Install the profile: https://host.example/t/mum.mobileconfig" in text
    assert "Use Safari on the iPhone" in text
    assert "Tap the button." in text
    assert "Tap the file" not in text


def test_the_button_of_a_page_is_a_link_in_markdown() -> None:
    text = sheet(SEEDS["centurylink"], form="markdown", install_url="https://host.example/t/m.mobileconfig")
    assert "Install the profile: <https://host.example/t/m.mobileconfig>\n" in text


def test_exchange_signs_in_on_a_web_page_afterwards() -> None:
    text = profile_part(account_of(EXCHANGE))
    assert "asks you to sign in on a page of Microsoft 365" in text
    assert "Type your password when" not in text
    assert "by hand" not in flowing(sheet(account_of(EXCHANGE), form="text"))


def test_the_day_of_removal_is_told() -> None:
    leaves = msgspec.structs.replace(
        SEEDS["centurylink"], pinned=OwnIphone(remove_on=datetime.date(2027, 1, 31))
    )
    assert "vanishes by itself on 31 January 2027" in profile_part(leaves)
    later = profile_part(SEEDS["centurylink"], remove_on=datetime.date(2027, 2, 1))
    assert "vanishes by itself on 1 February 2027" in later


@pytest.mark.parametrize(("ios", "lockdown", "protection"), [(15, 0, 0), (16, 1, 0), (17, 1, 1), (26, 1, 1)])
def test_what_stands_in_the_way_of_a_profile(ios: int, lockdown: int, protection: int) -> None:
    text = profile_part(ios=ios)
    assert text.count("Lockdown Mode") == lockdown
    assert text.count("Stolen Device Protection") == protection
    assert "8 minutes after it was fetched" in text


def test_several_accounts_share_one_profile() -> None:
    text = flowing(sheets(list(SEEDS.values()), form="text", now=NOW, person="Mum"))
    assert "One profile for 2 of them" in text
    assert "It sets up at once: Mum, Mum iCloud." in text
    assert "Not in it: Dad." in text
    assert "mum@centurylink.net (your password) joe@me.com (your app-specific password)" in text
    assert text.count("Tap the file") == 1
    assert text.count("This account is in the one profile at the beginning") == 2
    assert "Done with this: Mum, Mum iCloud." in text


def test_several_accounts_without_a_profile_and_all_with_one() -> None:
    dads = [profile_account(Account(address=f"dad{n}@msn.com"), MSN) for n in range(2)]
    assert "One profile" not in sheets(dads, form="text", now=NOW)
    mums = [profile_account(Account(address=f"mum{n}@me.com"), ICLOUD) for n in range(2)]
    assert "One profile for all of them" in sheets(mums, form="text", now=NOW)


def test_each_account_of_a_shared_profile_signs_in_at_its_own_provider() -> None:
    works = [account_of(EXCHANGE, address=f"{name}@work.example") for name in ("ann", "bob")]
    text = flowing(sheets(works, form="text", now=NOW))
    assert "Type ann@work.example and your ordinary password there. Without" in text
    assert "Type bob@work.example and your ordinary password there. Without" in text


def test_the_passwords_of_several_accounts_stand_below_their_step() -> None:
    mums = [profile_account(Account(address=f"mum{n}@me.com"), ICLOUD) for n in range(2)]
    text = sheets(mums, form="text", now=NOW)
    assert "account after the other" in flowing(text)
    assert "\n      mum0@me.com  (your app-specific password)\n      mum1@me.com  (" in text
    assert "   - mum0@me.com: (your app-specific password)" in sheets(mums, form="markdown", now=NOW)


def test_a_file_is_tapped_and_the_message_closed() -> None:
    assert "It says “Profile Downloaded”: tap “Close”. 2." in profile_part()
    tapped = sheet(SEEDS["centurylink"], form="html")
    fetched = sheet(SEEDS["centurylink"], form="html", install_url="https://host.example/t/m.mobileconfig")
    safari = "This website is trying to download"
    assert safari.split()[0] not in drawn(tapped)
    assert safari in " ".join(drawn(fetched).split())


def drawn(page: str) -> str:
    """All that is written on the pictures of a page."""
    return " ".join(re.findall(r"<text[^>]*>([^<]*)</text>", page))


PRIVATE = msgspec.structs.replace(
    account_of(incoming=OwnIncoming(ca_file="firm.pem")), certificates=(authority("Firm CA"),)
)


@pytest.mark.parametrize("signer", [None, SIGNER])
def test_the_warning_about_a_private_authority_is_expected_and_names_it(signer: Signer | None) -> None:
    text = profile_part(PRIVATE, signer=signer)
    assert "The warning about the certificate “Firm CA” is expected" in text
    assert "Certificate Trust Settings and switch on “Firm CA”." in text
    assert "warning about the certificate" not in profile_part(signer=signer)
    page = drawn(sheet(PRIVATE, form="html", signer=signer))
    assert "Root Certificate" in page
    assert page.count("Firm CA") >= 2


def test_by_hand_the_certificate_comes_first() -> None:
    text = flowing(sheet(PRIVATE, form="text"))
    by_hand = text[text.index("Way 2: by hand") : text.index("Try it ---")]
    first, second, third, then = (by_hand.index(f" {number}. ") for number in range(1, 5))
    assert "First the certificate “Firm CA” of your mail server" in by_hand[first:second]
    assert "It warns of the certificate" in by_hand[second:third]
    assert "switch on “Firm CA”" in by_hand[third:then]
    assert "Mail Accounts" in by_hand[then : then + 60]
    assert "certificate" not in flowing(sheet(SEEDS["centurylink"], form="text"))


def test_by_hand_a_pinned_certificate_comes_first_although_its_name_is_not_known() -> None:
    text = flowing(sheet(account_of(outgoing=OwnOutgoing(fingerprint="sha256:00")), form="text"))
    assert "First the certificate of your mail server." in text
    assert "Certificate Trust Settings and switch on the certificate." in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_pop_is_told_what_it_may_delete(lang: str) -> None:
    pop = OwnIncoming(
        protocol="pop3", host="pop.x.net", port=995, security="tls", username="m", auth="password"
    )
    text = flowing(sheet(account_of(incoming=pop), form="text", lang=lang))
    label = language(lang).label("Delete from server").text
    assert text.count(label) == 2, "once with the profile and once by hand"
    assert label not in flowing(sheet(SEEDS["centurylink"], form="text", lang=lang))


def test_what_a_profile_of_exchange_holds_is_drawn() -> None:
    page = drawn(sheet(account_of(EXCHANGE), form="html"))
    assert "Exchange Account" in page
    assert "Mail Account " not in page

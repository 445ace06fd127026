"""Profiles and sheets out of a home folder: the same bytes each time, with what is to be known of them."""

from __future__ import annotations

import base64
import datetime
import plistlib
import shutil
from pathlib import Path
from typing import Any

import pytest

from mailferry.exporting import NotExportableError, ProfileWishes, export_profile, export_sheet
from mailferry.handing_over import hand_over
from mailferry.iphone.cms import unwrap
from mailferry.iphone.signing import load_identity
from mailferry.iphone.way import UnknownPhoneError
from mailferry.model.secret import SecretError
from mailferry.pinned_identities import pin_problems
from tests.iphone.certificates import authority
from tests.iphone.identities import NOW, leaf
from tests.phone_homes import DAD, ICLOUD, MUM, WHEN, PhoneHome
from tests.secret_hunt import plant

PRIVATE_CA = '[incoming]\nca_file = "ca.pem"\n'
PASSWORD = "correct-Hörse & <battery>"


@pytest.fixture
def home(tmp_path: Path) -> PhoneHome:
    home = PhoneHome(tmp_path / "home")
    home.write("accounts/mum.toml", MUM)
    home.write("accounts/icloud.toml", ICLOUD)
    home.write("accounts/dad.toml", DAD)
    return home


def profile(content: bytes) -> dict[str, Any]:
    read: dict[str, Any] = plistlib.loads(content)
    return read


def pem(der: bytes) -> str:
    lines = base64.encodebytes(der).decode()
    return f"-----BEGIN CERTIFICATE-----\n{lines}-----END CERTIFICATE-----\n"


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_exporting_writes_nothing(home: PhoneHome) -> None:
    home.workspace.accounts()  # the cache of files is the shelf's
    before = files_of(home.folder)
    home.export("mum")
    export_sheet(home.workspace, [home.entry("mum")], "html")
    assert files_of(home.folder) == before


def test_the_bytes_are_the_same_before_and_after_the_pin_and_from_a_copy(
    home: PhoneHome, tmp_path: Path
) -> None:
    home.test("mum")
    first = home.export("mum")
    assert hand_over(home.workspace, first, "file").warnings == ()
    assert "tested_as" in home.text("mum")
    assert home.export("mum").content == first.content
    shutil.copytree(home.folder / "accounts", tmp_path / "copy" / "accounts")
    copy = PhoneHome(tmp_path / "copy")
    again = copy.export("mum")
    assert again.content == first.content
    assert again.unproven == ()
    assert b"Tested on 20 November 2026 against mail.centurylink.net" in again.content
    hand_over(copy.workspace, again, "file")
    assert copy.text("mum") == home.text("mum")


def test_the_order_in_which_accounts_are_named_does_not_matter(home: PhoneHome) -> None:
    assert home.export("mum", "icloud").content == home.export("icloud", "mum").content


def test_a_persons_profile_has_one_name_however_it_is_asked_for(home: PhoneHome) -> None:
    assert home.export("mum", person="mum").content == home.export("mum", person="Mum").content


def test_a_renamed_address_keeps_its_profile(home: PhoneHome) -> None:
    before = profile(home.export("mum").content)
    home.hand_over("mum")
    home.write("accounts/mum.toml", home.text("mum").replace("mum@centurylink", "mary@centurylink"))
    after = profile(home.export("mum").content)
    assert "mary@centurylink.net" in after["PayloadDisplayName"]
    for key in ("PayloadIdentifier", "PayloadUUID"):
        assert after[key] == before[key]
        assert after["PayloadContent"][0][key] == before["PayloadContent"][0][key]


@pytest.mark.parametrize("first", ["mum", "old"])
def test_two_accounts_of_one_address_never_take_each_others_place(home: PhoneHome, first: str) -> None:
    home.write("accounts/old.toml", MUM.replace('"Mum"', '"Mum old"', 1) + "[incoming]\nport = 143\n")
    home.write("accounts/old.toml", home.text("old") + 'security = "starttls"\n')
    names = {name: profile(home.export(name).content)["PayloadIdentifier"] for name in ("mum", "old")}
    assert names == {
        "mum": "app.mailferry.account.net.centurylink.mum.imap",
        "old": "app.mailferry.account.net.centurylink.mum.imap.old",
    }
    for name in (first, "old" if first == "mum" else "mum"):
        assert home.hand_over(name).warnings == ()
    for name, identifier in names.items():
        assert profile(home.export(name).content)["PayloadIdentifier"] == identifier
        assert home.account(name).iphone.identifier == identifier
    home.write("accounts/a.toml", MUM.replace('"Mum"', '"Mum new"', 1))
    assert profile(home.export("a").content)["PayloadIdentifier"].endswith(".mum.imap.a")
    assert pin_problems(home.workspace) == ()


def test_one_mailbox_by_imap_and_by_pop_is_two_accounts_with_usual_names(home: PhoneHome) -> None:
    home.write("accounts/a.toml", MUM.replace('"Mum"', '"Mum POP"', 1) + '[incoming]\nprotocol = "pop3"\n')
    assert profile(home.export("mum").content)["PayloadIdentifier"].endswith(".mum.imap")
    assert profile(home.export("a").content)["PayloadIdentifier"].endswith(".mum.pop3")


def test_what_is_kept_of_it_holds_what_people_may_see(home: PhoneHome) -> None:
    given = home.export("mum", "icloud", person="Mum").given
    assert given is not None
    assert (given.identifier, given.owner, given.person) == ("app.mailferry.person.Mum", "Mum", "Mum")
    icloud, mum = given.accounts
    assert (mum.id, mum.address) == ("mum", "mum@centurylink.net")
    assert mum.settings["incoming.port"] == 993
    assert mum.settings["label"] == "Mum"
    assert icloud.settings["incoming.username"] == "mary"
    assert not given.with_password


def test_the_content_of_a_version_is_the_same_whenever_it_was_tested(home: PhoneHome) -> None:
    untested = home.export("mum")
    home.test("mum")
    tested = home.export("mum")
    assert untested.given is not None
    assert tested.given is not None
    assert tested.content != untested.content
    assert tested.given.content == untested.given.content
    home.write("accounts/mum.toml", MUM + "[incoming]\nport = 143\nsecurity = 'starttls'\n")
    other = home.export("mum").given
    assert other is not None
    assert other.content != untested.given.content


def test_what_is_shown_is_said_once_or_by_account(home: PhoneHome) -> None:
    home.write("accounts/icloud.toml", ICLOUD.replace('name = "Mary Example"\n', ""))
    shown = home.export("mum", "icloud").shown
    assert [words for words in shown if "Not Signed" in words] == [shown[0]]
    assert any(words.startswith("Mum iCloud: ") and "name" in words for words in shown)
    assert any(words.startswith("Each account: ") and "password" in words for words in shown)
    assert not any(": " in words for words in home.export("mum").shown)


def test_an_account_that_is_not_proven_is_named(home: PhoneHome) -> None:
    home.test("icloud")
    export = home.export("mum", "icloud")
    assert [words.partition(":")[0] for words in export.unproven] == ["Mum"]
    assert set(export.unproven) <= set(export.warnings)


def test_what_is_said_of_several_accounts_is_said_once(home: PhoneHome) -> None:
    home.write("accounts/icloud.toml", ICLOUD)
    home.write("accounts/shop.toml", MUM.replace("mum@", "shop@").replace('"Mum"\n', '"Shop"\n', 1))
    (words,) = home.export("mum", "icloud", "shop").unproven
    assert words.startswith("Each account: Not tested")
    home.test("icloud")
    (words,) = home.export("mum", "icloud", "shop").unproven
    assert words.startswith("Mum, Shop: Not tested")
    home.test("mum", ok=False)
    export = home.export("mum", "icloud", "shop")
    assert sorted(words.partition(":")[0] for words in export.unproven) == ["Mum", "Shop"]
    assert set(export.unproven) <= set(export.warnings)


def test_config_and_people_say_what_a_profile_says_besides(home: PhoneHome) -> None:
    home.write(
        "config.toml", '[profiles]\norganization = "The Smiths"\nconsent = { default = "Yes?", de = "Ja?" }\n'
    )
    home.write("people.toml", "[Mum]\nremove_on = 2090-01-31\n")
    made = profile(home.export("mum", person="Mum").content)
    assert made["PayloadOrganization"] == "The Smiths"
    assert made["ConsentText"] == {"default": "Yes?", "de": "Ja?"}
    assert made["RemovalDate"] == datetime.datetime(2090, 1, 31)  # noqa: DTZ001  as property lists have it
    assert "RemovalDate" not in profile(home.export("mum").content)  # people.toml is of all that is Mum's
    wishes = ProfileWishes(organization="Me", consent={"default": "OK?"}, remove_on=datetime.date(2091, 1, 1))
    wished = export_profile(home.workspace, [home.entry("mum")], person="Mum", wishes=wishes)
    made = profile(wished.content)
    assert (made["PayloadOrganization"], made["ConsentText"]) == ("Me", {"default": "OK?"})
    assert made["RemovalDate"].year == 2091
    assert wished.given is not None
    assert wished.given.remove_on == datetime.date(2091, 1, 1)


def test_a_profile_is_described_in_the_language_of_whose_iphone_it_is(home: PhoneHome) -> None:
    english = home.export("mum")
    home.write("people.toml", '[Mum]\nlanguage = "de"\n')
    german = home.export("mum")
    assert "Richtet die App Mail" in profile(german.content)["PayloadDescription"]
    assert "Richtet die App Mail" in profile(home.export("mum", "icloud").content)["PayloadDescription"]
    assert home.export("mum", person="Mum").content == home.export("mum", person="mum").content
    wished = export_profile(home.workspace, [home.entry("mum")], wishes=ProfileWishes(lang="en"))
    assert wished.content == english.content
    for key in ("PayloadDisplayName", "PayloadIdentifier", "PayloadUUID", "PayloadContent"):
        assert profile(german.content)[key] == profile(english.content)[key]


def test_the_sheet_of_a_person_knows_the_day_on_which_all_vanishes(home: PhoneHome) -> None:
    home.write("people.toml", "[Mum]\nremove_on = 2090-01-31\n")
    sheet = export_sheet(home.workspace, [home.entry("mum")], "text", person="Mum").content.decode()
    assert "31 January 2090" in " ".join(sheet.split())


def test_signed_profiles_say_by_whom(home: PhoneHome) -> None:
    identity = load_identity(leaf().pem, key=leaf().key_pem(), now=NOW)
    export = export_profile(home.workspace, [home.entry("mum")], identity=identity)
    opened = unwrap(export.content, now=NOW)
    assert opened is not None
    assert opened.content == home.export("mum").content
    assert export.given is not None
    assert export.given.signer is not None
    assert export.given.signer.fingerprint == identity.signer.fingerprint
    assert not any("Not Signed" in words for words in export.shown)


def test_what_is_signed_anew_wraps_the_same_profile_and_is_no_new_version(home: PhoneHome) -> None:
    identity = load_identity(leaf().pem, key=leaf().key_pem(), now=NOW)  # an EC key: each signature differs
    first, second = (export_profile(home.workspace, [home.entry("mum")], identity=identity) for _ in range(2))
    assert first.content != second.content
    wrapped = [unwrap(each.content, now=NOW) for each in (first, second)]
    assert [each and each.content for each in wrapped] == [home.export("mum").content] * 2
    given = [hand_over(home.workspace, each, "file").given for each in (first, second)]
    assert [each and each.version for each in given] == [1, 1]


@pytest.mark.parametrize("form", ["pem", "der", "two"])
def test_the_certificate_of_a_private_authority_goes_along(home: PhoneHome, form: str) -> None:
    first, second = authority("Home CA"), authority("Other CA")
    content = {
        "pem": pem(first).encode(),
        "der": first,
        "two": f"words\n{pem(first)}{pem(second)}".encode(),
    }[form]
    (home.folder / "ca.pem").write_bytes(content)
    home.write("accounts/mum.toml", MUM + PRIVATE_CA)
    made = profile(home.export("mum").content)["PayloadContent"]
    roots = [each["PayloadContent"] for each in made if each["PayloadType"] == "com.apple.security.root"]
    assert roots == ([first, second] if form == "two" else [first])
    given = home.export("mum").given
    assert given is not None
    assert "certificates" in given.accounts[0].settings
    assert "incoming.ca_file" not in given.accounts[0].settings


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "there is no such file"),
        (b"", "neither a certificate nor a key"),
        (b"x" * (2 << 20), "larger than 1 MiB"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "damaged"),
        (leaf().key_pem(), "there is no certificate in it"),
    ],
)
def test_a_certificate_that_is_none_is_refused(home: PhoneHome, content: bytes | None, words: str) -> None:
    if content is not None:
        (home.folder / "ca.pem").write_bytes(content)
    home.write("accounts/mum.toml", MUM + PRIVATE_CA)
    with pytest.raises(NotExportableError, match=words) as refused:
        home.export("mum")
    assert "ca.pem" in str(refused.value)
    assert str(refused.value).count("certificate of the private authority") == 1


def test_a_sheet_of_an_account_without_its_certificate_speaks_of_no_profile(home: PhoneHome) -> None:
    home.write("accounts/mum.toml", MUM + PRIVATE_CA)
    text = export_sheet(home.workspace, [home.entry("mum")], "text").content.decode()
    assert "mobileconfig" not in text


@pytest.mark.plants_secrets("the profile is asked to hold the password")
def test_passwords_stand_in_a_profile_on_request(home: PhoneHome, tmp_path: Path) -> None:
    secret = plant(tmp_path / "secret", PASSWORD + "\n")
    home.write("accounts/mum.toml", f'{MUM}[password]\nfrom = "command"\ncommand = ["cat", "{secret}"]\n')
    wishes = ProfileWishes(with_password=True)
    export = export_profile(home.workspace, [home.entry("mum")], wishes=wishes)
    (payload,) = profile(export.content)["PayloadContent"]
    assert payload["IncomingPassword"] == PASSWORD
    assert export.given is not None
    assert export.given.with_password
    assert PASSWORD not in repr(export.given)
    plain = home.export("mum").given
    assert plain is not None
    assert plain.content != export.given.content
    assert any("readable" in words for words in export.warnings)


def test_a_password_that_cannot_be_had_is_said(home: PhoneHome) -> None:
    home.write("accounts/mum.toml", f'{MUM}[password]\nfrom = "ask"\n')
    with pytest.raises(SecretError, match="nobody can be"):
        export_profile(home.workspace, [home.entry("mum")], wishes=ProfileWishes(with_password=True))


def test_what_no_profile_carries_is_refused_before_any_password_is_asked_for(home: PhoneHome) -> None:
    home.write("accounts/dad.toml", f'{DAD}[password]\nfrom = "ask"\n')
    with pytest.raises(NotExportableError, match="Outlook"):
        export_profile(home.workspace, [home.entry("dad")], wishes=ProfileWishes(with_password=True))


def test_every_refusal_is_named_with_its_account(home: PhoneHome) -> None:
    home.write("accounts/x.toml", 'address = "x@nowhere.example"\nlabel = "X"\n')
    with pytest.raises(NotExportableError) as refused:
        home.export("mum", "dad", "x")
    assert {line.partition(":")[0] for line in str(refused.value).splitlines()} == {"dad@msn.com", "X"}


def test_a_day_of_removal_that_has_passed_is_refused(home: PhoneHome) -> None:
    home.write("accounts/mum.toml", f"{MUM}[iphone]\nremove_on = 2020-01-01\n")
    with pytest.raises(NotExportableError, match="1 January 2020"):
        home.export("mum")


def test_the_sheet_for_leaving_needs_no_servers(home: PhoneHome) -> None:
    home.write("accounts/x.toml", 'address = "x@nowhere.example"\nlabel = "X"\n')
    made = export_sheet(home.workspace, [home.entry("x")], "markdown", leaving=True)
    assert made.file_name == "x-leaving.md"
    assert (made.given, made.pins) == (None, ())


@pytest.mark.parametrize("unknown", [{"ios": 14}, {"lang": "it"}])
def test_a_phone_without_instructions_is_said(home: PhoneHome, unknown: dict[str, Any]) -> None:
    with pytest.raises(UnknownPhoneError):
        export_sheet(home.workspace, [home.entry("mum")], "text", **unknown)


def test_a_sheet_is_for_the_phone_of_its_owner(home: PhoneHome) -> None:
    home.write("people.toml", '[Mum]\nios = 17\nlanguage = "de"\n')
    text = export_sheet(home.workspace, [home.entry("mum")], "text").content.decode()
    assert "iOS 17" in text
    assert "Einstellungen" in text


def test_google_for_a_supervised_phone_is_a_profile(home: PhoneHome) -> None:
    home.write(
        "accounts/mum.toml", 'address = "mum@gmail.com"\nperson = "Mum"\n[incoming]\nauth = "oauth2"\n'
    )
    with pytest.raises(NotExportableError, match="supervises"):
        home.export("mum")
    home.write("people.toml", "[Mum]\nsupervised = true\n")
    (payload,) = profile(home.export("mum").content)["PayloadContent"]
    assert payload["PayloadType"] == "com.apple.google-oauth"


def test_sixty_accounts_of_one_person_are_one_profile(home: PhoneHome) -> None:
    for number in range(60):
        home.write(f"accounts/a{number:02}.toml", f'address = "a{number}@centurylink.net"\nperson = "Ann"\n')
    names = [f"a{number:02}" for number in range(60)]
    export = home.export(*names, person="Ann")
    assert len(profile(export.content)["PayloadContent"]) == 60
    assert home.hand_over(*names, person="Ann").warnings == ()
    assert home.export(*names, person="Ann").content == export.content


@pytest.mark.parametrize("when", [WHEN, None])
def test_hostile_names_make_a_profile_and_come_back_as_they_were(
    home: PhoneHome, when: datetime.datetime | None
) -> None:
    label = "Mum & <b>“x”</b> ‮ 🧁 'q' ]]>"
    home.write(
        "accounts/mum.toml", f'address = "mum@centurylink.net"\nlabel = """{label}"""\nname = "&amp; <"\n'
    )
    if when is not None:
        home.test("mum", when=when)
    export = home.export("mum")
    (payload,) = profile(export.content)["PayloadContent"]
    assert payload["EmailAccountName"] == "&amp; <"
    assert hand_over(home.workspace, export, "file").warnings == ()
    assert home.export("mum").content == export.content


def test_an_account_that_the_iphone_sets_up_more_simply_is_told_to_be_in_the_profile(home: PhoneHome) -> None:
    def simpler(*ids: str) -> list[str]:
        return [words for words in home.export(*ids).warnings if "the simpler way" in words]

    (both,) = simpler("mum", "icloud")
    assert both.startswith("Mum iCloud: ")
    assert both.endswith("This profile sets it up all the same; choose the others to leave it out.")
    (alone,) = simpler("icloud")
    assert "This profile" not in alone


@pytest.mark.parametrize("person", [None, "Mum"])
@pytest.mark.parametrize("ids", [("mum",), ("mum", "icloud"), ("icloud", "mum")])
def test_a_sheet_names_the_profile_that_is_exported(
    home: PhoneHome, ids: tuple[str, ...], person: str | None
) -> None:
    entries = [home.entry(each) for each in ids]
    name = profile(export_profile(home.workspace, entries, person=person).content)["PayloadDisplayName"]
    text = export_sheet(home.workspace, entries, "text", person=person).content.decode()
    assert f"is called “{name}”" in " ".join(text.split())

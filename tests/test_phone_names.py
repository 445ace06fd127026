"""No two accounts have the same name on an iPhone, whatever their files pin."""

from __future__ import annotations

import plistlib
from itertools import permutations
from pathlib import Path

import pytest

from mailferry.consignment import consign
from mailferry.exporting import export_sheet
from mailferry.handing_over import hand_over
from mailferry.phone_changes import replacement
from mailferry.phones import phones
from mailferry.pinned_identities import pin_problems
from tests.phone_homes import MUM, WHEN, PhoneHome

USUAL = "app.mailferry.account.net.centurylink.mum.imap"
OF_DAD = "app.mailferry.account.net.centurylink.dad.imap"


@pytest.fixture
def home(tmp_path: Path) -> PhoneHome:
    home = PhoneHome(tmp_path / "home")
    home.write("accounts/mum.toml", MUM)
    return home


def copy(home: PhoneHome, as_id: str, of: str = "mum", **changed: str) -> None:
    """A file copied by hand, with an address and a label typed in."""
    text = home.text(of)
    for old, new in changed.items():
        text = text.replace(f'{old}@centurylink.net"', f'{new}@centurylink.net"')
    home.write(f"accounts/{as_id}.toml", text.replace('label = "Mum"', f'label = "{as_id.title()}"'))


def name_of(home: PhoneHome, name: str, **options: str) -> tuple[str, str]:
    profile = plistlib.loads(home.export(name, **options).content)
    return profile["PayloadIdentifier"], profile["PayloadUUID"]


@pytest.mark.parametrize("as_id", ["dad", "zoe"])  # before and after the file that was copied
@pytest.mark.parametrize("recorded", [True, False])
def test_a_copied_file_does_not_take_the_place_of_the_other_account(
    home: PhoneHome, as_id: str, recorded: bool
) -> None:
    home.hand_over("mum")
    of_mum = name_of(home, "mum")
    copy(home, as_id, mum="dad")
    if not recorded:
        home.workspace.home.given_file.unlink()
    assert name_of(home, "mum") == of_mum
    assert not any("copied file" in words for words in home.export("mum").warnings)
    export = home.export(as_id)
    assert (of_mum[0], name_of(home, as_id)[0]) == (USUAL, OF_DAD)
    assert name_of(home, as_id)[1] != of_mum[1]
    assert replacement(home.workspace, export) is None
    assert any("is that of mum, as in a copied file" in words for words in export.warnings)
    sheet = export_sheet(home.workspace, [home.entry(as_id)], "text")
    assert any("copied file" in words for words in sheet.warnings)
    assert hand_over(home.workspace, export, "file").warnings == ()
    assert (home.account(as_id).iphone.identifier, home.account(as_id).iphone.uuid) == name_of(home, as_id)
    assert home.account("mum").iphone.identifier == USUAL
    again = home.export(as_id)
    assert again.content == export.content
    assert not any("copied file" in words for words in again.warnings)


def test_in_one_profile_they_are_two(home: PhoneHome) -> None:
    home.hand_over("mum")
    copy(home, "dad", mum="dad")
    profile = plistlib.loads(home.export("mum", "dad", person="Mum").content)
    names = [payload["PayloadIdentifier"] for payload in profile["PayloadContent"]]
    assert [name.rpartition("net.")[2] for name in names] == ["centurylink.dad.imap", "centurylink.mum.imap"]


def test_what_goes_by_link_has_the_right_name_too(home: PhoneHome) -> None:
    home.hand_over("mum")
    copy(home, "dad", mum="dad")
    made = consign(home.workspace, [home.entry("dad")])
    assert made.profile is not None
    assert made.profile.given is not None
    assert made.profile.given.identifier == OF_DAD
    assert any("copied file" in words for words in made.notes.warnings)


def test_what_each_phone_has_is_told_of_the_right_account(home: PhoneHome) -> None:
    home.hand_over("mum")
    copy(home, "dad", mum="dad")
    [phone] = phones(home.workspace, now=WHEN)
    assert not phone.needs_profile
    home.hand_over("dad")
    [phone] = phones(home.workspace, now=WHEN)
    assert not phone.needs_profile
    given = {each.given.profile.identifier: each.given.profile.accounts for each in phone.profiles}
    assert {identifier: [each.id for each in accounts] for identifier, accounts in given.items()} == {
        USUAL: ["mum"],
        OF_DAD: ["dad"],
    }


def test_the_renamed_account_keeps_its_name_beside_its_copy(home: PhoneHome) -> None:
    home.hand_over("mum")
    home.write("accounts/mum.toml", home.text("mum").replace("mum@", "mary@"))
    copy(home, "dad", mary="dad")  # neither address is the one that the name was made of
    assert name_of(home, "mum")[0] == USUAL
    assert name_of(home, "dad")[0] == OF_DAD


def test_the_account_whose_file_got_another_name_is_known_by_its_address(home: PhoneHome) -> None:
    home.write("accounts/mum.toml", f'{MUM}[iphone]\nidentifier = "com.example.mail"\n')
    home.hand_over("mum")
    copy(home, "dad", mum="dad")
    copy(home, "ma")
    (home.folder / "accounts" / "mum.toml").unlink()
    home.workspace.accounts()
    assert name_of(home, "ma")[0] == "com.example.mail"
    assert name_of(home, "dad")[0] == OF_DAD


def test_without_any_other_sign_the_first_file_keeps_a_foreign_name(home: PhoneHome) -> None:
    home.write("accounts/mum.toml", f'{MUM}[iphone]\nidentifier = "com.example.mail"\n')
    copy(home, "dad", mum="dad")
    assert name_of(home, "dad")[0] == "com.example.mail"
    assert name_of(home, "mum")[0] == USUAL


def test_a_name_that_its_own_file_no_longer_pins_is_not_the_copys(home: PhoneHome) -> None:
    home.hand_over("mum")
    copy(home, "dad", mum="dad")
    home.write("accounts/mum.toml", MUM)
    assert name_of(home, "mum")[0] == USUAL
    assert name_of(home, "dad")[0] == OF_DAD


def test_a_corrected_address_keeps_its_name_when_somebody_else_gets_the_old_one(home: PhoneHome) -> None:
    home.hand_over("mum")
    home.write("accounts/mum.toml", home.text("mum").replace("mum@", "mary@"))
    home.write("accounts/new.toml", MUM.replace('label = "Mum"', 'label = "New"'))
    assert name_of(home, "mum")[0] == USUAL
    assert name_of(home, "new")[0] == f"{USUAL}.new"


def test_two_pins_that_were_swapped_stay_two_names(home: PhoneHome) -> None:
    home.write("accounts/mum.toml", f'{MUM}[iphone]\nidentifier = "{OF_DAD}"\n')
    copy(home, "dad", mum="dad")
    home.write("accounts/dad.toml", home.text("dad").replace(OF_DAD, USUAL))
    assert {name_of(home, "mum")[0], name_of(home, "dad")[0]} == {USUAL, OF_DAD}


def test_an_identifier_of_ones_own_with_a_copied_uuid_gets_another_uuid(home: PhoneHome) -> None:
    home.hand_over("mum")
    copy(home, "dad", mum="dad")
    home.write("accounts/dad.toml", home.text("dad").replace(USUAL, "com.example.dad").lower())
    identifier, uuid = name_of(home, "dad")
    assert identifier == "com.example.dad"
    assert uuid != name_of(home, "mum")[1] == home.account("mum").iphone.uuid
    assert [problem.key for problem in pin_problems(home.workspace)] == ["iphone.uuid"]


@pytest.mark.parametrize("order", list(permutations(["a", "b", "mum"])))
def test_copies_with_one_address_are_told_apart_in_any_order(home: PhoneHome, order: tuple[str, ...]) -> None:
    home.hand_over("mum")
    copy(home, "a", mum="dad")
    copy(home, "b", mum="dad")
    names = {name: name_of(home, name)[0] for name in ("a", "b", "mum")}
    assert names == {"a": OF_DAD, "b": f"{OF_DAD}.b", "mum": USUAL}
    for name in order:
        assert home.hand_over(name).warnings == ()
        home.workspace.accounts()
        assert {each: name_of(home, each)[0] for each in names} == names


def test_a_name_beside_the_usual_one_may_be_pinned_elsewhere_too(home: PhoneHome) -> None:
    copy(home, "old")
    home.hand_over("mum")
    home.hand_over("old")
    copy(home, "new", of="old", mum="dad")
    home.write("accounts/old.toml", MUM.replace('label = "Mum"', 'label = "Old"'))
    home.workspace.home.given_file.unlink()
    assert name_of(home, "new")[0] == f"{USUAL}.old"  # its file is the only one to say anything of it
    assert name_of(home, "old")[0] == f"{USUAL}.old-202"


def test_lint_names_the_file_that_was_copied(home: PhoneHome) -> None:
    home.hand_over("mum")
    copy(home, "dad", mum="dad")
    problems = pin_problems(home.workspace)
    assert [Path(problem.file or "").name for problem in problems] == ["dad.toml", "dad.toml"]
    assert all(problem.message.startswith("is that of mum, as in a copied file") for problem in problems)
    home.hand_over("dad")
    assert pin_problems(home.workspace) == ()

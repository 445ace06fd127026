"""What stays of a profile that was handed over: a pin in the account's file, a line in the state folder."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from mailferry.editing import Editor
from mailferry.exporting import export_sheet
from mailferry.handing_over import hand_over
from mailferry.store.locking import LockError
from tests.phone_homes import ICLOUD, MUM, WHEN, PhoneHome
from tests.store.support import run_bound

DAY = datetime.timedelta(days=1)


@pytest.fixture
def home(tmp_path: Path) -> PhoneHome:
    home = PhoneHome(tmp_path / "home")
    home.write("accounts/mum.toml", MUM)
    home.write("accounts/icloud.toml", ICLOUD)
    return home


def test_the_first_export_is_pinned_and_the_second_changes_nothing(home: PhoneHome) -> None:
    handed = home.hand_over("mum")
    assert handed.warnings == ()
    text = home.text("mum")
    assert text == (
        f'{MUM}\n[iphone]\nidentifier = "app.mailferry.account.net.centurylink.mum.imap"\n'
        f'uuid = "{home.account("mum").iphone.uuid}"\n'
    )
    home.hand_over("mum")
    assert home.text("mum") == text


def test_every_account_of_a_persons_profile_is_pinned(home: PhoneHome) -> None:
    home.hand_over("mum", "icloud", person="Mum")
    assert home.account("mum").iphone.identifier == "app.mailferry.account.net.centurylink.mum.imap"
    assert home.account("icloud").iphone.identifier == "app.mailferry.account.com.icloud.mary.imap"


def test_a_test_is_pinned_when_it_is_news_and_goes_when_one_failed(home: PhoneHome) -> None:
    home.test("mum")
    home.hand_over("mum")
    iphone = home.account("mum").iphone
    assert iphone.tested == WHEN.date()
    assert iphone.tested_as == home.workspace.digest("mum", home.account("mum"))
    home.test("mum", when=WHEN + DAY)
    home.hand_over("mum")
    assert home.account("mum").iphone.tested == (WHEN + DAY).date()
    home.test("mum", ok=False, when=WHEN + 2 * DAY)
    home.hand_over("mum")
    iphone = home.account("mum").iphone
    assert (iphone.tested, iphone.tested_as) == (None, None)
    assert iphone.identifier is not None


def test_a_pin_of_another_makers_profile_stays(home: PhoneHome) -> None:
    home.write("accounts/mum.toml", f'{MUM}[iphone]\nidentifier = "com.example.mail"\n')
    home.hand_over("mum")
    assert home.account("mum").iphone.identifier == "com.example.mail"
    assert home.account("mum").iphone.uuid is not None


def test_what_was_given_says_who_has_what(home: PhoneHome) -> None:
    given = home.hand_over("mum", to="/home/x/mum.mobileconfig").given
    assert given is not None
    assert (given.way, given.to, given.version) == ("file", "/home/x/mum.mobileconfig", 1)
    assert given.profile.owner == "Mum"
    assert home.workspace.given.last(given.profile.identifier) == given


def test_of_a_sheet_only_the_test_is_kept(home: PhoneHome) -> None:
    home.test("mum")
    sheet = export_sheet(home.workspace, [home.entry("mum")], "text")
    handed = hand_over(home.workspace, sheet, "file", "/x.txt")
    assert handed.given is None
    iphone = home.account("mum").iphone
    assert (iphone.identifier, iphone.tested) == (None, WHEN.date())
    assert home.workspace.given.all() == {}


def test_undo_after_an_export_takes_the_edit_back_and_leaves_the_pin(home: PhoneHome) -> None:
    editor = Editor(home.workspace)
    path = home.entry("mum").path
    edited = MUM.replace("Mary Example", "Mary E.")
    editor.save(path, MUM, edited)
    home.hand_over("mum")
    assert editor.undo() is not None
    assert home.account("mum").name == "Mary Example"
    assert home.account("mum").iphone.identifier is not None
    assert editor.redo() is not None
    assert home.account("mum").name == "Mary E."
    assert home.account("mum").iphone.identifier is not None


def test_an_export_is_no_step_of_its_own(home: PhoneHome) -> None:
    home.hand_over("mum")
    assert Editor(home.workspace).undo() is None


def test_a_copy_of_an_account_is_another_one_on_the_iphone(home: PhoneHome) -> None:
    home.write("accounts/mum.toml", f"{MUM}\n[iphone]\nremove_on = 2090-01-31\n")
    home.hand_over("mum")
    copy = Editor(home.workspace).duplicate(home.entry("mum"))
    assert copy.value is not None
    assert (copy.value.iphone.identifier, copy.value.iphone.uuid) == (None, None)
    assert copy.value.iphone.remove_on == datetime.date(2090, 1, 31)


def test_a_file_that_changed_meanwhile_is_left_and_that_is_said(home: PhoneHome) -> None:
    export = home.export("mum", "icloud")
    changed = MUM.replace("Mary Example", "Mary E.")
    home.write("accounts/mum.toml", changed)
    handed = hand_over(home.workspace, export, "file", None)
    assert home.text("mum") == changed
    assert "identifier" in home.text("icloud")
    (warning,) = handed.warnings
    assert warning.startswith("mum: ")
    assert "has changed in the meantime" in warning
    assert handed.given is not None


def test_a_broken_file_by_now_is_a_warning_too(home: PhoneHome) -> None:
    export = home.export("mum")
    home.write("accounts/mum.toml", "nonsense")
    assert len(hand_over(home.workspace, export, "file").warnings) == 1


def test_a_locked_home_stops_no_export(home: PhoneHome, monkeypatch: pytest.MonkeyPatch) -> None:
    export = home.export("mum")

    def busy(*_: object) -> None:
        raise LockError("another mailferry has been holding it")

    monkeypatch.setattr("mailferry.store.given.locked", busy)
    monkeypatch.setattr("mailferry.store.history.locked", busy)
    handed = hand_over(home.workspace, export, "link", "iPhone")
    assert handed.given is None
    assert len(handed.warnings) == 2
    assert all("another mailferry" in warning for warning in handed.warnings)


def test_a_home_that_is_read_only_is_a_warning_and_the_same_bytes(home: PhoneHome) -> None:
    said = run_bound(
        """
        import sys
        from pathlib import Path
        from mailferry.exporting import export_profile
        from mailferry.handing_over import hand_over
        from mailferry.store.home import locate_home
        from mailferry.workspace import Workspace

        folder = Path(sys.argv[1])
        for place in (folder / "accounts", folder):
            place.chmod(0o500)
        try:
            workspace = Workspace(locate_home(folder))
            entry = workspace.find("mum")
            first = export_profile(workspace, [entry])
            for warning in hand_over(workspace, first, "file", None).warnings:
                print(warning)
            print(export_profile(workspace, [workspace.find("mum")]).content == first.content)
        finally:
            for place in (folder, folder / "accounts"):
                place.chmod(0o700)
        """,
        home.folder,
    )
    *warnings, same = said.splitlines()
    assert same == "True"
    assert len(warnings) == 2
    assert home.text("mum") == MUM

"""What exports are called: safe names, and distinct ones for distinct people."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailferry.exporting import export_sheet
from mailferry.model.problem import MailferryError
from mailferry.saving import save_export
from tests.phone_homes import ICLOUD, MUM, PhoneHome


@pytest.fixture
def home(tmp_path: Path) -> PhoneHome:
    home = PhoneHome(tmp_path / "home")
    home.write("accounts/mum.toml", MUM)
    home.write("accounts/icloud.toml", ICLOUD)
    return home


def stem_of(home: PhoneHome, person: str) -> str:
    written = person.replace("\\", "\\\\").replace('"', '\\"')
    home.write("accounts/mum.toml", f'address = "mum@centurylink.net"\nperson = "{written}"\n')
    name = home.export("mum", person=person).file_name
    assert export_sheet(home.workspace, [home.entry("mum")], "text", person=person).file_name == (
        name.removesuffix("mobileconfig") + "txt"
    )
    return name.removesuffix(".mobileconfig")


@pytest.mark.parametrize(
    ("person", "stem"), [("Mum", "mum"), ("Anna Maria", "anna-maria"), ("Оля", "оля"), ("हिन्दी", "हिन्दी")]
)
def test_a_plain_name_is_the_files(home: PhoneHome, person: str, stem: str) -> None:
    assert stem_of(home, person) == stem


@pytest.mark.parametrize(
    "person",
    [
        "x" * 245,
        "ж" * 300,
        ".hidden",
        "../../etc/passwd",
        "a/b\\c",
        "a‮gpj.exe",
        "⁦a⁩",
        " ",
        "🧁",
        "…",
        "-rf",
        "Strauß-Müller",
    ],
)
def test_any_name_makes_a_safe_and_short_one(home: PhoneHome, tmp_path: Path, person: str) -> None:
    stem = stem_of(home, person)
    assert len(stem.encode()) <= 100
    assert stem.isprintable()
    assert not stem.startswith((".", "-"))
    assert not set(stem) & set("/\\ ‮⁦⁩")
    assert stem == stem_of(home, person)
    (tmp_path / "out").mkdir()
    path = save_export(home.export("mum", person=person), tmp_path / "out")
    assert (path.parent, path.read_bytes()[:5]) == (tmp_path / "out", b"<?xml")


def test_distinct_people_have_distinct_files(home: PhoneHome) -> None:
    people = [
        "a b",
        "a/b",
        "a-b",
        "a  b",
        "a b ",
        "a.b",
        "a_b",
        "\u00e9",
        "e\u0301",
        "x" * 245,
        "x" * 246,
        "🧁",
        "🍰",
    ]
    assert len({stem_of(home, person) for person in people}) == len(people)


def test_an_account_with_a_very_long_name_and_a_group_have_names_of_their_own(
    home: PhoneHome, tmp_path: Path
) -> None:
    home.write(f"accounts/{'x' * 240}.toml", 'address = "x@centurylink.net"\n')
    assert len(save_export(home.export("x" * 240), tmp_path).name) < 120
    names = {home.export("mum").file_name, home.export("icloud", "mum").file_name}
    assert home.export("mum", "icloud").file_name in names
    assert "mum.mobileconfig" in names
    assert len(names) == 2


def test_in_a_folder_another_profile_stays(home: PhoneHome, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    of_account, of_person = home.export("mum"), home.export("mum", "icloud", person="Mum")
    first = save_export(of_account, folder)
    second = save_export(of_person, folder)
    assert (first.name, second.parent) == ("mum.mobileconfig", folder)
    assert first.read_bytes() == of_account.content
    assert second.read_bytes() == of_person.content
    assert (save_export(of_account, folder), save_export(of_person, folder)) == (first, second)
    assert len(list(folder.iterdir())) == 2


def test_in_a_folder_what_is_no_profile_stays(home: PhoneHome, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "mum.mobileconfig").write_bytes(b"mine")
    path = save_export(home.export("mum"), folder)
    assert (folder / "mum.mobileconfig").read_bytes() == b"mine"
    path.write_bytes(b"mine too")
    with pytest.raises(MailferryError, match="holds something else; name a file"):
        save_export(home.export("mum"), folder)
    named = tmp_path / "out" / "mum.mobileconfig"
    assert save_export(home.export("mum"), named) == named  # who names the file means it

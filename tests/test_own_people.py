"""people.toml is changed where it must be, and nowhere else."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from mailferry.editing import Editor
from mailferry.model.config import Person
from mailferry.model.problem import InvalidFileError, MailferryError
from mailferry.own_people import removal_day
from mailferry.store.home import Home, prepare_home
from mailferry.workspace import Workspace

_FILE = """\
# the family

["Mum"]   # has the old one
ios = 17
language = "en"

[Dad]
ios = 18
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(config=tmp_path, state=tmp_path / "state")
    prepare_home(made)
    return made


def test_only_what_changes_is_written_anew(home: Home) -> None:
    home.people_file.write_text(_FILE, encoding="utf-8")
    workspace = Workspace(home)
    assert Editor(workspace).set_person("Mum", Person(ios=17, language="de"))
    assert home.people_file.read_text(encoding="utf-8") == _FILE.replace('"en"', '"de"')
    assert workspace.people["Mum"] == Person(ios=17, language="de")


def test_what_is_as_by_default_is_left_out(home: Home) -> None:
    home.people_file.write_text(_FILE, encoding="utf-8")
    Editor(Workspace(home)).set_person("Mum", Person(ios=17))
    assert "language" not in home.people_file.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["Mum", "Oma “Lisl” & Opa", "a.b", "[x]", "Ünal\u202e", '"'])
def test_a_person_with_any_name_gets_a_table_and_undo_takes_it_back(home: Home, name: str) -> None:
    workspace = Workspace(home)
    editor = Editor(workspace)
    wanted = Person(ios=26, language="fr", supervised=True, remove_on=datetime.date(2999, 1, 31))
    assert editor.set_person(name, wanted)
    assert workspace.people == {name: wanted}
    editor.undo()
    assert workspace.people == {}


def test_what_is_known_already_is_no_step(home: Home) -> None:
    home.people_file.write_text(_FILE, encoding="utf-8")
    editor = Editor(Workspace(home))
    assert not editor.set_person("Dad", Person(ios=18))
    assert editor.undo() is None


def test_a_file_that_cannot_be_read_is_left_alone(home: Home) -> None:
    home.people_file.write_text("[Mum]\nios = 12\n", encoding="utf-8")
    with pytest.raises(InvalidFileError):
        Editor(Workspace(home)).set_person("Dad", Person(ios=18))
    assert home.people_file.read_text(encoding="utf-8") == "[Mum]\nios = 12\n"


def test_a_day_that_has_passed_is_refused_unless_it_stands_there_already(home: Home) -> None:
    home.people_file.write_text("[Mum]\nremove_on = 2020-01-31\n", encoding="utf-8")
    editor = Editor(Workspace(home))
    day = datetime.date(2020, 1, 31)
    assert editor.set_person("Mum", Person(remove_on=day, ios=18))
    with pytest.raises(MailferryError, match="2020-02-01 has passed"):
        editor.set_person("Mum", Person(remove_on=datetime.date(2020, 2, 1)))
    assert removal_day("2020-01-31", known=day) == day


@pytest.mark.parametrize(("text", "words"), [("soon", "is no day"), ("2020-01-31", "has passed")])
def test_a_day_is_read_as_people_type_it(text: str, words: str) -> None:
    with pytest.raises(MailferryError, match=words):
        removal_day(text)
    assert removal_day(" ") is None
    assert removal_day(" 2999-01-31 ") == datetime.date(2999, 1, 31)

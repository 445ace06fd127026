from __future__ import annotations

import stat
from pathlib import Path

import pytest

from mailferry.store.home import Home, HomeError, locate_home, prepare_home
from mailferry.store.shipped import shipped
from tests.store.support import run_bound

PREPARE = """
import sys, pathlib
from mailferry.store.home import HomeError, locate_home, prepare_home
try:
    prepare_home(locate_home(pathlib.Path(sys.argv[1])))
    print("prepared")
except HomeError as error:
    print(error)
"""


def test_the_option_wins_over_the_variable_and_that_over_the_platform(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform = locate_home()
    assert platform.config.name == platform.state.name == "mailferry"
    assert platform.config != platform.state
    monkeypatch.setenv("MAILFERRY_HOME", "")
    assert locate_home() == platform
    monkeypatch.setenv("MAILFERRY_HOME", str(tmp_path / "a"))
    assert locate_home() == Home(tmp_path / "a", tmp_path / "a" / "state")
    assert locate_home(tmp_path / "b") == Home(tmp_path / "b", tmp_path / "b" / "state")


def test_a_relative_home_is_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert locate_home(Path("mine")).accounts == tmp_path / "mine" / "accounts"
    assert locate_home(Path("~/mine")).config == Path.home() / "mine"


def test_a_stranger_s_home_is_explained() -> None:
    with pytest.raises(HomeError, match="whose home is meant"):
        locate_home(Path("~no-such-user-here/x"))


def test_where_things_are(tmp_path: Path) -> None:
    home = locate_home(tmp_path)
    assert home.providers == tmp_path / "providers"
    assert home.themes == tmp_path / "themes"
    assert home.config_file == tmp_path / "config.toml"
    assert home.people_file == tmp_path / "people.toml"


def test_folders_are_made_for_their_owner_alone(tmp_path: Path) -> None:
    home = locate_home(tmp_path / "deep" / "home")
    prepare_home(home)
    prepare_home(home)
    for folder in (home.config.parent, home.config, home.accounts, home.providers, home.themes, home.state):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_home_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    for folder in (tmp_path / "home", tmp_path / "home" / "below"):
        with pytest.raises(HomeError, match=r"home is a file; a folder is needed there.*--home"):
            prepare_home(locate_home(folder))


def test_a_home_that_may_not_be_read(tmp_path: Path) -> None:
    prepare_home(locate_home(tmp_path / "home"))
    (tmp_path / "home" / "accounts").chmod(0o300)
    assert "you may not read the folder" in run_bound(PREPARE, tmp_path / "home")
    (tmp_path / "home").chmod(0)
    assert "you may not" in run_bound(PREPARE, tmp_path / "home")


def test_a_home_that_may_not_be_written_can_be_read_all_the_same(tmp_path: Path) -> None:
    home = tmp_path / "home"
    prepare_home(locate_home(home))
    home.chmod(0o500)
    assert run_bound(PREPARE, home) == "prepared\n"
    (home / "themes").rmdir()
    assert "themes cannot be made: Permission denied; choose a home folder" in run_bound(PREPARE, home)


def test_what_comes_with_mailferry() -> None:
    assert (shipped("profiles") / "providers").is_dir()
    assert shipped("themes").is_dir()


def test_an_incomplete_installation_is_explained(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("mailferry.store.shipped._PACKAGE", tmp_path / "tui" / "mailferry")
    with pytest.raises(Exception, match=r"profiles are missing.*install it again"):
        shipped("profiles")

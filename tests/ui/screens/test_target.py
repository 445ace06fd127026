from __future__ import annotations

from pathlib import Path

import pytest

from mailferry.ui.screens.target import TargetCheck, TargetError, target


def test_a_folder_means_the_file_in_it(tmp_path: Path) -> None:
    assert target(str(tmp_path), "mum.txt") == tmp_path / "mum.txt"
    assert target(f" {tmp_path}/other.txt ", "mum.txt") == tmp_path / "other.txt"


def test_a_tilde_is_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert target("~/mum.txt", "x") == tmp_path / "mum.txt"


def test_a_relative_path_starts_where_the_program_was_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert target("mum.txt", "x") == tmp_path / "mum.txt"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "a file name is needed"),
        ("  ", "a file name is needed"),
        ("x\0y", "null character"),
        ("{folder}/none/x.txt", "there is no folder"),
        ("{folder}/file/x.txt", "there is no folder"),
        ("~nobody-of-this-name/x", "no such home folder"),
        ("{folder}/" + "x" * 300, "too long"),
    ],
)
def test_what_cannot_be_written_is_said(tmp_path: Path, typed: str, said: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(TargetError, match=said):
        target(typed.format(folder=tmp_path), "mum.txt")


def test_a_folder_of_the_files_own_name_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "mum.txt").mkdir()
    with pytest.raises(TargetError, match="is a folder"):
        target(str(tmp_path), "mum.txt")


def test_what_may_not_be_written_to_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda path, mode: False)  # the superuser may write everywhere
    with pytest.raises(TargetError, match="cannot be written to"):
        target(str(tmp_path / "mum.txt"), "x")


def test_an_existing_file_is_a_problem_once(tmp_path: Path) -> None:
    check = TargetCheck("mum.txt")
    one, other = tmp_path / "one.txt", tmp_path / "other.txt"
    one.touch()
    other.touch()
    assert "enter again" in (check(str(one)) or "")
    assert "enter again" in (check(str(other)) or "")
    assert check(str(other)) is None
    assert check(str(tmp_path / "new.txt")) is None

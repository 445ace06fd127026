from __future__ import annotations

import os
import signal
import stat
from pathlib import Path

import pytest

from mailferry.store.files import (
    ChangedOnDiskError,
    FileError,
    FileMissingError,
    extend,
    read_text,
    replace,
    write_atomically,
)
from mailferry.store.locking import LockError, locked
from tests.store.support import run_bound, start_python


def only(folder: Path, *names: str) -> bool:
    return sorted(file.name for file in folder.iterdir()) == sorted(names)


# Reading


def test_line_ends_stay_and_a_byte_order_mark_goes(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_bytes(b"\xef\xbb\xbfa = 1\r\nb = 2\n")
    assert read_text(file) == "a = 1\r\nb = 2\n"


def test_missing(tmp_path: Path) -> None:
    with pytest.raises(FileMissingError, match=r"a.toml: there is no such file"):
        read_text(tmp_path / "a.toml")


def test_a_folder_in_place_of_a_file(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="is a folder"):
        read_text(tmp_path)
    with pytest.raises(FileError, match="is a folder"):
        replace(tmp_path, None, "x", lock=tmp_path / "lock")


def test_a_named_pipe_does_not_hang(tmp_path: Path) -> None:
    pipe = tmp_path / "a.toml"
    os.mkfifo(pipe)
    with pytest.raises(FileError, match="not an ordinary file"):
        read_text(pipe)


def test_latin_1_names_the_line(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_bytes('a = 1\nname = "Jürgen"\n'.encode("latin-1"))
    with pytest.raises(FileError, match=r"a.toml:2: is not UTF-8.*0xfc.*Latin-1.*save it as UTF-8") as caught:
        read_text(file)
    assert caught.value.problems[0].line == 2


def test_utf_16_is_guessed(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_bytes("a = 1".encode("utf-16"))
    with pytest.raises(FileError, match="UTF-16"):
        read_text(file)


def test_too_large(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_bytes(b"#" * (1 << 20))
    assert len(read_text(file)) == 1 << 20
    file.write_bytes(b"#" * ((1 << 20) + 1))
    with pytest.raises(FileError, match="larger than 1 MiB"):
        read_text(file)


def test_a_name_with_escapes_does_not_reach_the_message_raw(tmp_path: Path) -> None:
    with pytest.raises(FileError) as caught:
        read_text(tmp_path / "a\x1b[2J.toml")
    assert "\x1b" not in str(caught.value)


def test_unreadable(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_text("a = 1")
    file.chmod(0)
    said = run_bound(
        """
        import sys, pathlib
        from mailferry.store.files import FileError, read_text
        try:
            read_text(pathlib.Path(sys.argv[1]))
        except FileError as error:
            print(error)
        """,
        file,
    )
    assert "a.toml: cannot be read: Permission denied" in said


# Replacing


def test_create_change_delete(tmp_path: Path) -> None:
    file, lock = tmp_path / "a.toml", tmp_path / "state" / "lock"
    replace(file, None, "a = 1\n", lock=lock)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(lock.stat().st_mode) == 0o600
    replace(file, "a = 1\n", "a = 2\r\n", lock=lock)
    assert file.read_bytes() == b"a = 2\r\n"
    replace(file, "a = 2\r\n", None, lock=lock)
    assert only(tmp_path, "state")


@pytest.mark.parametrize(
    ("there", "before", "words"),
    [
        ("theirs\n", "base\n", "has been changed by another program"),
        (None, "base\n", "has been deleted in the meantime"),
        ("theirs\n", None, "has been made by another program"),
    ],
)
def test_what_changed_underneath_is_left_alone(
    tmp_path: Path, there: str | None, before: str | None, words: str
) -> None:
    file = tmp_path / "a.toml"
    if there is not None:
        file.write_text(there)
    with pytest.raises(ChangedOnDiskError, match=words) as caught:
        replace(file, before, "yours\n", lock=tmp_path / "lock")
    assert (caught.value.base, caught.value.yours, caught.value.theirs) == (before, "yours\n", there)
    assert "+yours" in caught.value.diff()
    assert file.exists() == (there is not None)
    if there is not None:
        assert file.read_text() == there
        assert f"-{there}" in caught.value.diff()


def test_a_link_stays_and_its_target_is_written(tmp_path: Path) -> None:
    real, link = tmp_path / "repository" / "mum.toml", tmp_path / "mum.toml"
    real.parent.mkdir()
    real.write_text("a = 1\n")
    link.symlink_to(real)
    replace(link, "a = 1\n", "a = 2\n", lock=tmp_path / "lock")
    assert link.is_symlink()
    assert real.read_text() == "a = 2\n"
    assert only(real.parent, "mum.toml")


def test_what_a_killed_program_left_is_written_over(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    (tmp_path / ".a.toml.new").write_text("half")
    replace(file, None, "whole\n", lock=tmp_path / "lock")
    assert file.read_text() == "whole\n"
    assert only(tmp_path, "a.toml", "lock")


def test_half_a_character_and_too_much_are_refused(tmp_path: Path) -> None:
    for text, words in (("\ud800", "half a character"), ("#" * ((1 << 20) + 1), "larger than 1 MiB")):
        with pytest.raises(FileError, match=words):
            replace(tmp_path / "a.toml", None, text, lock=tmp_path / "lock")
    assert only(tmp_path, "lock")


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="was not saved, and is as it was: there is no folder"):
        replace(tmp_path / "none" / "a.toml", None, "x", lock=tmp_path / "lock")


def test_a_full_disk_leaves_the_old_file(small_disk: Path, tmp_path: Path) -> None:
    file = small_disk / "a.toml"
    replace(file, None, "old\n", lock=tmp_path / "lock")
    with pytest.raises(FileError, match=r"a.toml: was not saved, and is as it was: the disk is full"):
        replace(file, "old\n", "#" * 100_000, lock=tmp_path / "lock")
    assert file.read_text() == "old\n"
    assert only(small_disk, "a.toml")


def test_a_read_only_folder_leaves_the_old_file(tmp_path: Path) -> None:
    folder = tmp_path / "accounts"
    folder.mkdir()
    (folder / "a.toml").write_text("old\n")
    folder.chmod(0o555)
    said = run_bound(
        """
        import sys, pathlib
        from mailferry.store.files import FileError, replace
        folder = pathlib.Path(sys.argv[1])
        for before, after in (("old\\n", "new\\n"), ("old\\n", None)):
            try:
                replace(folder / "accounts" / "a.toml", before, after, lock=folder / "lock")
            except FileError as error:
                print(error)
        """,
        tmp_path,
    )
    assert said.count("was not saved, and is as it was: you may not write in the folder") == 2
    assert (folder / "a.toml").read_text() == "old\n"
    assert only(folder, "a.toml")


def test_kill_at_any_moment_leaves_the_old_or_the_new_file_whole(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    texts = [f"# {letter * 60}\n" * 3000 for letter in "ab"]
    file.write_text(texts[0])
    for moment in range(1, 13):
        saver = start_python(
            """
            import sys, pathlib
            from mailferry.store.files import read_text, replace
            file, lock = map(pathlib.Path, sys.argv[1:])
            texts = [f"# {letter * 60}\\n" * 3000 for letter in "ab"]
            while True:
                old = read_text(file)
                replace(file, old, texts[old == texts[0]], lock=lock)
                print("saved", flush=True)
            """,
            file,
            tmp_path / "lock",
        )
        assert saver.stdout is not None
        for _ in range(moment):
            assert saver.stdout.readline() == "saved\n"
        saver.send_signal(signal.SIGKILL)
        saver.communicate()
        assert file.read_text() in texts
    replace(file, file.read_text(), "after all\n", lock=tmp_path / "lock")
    assert only(tmp_path, "a.toml", "lock")


def test_two_programs_saving_at_once_lose_nothing(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_text("")
    savers = [
        start_python(
            """
            import sys, pathlib
            from mailferry.store.files import ChangedOnDiskError, read_text, replace
            file, lock = map(pathlib.Path, sys.argv[1:3])
            input()
            for number in range(60):
                while True:
                    old = read_text(file)
                    try:
                        replace(file, old, f"{old}{sys.argv[3]} {number}\\n", lock=lock)
                        break
                    except ChangedOnDiskError as error:
                        assert error.theirs.startswith(old)
            """,
            file,
            tmp_path / "lock",
            name,
        )
        for name in "ab"
    ]
    for saver in savers:
        assert saver.stdin is not None
        saver.stdin.write("\n")
        saver.stdin.flush()
    for saver in savers:
        saver.communicate()
        assert saver.returncode == 0
    lines = file.read_text().splitlines()
    assert sorted(lines) == sorted(f"{name} {number}" for name in "ab" for number in range(60))


# Locking


def test_a_lock_that_is_not_let_go_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailferry.store.locking._PATIENCE", 0.0)
    with (
        locked(tmp_path / "lock"),
        pytest.raises(LockError, match=r"another mailferry has been holding .*nothing was saved"),
    ):
        replace(tmp_path / "a.toml", None, "x", lock=tmp_path / "lock")
    assert only(tmp_path, "lock")
    replace(tmp_path / "a.toml", None, "x", lock=tmp_path / "lock")


def test_a_lock_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "lock").mkdir()
    with pytest.raises(LockError, match="cannot be locked"), locked(tmp_path / "lock"):
        pass


def test_our_own_files_are_replaced_whole_too(tmp_path: Path) -> None:
    file = tmp_path / "cache"
    write_atomically(file, b"old")
    write_atomically(file, b"new")
    assert file.read_bytes() == b"new"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert only(tmp_path, "cache")


# Adding at the end


def test_an_addition_touches_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_bytes(b"\xef\xbb\xbfa = 1\r\n")
    before = file.stat().st_ino
    extend(file, "b = “2”\r\n")
    assert file.read_bytes() == b"\xef\xbb\xbfa = 1\r\n" + "b = “2”\r\n".encode()
    assert file.stat().st_ino == before
    assert only(tmp_path, "a.toml")


def test_an_addition_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="was not saved"):
        extend(tmp_path / "a.toml", "x")
    assert only(tmp_path)


def test_an_addition_that_is_too_much_is_none(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_text("#" * ((1 << 20) - 2))
    with pytest.raises(FileError, match="larger than 1 MiB"):
        extend(file, "abc")
    assert file.stat().st_size == (1 << 20) - 2


def test_an_addition_to_a_full_disk_leaves_the_old_file(small_disk: Path) -> None:
    file = small_disk / "a.toml"
    file.write_text("a = 1\n")
    with pytest.raises(FileError, match="the disk is full"):
        extend(file, "#" * 100_000)
    assert file.read_text() == "a = 1\n"


def test_an_addition_to_a_file_that_is_not_ours_to_write_is_said(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_text("a = 1\n")
    file.chmod(0o444)
    said = run_bound(
        """
        import sys
        from pathlib import Path
        from mailferry.store.files import FileError, extend
        try:
            extend(Path(sys.argv[1]), "b = 2")
        except FileError as error:
            print(error)
        """,
        file,
    )
    assert "you may not write to it" in said
    assert file.read_text() == "a = 1\n"

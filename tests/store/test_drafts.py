from __future__ import annotations

import signal
from pathlib import Path

import pytest

from mailferry.store.drafts import Drafts
from mailferry.store.files import FileError
from mailferry.store.folders import FolderError
from tests.store.support import start_python


def test_drafts_are_there_at_the_next_start(tmp_path: Path) -> None:
    mum, dad = Path("/home/x/accounts/mum.toml"), Path("/home/x/accounts/dad.toml")
    Drafts(tmp_path / "drafts").keep(mum, 'label = "Mum"\r\n', "half a li")
    Drafts(tmp_path / "drafts").keep(dad, None, "")
    Drafts(tmp_path / "drafts").keep(mum, 'label = "Mum"\r\n', "half a line é")
    found = Drafts(tmp_path / "drafts").all()
    assert [(draft.path, draft.base, draft.text) for draft in found] == [
        (dad, None, ""),
        (mum, 'label = "Mum"\r\n', "half a line é"),
    ]
    assert all(draft.when.tzinfo for draft in found)
    Drafts(tmp_path / "drafts").forget(mum)
    Drafts(tmp_path / "drafts").forget(mum)
    assert [draft.path for draft in Drafts(tmp_path / "drafts").all()] == [dad]


def test_a_damaged_draft_is_passed_over(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path)
    drafts.keep(Path("/a.toml"), None, "a")
    (tmp_path / "0.json").write_bytes(b'{"path": "/b.toml"')
    (tmp_path / "1.json").mkdir()
    assert [draft.text for draft in drafts.all()] == ["a"]


def test_no_drafts_yet(tmp_path: Path) -> None:
    assert Drafts(tmp_path / "none").all() == ()
    Drafts(tmp_path / "none").forget(Path("/a.toml"))


def test_where_no_draft_can_be_kept(tmp_path: Path, small_disk: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FolderError, match="is a file"):
        Drafts(tmp_path / "file").keep(Path("/a.toml"), None, "a")
    drafts = Drafts(small_disk / "drafts")
    drafts.keep(Path("/a.toml"), None, "old")
    with pytest.raises(FileError, match="the disk is full"):
        drafts.keep(Path("/a.toml"), None, "#" * 100_000)
    assert [draft.text for draft in drafts.all()] == ["old"]


def test_a_draft_survives_a_kill(tmp_path: Path) -> None:
    for moment in range(1, 5):
        typist = start_python(
            """
            import sys, pathlib
            from mailferry.store.drafts import Drafts
            drafts = Drafts(pathlib.Path(sys.argv[1]))
            for number in range(1, 100_000):
                drafts.keep(pathlib.Path("/a.toml"), None, f"{number}\\n" * 5000)
                print(number, flush=True)
            """,
            tmp_path,
        )
        assert typist.stdout is not None
        kept = [int(typist.stdout.readline()) for _ in range(moment)][-1]
        typist.send_signal(signal.SIGKILL)
        typist.communicate()
        (draft,) = Drafts(tmp_path).all()
        lines = draft.text.splitlines()
        assert len(lines) == 5000
        assert len(set(lines)) == 1
        assert int(lines[0]) >= kept

from __future__ import annotations

import signal
import stat
from pathlib import Path

import pytest

from mailferry.store import history as history_module
from mailferry.store.files import ChangedOnDiskError, FileError
from mailferry.store.history import Change, History
from tests.store.support import start_python


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "state" / "history", tmp_path / "state" / "lock")


def again(tmp_path: Path) -> History:
    """The same history in another program."""
    return History(tmp_path / "state" / "history", tmp_path / "state" / "lock")


def said(file: Path) -> str | None:
    return file.read_text() if file.exists() else None


def test_steps_back_and_forth_also_after_a_restart(history: History, tmp_path: Path) -> None:
    a, b = tmp_path / "a.toml", tmp_path / "b.toml"
    assert history.undo() is None
    assert history.redo() is None
    history.commit("add a", [Change(a, None, "1")])
    history.commit("change both", [Change(a, "1", "2"), Change(b, None, "b")])
    history.commit("delete a", [Change(a, "2", None)])
    seen = []
    for _ in range(3):
        step = again(tmp_path).undo()
        assert step is not None
        seen.append((step.what, said(a), said(b)))
    assert seen == [("delete a", "2", "b"), ("change both", "1", None), ("add a", None, None)]
    assert again(tmp_path).undo() is None
    redone = [step.what for _ in range(3) if (step := again(tmp_path).redo())]
    assert redone == ["add a", "change both", "delete a"]
    assert (said(a), said(b)) == (None, "b")
    assert again(tmp_path).redo() is None


def test_a_new_step_drops_what_could_be_redone(history: History, tmp_path: Path) -> None:
    a = tmp_path / "a.toml"
    history.commit("one", [Change(a, None, "1")])
    history.commit("two", [Change(a, "1", "2")])
    history.undo()
    history.commit("three", [Change(a, "1", "3")])
    assert history.redo() is None
    assert [step.what for _ in range(3) if (step := history.undo())] == ["three", "one"]


def test_only_its_owner_can_read_it(history: History, tmp_path: Path) -> None:
    history.commit("one", [Change(tmp_path / "a.toml", None, "1")])
    files = [*(tmp_path / "state").rglob("*")]
    assert len(files) == 4
    assert {stat.S_IMODE(file.stat().st_mode) for file in files if file.is_file()} == {0o600}
    assert {stat.S_IMODE(file.stat().st_mode) for file in files if file.is_dir()} == {0o700}


def test_a_file_changed_since_is_left_alone(history: History, tmp_path: Path) -> None:
    a, b = tmp_path / "a.toml", tmp_path / "b.toml"
    history.commit("both", [Change(a, None, "1"), Change(b, None, "1")])
    a.write_text("by hand")
    with pytest.raises(ChangedOnDiskError) as caught:
        history.undo()
    assert caught.value.theirs == "by hand"
    assert (said(a), said(b)) == ("by hand", "1")
    with pytest.raises(ChangedOnDiskError):
        history.commit("again", [Change(b, "1", "2"), Change(a, "1", "2")])
    assert (said(a), said(b)) == ("by hand", "1")
    a.write_text("1")
    step = history.undo()
    assert step is not None
    assert step.what == "both"


def test_a_failed_commit_keeps_what_could_be_redone(history: History, tmp_path: Path) -> None:
    a = tmp_path / "a.toml"
    history.commit("one", [Change(a, None, "1")])
    history.undo()
    with pytest.raises(ChangedOnDiskError):
        history.commit("two", [Change(a, "not so", "2")])
    step = history.redo()
    assert step is not None
    assert step.what == "one"


def test_when_a_later_change_fails_the_earlier_ones_are_put_back(history: History, tmp_path: Path) -> None:
    a, b = tmp_path / "a.toml", tmp_path / "no folder" / "b.toml"
    history.commit("one", [Change(a, None, "1")])
    with pytest.raises(FileError, match="there is no folder"):
        history.commit("two", [Change(a, "1", "2"), Change(b, None, "b")])
    assert said(a) == "1"
    assert [step.what for _ in range(2) if (step := history.undo())] == ["one"]


def test_a_full_disk_puts_back_too(history: History, tmp_path: Path, small_disk: Path) -> None:
    a, b = small_disk / "a.toml", small_disk / "b.toml"
    history.commit("one", [Change(a, None, "1")])
    with pytest.raises(FileError, match="the disk is full"):
        history.commit("two", [Change(a, "1", "2"), Change(b, None, "#" * 100_000)])
    assert (said(a), said(b)) == ("1", None)


def test_the_oldest_steps_go(history: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_module, "_KEPT", 5)
    a = tmp_path / "a.toml"
    for number in range(12):
        history.commit(f"step {number}", [Change(a, said(a), str(number))])
    undone = [step.what for _ in range(12) if (step := history.undo())]
    assert undone == ["step 11", "step 10", "step 9", "step 8", "step 7"]
    assert said(a) == "6"


def test_two_hundred_steps_are_kept() -> None:
    assert history_module._KEPT == 200


@pytest.mark.parametrize("damage", [b"", b"{", b"\xff\xfe", b'{"what": 1}'])
def test_a_damaged_step_ends_the_history(history: History, tmp_path: Path, damage: bytes) -> None:
    a = tmp_path / "a.toml"
    for number in range(3):
        history.commit(f"step {number}", [Change(a, said(a), str(number))])
    (tmp_path / "state" / "history" / "00000002.json").write_bytes(damage)
    assert [step.what for _ in range(3) if (step := history.undo())] == ["step 2"]
    history.commit("new", [Change(a, "1", "new")])
    assert said(a) == "new"


def test_a_lost_position_is_the_last_step(history: History, tmp_path: Path) -> None:
    a = tmp_path / "a.toml"
    for number in range(3):
        history.commit(f"step {number}", [Change(a, said(a), str(number))])
    for content in (b"", b"x", None):
        position = tmp_path / "state" / "history" / "position"
        if content is None:
            position.unlink()
        else:
            position.write_bytes(content)
        step = again(tmp_path).undo()
        assert step is not None
        assert step.what == "step 2"
        again(tmp_path).redo()


def test_a_kill_between_two_changes_leaves_a_step_that_undo_takes_back(
    history: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = tmp_path / "a.toml", tmp_path / "b.toml"
    history.commit("one", [Change(a, None, "1"), Change(b, None, "1")])

    def killed(_changes: object) -> None:
        a.write_text("2")
        raise KeyboardInterrupt

    monkeypatch.setattr(history_module, "_make", killed)
    with pytest.raises(KeyboardInterrupt):
        history.commit("two", [Change(a, "1", "2"), Change(b, "1", "2")])
    monkeypatch.undo()
    step = again(tmp_path).undo()
    assert step is not None
    assert step.what == "two"
    assert (said(a), said(b)) == ("1", "1")


def test_kill_at_any_moment_leaves_files_and_history_whole(tmp_path: Path) -> None:
    a = tmp_path / "a.toml"
    for moment in range(1, 9):
        worker = start_python(
            """
            import sys, pathlib
            from mailferry.store.files import present
            from mailferry.store.history import Change, History
            a, state = map(pathlib.Path, sys.argv[1:])
            history = History(state / "history", state / "lock")
            for number in range(10_000):
                history.commit(str(number), [Change(a, present(a), f"{number}\\n" * 2000)])
                print("done", flush=True)
                if number % 3 == 0:
                    history.undo()
                    print("undone", flush=True)
            """,
            a,
            tmp_path / "state",
        )
        assert worker.stdout is not None
        for _ in range(moment):
            assert worker.stdout.readline()
        worker.send_signal(signal.SIGKILL)
        worker.communicate()
        text = said(a)
        assert text is None or len(set(text.splitlines())) == 1
        assert text is None or text.count("\n") == 2000
        history = again(tmp_path)
        while history.undo():
            pass
        assert said(a) is None

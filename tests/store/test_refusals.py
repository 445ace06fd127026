from __future__ import annotations

from pathlib import Path

from mailferry.store.refusals import Refusals
from tests.store.support import start_python


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def test_refusals_count_for_an_hour(tmp_path: Path) -> None:
    clock = Clock()
    refusals = Refusals(tmp_path / "refusals.json", tmp_path / "lock", limit=5, clock=clock)
    assert refusals.limit == 5
    assert refusals.count("imap.x.example", 993) == 0
    refusals.add("imap.x.example", 993)
    clock.now += 1800
    refusals.add("IMAP.x.example.", 993)
    again = Refusals(tmp_path / "refusals.json", tmp_path / "lock", clock=clock)
    assert again.count("imap.x.example", 993) == 2
    assert again.count("imap.x.example", 143) == 0
    clock.now += 1800
    assert again.count("imap.x.example", 993) == 1
    clock.now += 1800
    assert again.count("imap.x.example", 993) == 0
    again.add("other.example", 25)
    assert b"imap" not in (tmp_path / "refusals.json").read_bytes()


def test_when_the_next_may_be_sent(tmp_path: Path) -> None:
    clock = Clock()
    refusals = Refusals(tmp_path / "refusals.json", tmp_path / "lock", limit=2, clock=clock)
    for _ in range(3):
        refusals.add("a", 1)
        clock.now += 100
    assert refusals.over_at("a", 1) == 1_000_100 + 3600  # one of three is still too many then
    clock.now = 1_000_100 + 3600
    assert refusals.over_at("a", 1) is None
    assert refusals.over_at("b", 1) is None
    unlimited = Refusals(tmp_path / "refusals.json", tmp_path / "lock", limit=0, clock=clock)
    assert unlimited.over_at("a", 1) is None


def test_a_damaged_file_counts_nothing(tmp_path: Path) -> None:
    for content in (b"", b"[]", b"\xff", b'{"a:1": ["x"]}'):
        (tmp_path / "refusals.json").write_bytes(content)
        refusals = Refusals(tmp_path / "refusals.json", tmp_path / "lock")
        assert refusals.count("a", 1) == 0
        refusals.add("a", 1)
        assert refusals.count("a", 1) == 1


def test_what_cannot_be_written_counts_in_this_run(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where a folder should be")
    refusals = Refusals(tmp_path / "state" / "refusals.json", tmp_path / "state" / "lock")
    refusals.add("a", 1)
    refusals.add("a", 1)
    assert refusals.count("a", 1) == 2


def test_several_programs_count_together(tmp_path: Path) -> None:
    workers = [
        start_python(
            """
            import sys, pathlib
            from mailferry.store.refusals import Refusals
            folder = pathlib.Path(sys.argv[1])
            input()
            for _ in range(30):
                Refusals(folder / "refusals.json", folder / "lock").add("a", 1)
            """,
            tmp_path,
        )
        for _ in range(3)
    ]
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("\n")
        worker.stdin.flush()
    for worker in workers:
        worker.communicate()
        assert worker.returncode == 0
    assert Refusals(tmp_path / "refusals.json", tmp_path / "lock").count("a", 1) == 90

from __future__ import annotations

import datetime
import stat
from pathlib import Path

import pytest
from msgspec.structs import replace

from mailferry.model.check import AccountCheck, Change, ServerCheck, StageResult
from mailferry.store import results as results_module
from mailferry.store.files import FileError
from mailferry.store.results import Results, StoredCheck
from tests.store.support import start_python

NOW = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)


def stored(account: str, seconds: float = 1.0, said: str = "", *, ok: bool = False) -> StoredCheck:
    server = ServerCheck(
        role="incoming",
        protocol="imap",
        host="imap.x.example",
        port=993,
        security="tls",
        ok=False,
        stages=(StageResult(stage="dns", ok=True, seconds=0.1, detail="2 addresses"),),
        failed_stage="auth",
        cause="wrong-password",
        server_said=said,
    )
    check = AccountCheck(
        account=account, address=f"{account}@x.example", ok=ok, seconds=seconds, servers=(server,)
    )
    return StoredCheck(when=NOW, settings="digest", check=check)


def test_the_last_result_of_each_account_also_after_a_restart(tmp_path: Path) -> None:
    results = Results(tmp_path / "results")
    assert results.get("mum") is None
    assert results.all() == {}
    results.keep(stored("mum", 1))
    results.keep(stored("dad", 2))
    results.keep(stored("mum", 3, said="line\r\nline \x1b[2J \u2028 é"))
    for each in (results, Results(tmp_path / "results")):
        assert each.get("mum") == stored("mum", 3, said="line\r\nline \x1b[2J \u2028 é")
        assert each.all() == {"mum": each.get("mum"), "dad": stored("dad", 2)}
    results.forget("mum")
    results.forget("nobody")
    assert results.get("mum") is None
    assert list(Results(tmp_path / "results").all()) == ["dad"]
    assert stat.S_IMODE((tmp_path / "results" / "checks.jsonl").stat().st_mode) == 0o600


def test_the_last_good_result_outlives_failures_until_the_account_is_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results_module, "_ROOM", 0)  # the file is written anew again and again
    results, other = Results(tmp_path), Results(tmp_path)
    assert results.last_good("mum") is None
    results.keep(stored("mum", 1))
    assert results.last_good("mum") is None
    results.keep(stored("mum", 2, ok=True))
    other.keep(stored("dad", 3, ok=True))
    for number in range(20):
        other.keep(stored("mum", 10 + number))
    for each in (results, other, Results(tmp_path)):
        assert each.last_good("mum") == stored("mum", 2, ok=True)
        assert each.get("mum") == stored("mum", 29)
        assert each.last_good("dad") == each.get("dad") == stored("dad", 3, ok=True)
    results.keep(stored("mum", 40, ok=True))
    assert other.last_good("mum") == other.get("mum") == stored("mum", 40, ok=True)
    other.forget("mum")
    assert results.last_good("mum") is None
    assert Results(tmp_path).last_good("mum") is None
    assert (tmp_path / "checks.jsonl").stat().st_size < 5_000


def test_a_server_that_the_account_has_none_of_makes_no_result_bad(tmp_path: Path) -> None:
    results = Results(tmp_path)
    each = stored("mum")
    (server,) = each.check.servers
    nowhere = replace(server, role="outgoing", host=None, failed_stage=None, cause="no-host")
    for other, good in ((nowhere, True), (replace(server, role="outgoing"), False), (None, False)):
        passed = replace(server, ok=other is not None, failed_stage=None, cause=None)
        check = replace(each.check, servers=(passed, other or nowhere))
        results.keep(replace(each, check=check))
        assert (results.last_good("mum") is not None) == good
        results.forget("mum")


def changed(day: int, now: str = "b") -> StoredCheck:
    """A good result of a day that shows a change."""
    each = stored("mum", day, ok=True)
    (server,) = each.check.servers
    change = Change(what="greeting", before="a", now=now)
    servers = (replace(server, changed=(change,)),)
    return replace(each, when=NOW + datetime.timedelta(days=day), check=replace(each.check, servers=servers))


@pytest.mark.parametrize("room", [0, 1 << 20])
def test_a_change_is_told_until_it_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    monkeypatch.setattr(results_module, "_ROOM", room)
    results, other = Results(tmp_path), Results(tmp_path)
    first = stored("mum", 0, ok=True)
    results.keep(first)
    for day in (1, 2):
        results.keep(changed(day))
        for each in (results, other, Results(tmp_path)):
            assert each.familiar("mum") == first
            assert each.last_good("mum") == each.get("mum") == changed(day)
    failed = stored("mum", 9)
    results.keep(failed)
    other.seen("mum")
    for each in (results, other, Results(tmp_path)):
        assert each.familiar("mum") == each.last_good("mum") == changed(2)
        assert each.get("mum") == failed
    other.seen("mum")
    other.seen("nobody")
    results.keep(changed(3, "c"))
    results.seen("mum")
    assert Results(tmp_path).get("mum") == results.familiar("mum") == changed(3, "c")
    results.forget("mum")
    assert Results(tmp_path).familiar("mum") is None


def test_a_change_that_nobody_reads_is_told_for_a_week(tmp_path: Path) -> None:
    results = Results(tmp_path)
    first = stored("mum", 0, ok=True)
    results.keep(first)
    for day in range(1, 8):
        results.keep(changed(day))
        assert results.familiar("mum") == first
    results.keep(changed(8))
    assert results.familiar("mum") == changed(8)


def test_another_change_begins_a_week_of_its_own_and_none_ends_it(tmp_path: Path) -> None:
    results = Results(tmp_path)
    first = stored("mum", 0, ok=True)
    results.keep(first)
    results.keep(changed(1))
    results.keep(changed(7, "c"))
    results.keep(changed(9, "c"))
    assert results.familiar("mum") == first
    back = stored("mum", 10, ok=True)
    results.keep(back)
    assert results.familiar("mum") == back


def test_a_file_of_an_older_version_is_read(tmp_path: Path) -> None:
    (tmp_path / "checks.jsonl").write_bytes(
        b'{"account":"mum","stored":{"when":"2026-11-20T12:00:00Z","settings":"digest",'
        b'"check":{"account":"mum","address":"mum@x.example","ok":true,"seconds":1.0,"servers":[]}}}\n'
    )
    results = Results(tmp_path)
    assert results.all()["mum"].check.ok
    assert results.last_good("mum") is None
    results.keep(stored("mum", ok=True))
    assert results.last_good("mum") == stored("mum", ok=True)


def test_one_program_sees_what_another_keeps(tmp_path: Path) -> None:
    one, other = Results(tmp_path), Results(tmp_path)
    assert other.get("mum") is None
    one.keep(stored("mum", 1))
    assert other.get("mum") == stored("mum", 1)
    other.keep(stored("mum", 2))
    assert one.get("mum") == stored("mum", 2)
    one.forget("mum")
    assert other.get("mum") is None
    (tmp_path / "checks.jsonl").unlink()
    assert one.all() == {}
    one.keep(stored("dad"))
    assert list(other.all()) == ["dad"]


def test_a_torn_line_and_an_older_form_cost_one_result_only(tmp_path: Path) -> None:
    results = Results(tmp_path)
    results.keep(stored("mum"))
    with (tmp_path / "checks.jsonl").open("ab") as file:
        file.write(b'{"account": "old", "stored": {"form": 0}}\n\xff\xff\n{"account": "torn", "sto')
    assert list(results.all()) == ["mum"]
    results.keep(stored("dad"))
    assert set(results.all()) == {"mum", "dad"}
    assert set(Results(tmp_path).all()) == {"mum", "dad"}


def test_the_file_does_not_grow_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results_module, "_ROOM", 2000)
    results, other = Results(tmp_path), Results(tmp_path)
    sizes = []
    for number in range(100):
        results.keep(stored("mum", number))
        other.keep(stored("dad", number))
        sizes.append((tmp_path / "checks.jsonl").stat().st_size)
    assert max(sizes) < 10_000
    assert results.all() == other.all() == {"mum": stored("mum", 99), "dad": stored("dad", 99)}


def test_several_programs_lose_nothing_of_each_other(
    tmp_path: Path,
) -> None:
    workers = [
        start_python(
            """
            import sys, pathlib
            from mailferry.store import results as module
            from tests.store.test_results import stored
            module._ROOM = 5000
            results = module.Results(pathlib.Path(sys.argv[1]))
            input()
            for number in range(40):
                results.keep(stored(f"{sys.argv[2]}-{number % 20}", number))
            """,
            tmp_path,
            name,
        )
        for name in "abc"
    ]
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("\n")
        worker.stdin.flush()
    for worker in workers:
        worker.communicate()
        assert worker.returncode == 0
    expected = {
        f"{name}-{number % 20}": stored(f"{name}-{number % 20}", number)
        for name in "abc"
        for number in range(20, 40)
    }
    assert Results(tmp_path).all() == expected


def test_a_full_disk_is_said(small_disk: Path) -> None:
    results = Results(small_disk)
    results.keep(stored("mum"))
    with pytest.raises(FileError, match="No space left"):
        results.keep(stored("dad", said="#" * 100_000))
    assert list(Results(small_disk).all()) == ["mum"]

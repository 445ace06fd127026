"""`check` of several accounts, again and in detail: grid, progress, resuming, changes, other ways."""

from __future__ import annotations

import io
import json
import re
import sys
from pathlib import Path

import pytest

from mailferry.checks import server as server_module
from mailferry.cli.check_grid import Grid
from mailferry.cli.check_printers import Rows
from mailferry.cli.output import columns
from mailferry.cli.progress import Progress
from mailferry.cli.refused_lines import RefusedLines
from mailferry.model.check import AccountCheck, Change, ServerCheck, StageResult
from mailferry.store.refusals import Refusals
from tests.cli.conftest import Run
from tests.cli.harbour import PASSWORD, Write


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def result(account: str, *, ok: bool = True, **outgoing: object) -> AccountCheck:
    stages = tuple(StageResult(stage=stage, ok=True, seconds=0.1, detail="") for stage in ("dns", "connect"))
    failed = (StageResult(stage="auth", ok=False, seconds=0.1, detail="no"),)
    incoming = ServerCheck(
        role="incoming", protocol="imap", host="h", port=993, security="tls", ok=True, stages=stages
    )
    sending = ServerCheck(
        role="outgoing",
        protocol="smtp",
        host="h",
        port=465,
        security="tls",
        ok=ok,
        stages=stages if ok else stages + failed,
        failed_stage=None if ok else "auth",
        cause=None if ok else "wrong-password",
        **outgoing,  # type: ignore[arg-type]  # fields of a server
    )
    return AccountCheck(
        account=account, address="a@x.example", ok=ok, seconds=1.0, servers=(incoming, sending)
    )


@pytest.fixture
def family(harbour: Write, home: Path) -> Path:
    """Four accounts more: one whose port is closed, one whose password is wrong, two that work."""
    text = (home / "accounts" / "joe.toml").read_text()
    harbour("accounts/closed.toml", text + '[incoming]\nhost = "closed.harbour.example"\n')
    harbour("accounts/wrong.toml", text + '[incoming]\nusername = "ann@harbour.example"\n')
    harbour("accounts/also.toml", text)
    harbour("accounts/fourth.toml", text)
    return home


def test_many_accounts_are_a_grid_and_those_that_fail_follow_in_full(run: Run, family: Path) -> None:
    done = run("check")
    assert done.status == 1
    rows = {line.split()[0]: line for line in done.out.splitlines() if line.split()}
    assert rows["joe"].endswith("ok")
    assert rows["closed"].endswith("connection-refused")
    assert "✗" in rows["closed"]
    assert "d dns" in done.out
    assert "5 tested, 2 not well" in done.out
    assert "✗ fails  wrong" in done.out
    assert "✓ ok  joe" not in done.out
    assert max(columns(line) for line in done.out.split("\n\n")[0].splitlines()) <= 80
    assert PASSWORD not in done.out + done.err


def test_a_grid_can_be_asked_for_and_details_of_all(run: Run, harbour: Write) -> None:
    assert "1 tested, 0 not well" in run("check", "joe", "--grid").out
    detailed = run("check", "joe", "--grid", "--details")
    assert "✓ ok  joe" in detailed.out
    assert "Ways to sign in: " in detailed.out
    assert "Certificate: " in detailed.out
    assert "sha256:" in detailed.out
    assert "1 password sent" in detailed.out


@pytest.mark.parametrize("other", [("--grid",), ("--details",), ("--report", "-")])
def test_json_stands_alone(run: Run, harbour: Write, other: tuple[str, ...]) -> None:
    assert run("check", "joe", "--json", *other).status == 2


def test_refusals_are_counted_where_they_were_made_in_this_run(run: Run, family: Path) -> None:
    done = run("check", "wrong")
    assert "1 password was refused at imap.harbour.example:993 within the last hour" in done.out
    assert "at 3 (refusals under [checks]) no more are sent" in " ".join(done.out.split())
    for other in ("closed", "joe"):
        assert "refused at" not in run("check", other).out


def test_without_a_limit_refusals_are_not_counted(run: Run, family: Path) -> None:
    config = family / "config.toml"
    config.write_text(config.read_text().replace("[checks]\n", "[checks]\nrefusals = 0\n", 1))
    assert "refused at" not in run("check", "wrong").out


def test_accounts_left_out_are_no_failures_and_told_once(run: Run, harbour: Write, home: Path) -> None:
    text = (home / "accounts" / "joe.toml").read_text() + '[incoming]\nusername = "ann@harbour.example"\n'
    for number in range(6):
        harbour(f"accounts/wrong{number}.toml", text)
    for _ in range(3):
        run("check", "wrong0")
    one = run("check", "wrong0")
    assert one.status == 1
    assert one.out.startswith("– not tried  wrong0  joe@harbour.example")
    assert "no password was sent to imap.harbour.example:993" in " ".join(one.out.split())
    done = run("check")
    assert done.status == 1
    rows = {line.split()[0]: line for line in done.out.splitlines() if line.split()}
    assert "–" in rows["wrong3"]
    assert "✗" not in rows["wrong3"]
    assert rows["wrong3"].endswith("not tried")
    assert "0 of 7 tested, 0 not well, 7 not tried" in done.out
    told = " ".join(done.out.split())
    assert "7 accounts were not tried: 3 passwords were refused at imap.harbour.example:993" in told
    assert "no more are sent there until " in told
    assert "the limit is 3 (refusals under [checks])" in told
    assert "Going on would" not in told
    assert len(done.out.splitlines()) < 20


def test_resuming_leaves_alone_what_passed(run: Run, family: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = run("check", "wrong", "--json").json_lines[0]
    tested = []
    climb = server_module.check_server

    def note(request, *arguments, **more):  # type: ignore[no-untyped-def]  # as the real one
        tested.append((request.settings.role, request.failed_before and request.failed_before.failed_stage))
        return climb(request, *arguments, **more)

    monkeypatch.setattr("mailferry.checks.account.check_server", note)
    path = family / "accounts" / "wrong.toml"
    path.write_text(path.read_text().replace("ann@", "joe@"))
    again = run("check", "wrong", "--resume", "--json")
    assert tested == [("incoming", "auth")]
    document = again.json_lines[0]
    assert document["ok"]
    assert all("earlier" not in stage for server in first["servers"] for stage in server["stages"])
    stages = document["servers"][0]["stages"]
    assert [stage["stage"] for stage in stages if "earlier" not in stage] == ["auth", "mailbox"]
    carried = document["servers"][1]
    assert len({stage.pop("earlier") for stage in carried["stages"]}) == 1
    assert carried == first["servers"][1]
    assert [stage["stage"] for stage in document["servers"][0]["stages"]][-2:] == ["auth", "mailbox"]
    tested.clear()
    run("check", "wrong", "--resume")  # it was well: all is tested
    assert sorted(tested) == [("incoming", None), ("outgoing", None)]


def test_what_is_taken_over_says_so(run: Run, family: Path, tmp_path: Path) -> None:
    run("check", "wrong")
    said = tmp_path / "said.txt"
    report = tmp_path / "report.md"
    shown = run("check", "wrong", "--resume", "--transcript", str(said), "--report", str(report)).out
    rows = {line.split()[1]: line for line in shown.splitlines() if line.strip().startswith(("✓", "✗"))}
    assert re.search(r", as tested \d\d:\d\d$", shown.split("✓ dns")[1].splitlines()[0])
    assert "as tested" not in rows["auth"]
    (told,) = re.findall(r"^ +not tested again; it passed at \d\d:\d\d$", shown, re.MULTILINE)
    remark = f"# remark: outgoing smtp smtp.harbour.example:587: {told.strip()}"
    assert remark in said.read_text()
    assert remark in report.read_text()
    assert f"\n{told.strip()}\n" in report.read_text()
    run("check", "wrong", "--resume", "--transcript", str(said), "--without-address")
    assert "# remark: " in said.read_text()
    assert "harbour" not in said.read_text()


def test_a_changed_server_that_passed_is_tested_again(
    run: Run, family: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("check", "wrong")
    path = family / "accounts" / "wrong.toml"
    path.write_text(path.read_text() + '[outgoing]\nusername = "ann@harbour.example"\n')
    servers = run("check", "wrong", "--resume", "--json").json_lines[0]["servers"]
    assert [server["cause"] for server in servers] == ["wrong-password", "wrong-password"]


def test_an_old_failure_is_not_gone_on_from(run: Run, family: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("check", "wrong")
    kept = family / "state" / "results" / "checks.jsonl"
    line = json.loads(kept.read_text().splitlines()[-1])
    line["stored"]["when"] = "2026-01-01T00:00:00Z"
    kept.write_text(json.dumps(line) + "\n")
    roles = []
    climb = server_module.check_server

    def note(request, *arguments, **more):  # type: ignore[no-untyped-def]  # as the real one
        roles.append((request.settings.role, request.failed_before))
        return climb(request, *arguments, **more)

    monkeypatch.setattr("mailferry.checks.account.check_server", note)
    run("check", "wrong", "--resume")
    assert sorted(roles) == [("incoming", None), ("outgoing", None)]


def test_what_has_changed_since_all_was_well(
    run: Run, harbour: Write, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("check", "joe").status == 0
    kept = home / "state" / "results" / "checks.jsonl"
    line = json.loads(kept.read_text())
    line["stored"]["check"]["servers"][0]["certificate"]["fingerprint"] = "sha256:00"
    line["stored"]["check"]["servers"][0]["capabilities"].append("XGONE")
    kept.write_text(json.dumps(line) + "\n")
    done = run("check", "joe")
    assert done.status == 0
    assert "Another certificate than when all was well" in done.out
    assert "offered XGONE → no longer offered" in " ".join(done.out.split())
    again = run("check", "joe", "--changes")
    assert again.status == 1
    assert "Another certificate" in again.out  # nobody has read it yet
    with monkeypatch.context() as terminal:
        terminal.setattr(sys.stdout, "isatty", lambda: True)
        assert "Another certificate" in run("check", "joe").out
    read = run("check", "joe", "--changes")
    assert read.status == 0
    assert "Another" not in read.out
    kept.write_text(json.dumps(line) + "\n")
    changed = run("check", "joe", "--json").json_lines[0]["servers"][0]["changed"]
    assert [change["what"] for change in changed] == ["certificate", "capabilities"]


def test_what_answers_instead_is_told_compared_and_taken(run: Run, harbour: Write, home: Path) -> None:
    path = home / "accounts" / "joe.toml"
    before = path.read_text() + '[incoming]\nhost = "closed.harbour.example" # mine\n'
    path.write_text(before)
    assert run("fix", "joe", "--tested").status == 1  # not checked yet
    document = run("check", "joe", "--json", "--timeout", "2").json_lines[0]
    repair = document["servers"][0]["repairs"][0]
    assert repair["changes"] == {"incoming.host": "imap.harbour.example"}
    assert repair["verdict"] == "same"
    shown = " ".join(run("check", "joe").out.split())
    assert "Seen: imap.harbour.example answers" in shown
    assert "(mailferry fix joe --tested; compared: as recommended)" in shown
    assert "-host" in run("fix", "joe", "--tested", "--dry-run").out
    assert path.read_text() == before
    fixed = run("fix", "joe", "--tested", "--json")
    assert fixed.status == 0
    assert fixed.json["fixed"] == [{"path": "incoming.host", "value": "imap.harbour.example"}]
    assert 'host = "imap.harbour.example" # mine' in path.read_text()
    assert run("check", "joe").status == 0
    again = run("fix", "joe", "--tested")
    assert again.status == 1
    assert "all was well in the last check" in again.err


@pytest.mark.parametrize("arguments", [("--tested",), ("joe", "incoming.port", "--tested")])
def test_tested_goes_with_one_account(run: Run, harbour: Write, arguments: tuple[str, ...]) -> None:
    assert run("fix", *arguments).status == 2


def test_stopped_by_hand(run: Run, family: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop_after_one(*_arguments: object, **_more: object):  # type: ignore[no-untyped-def]  # a generator
        yield result("joe", ok=False)
        raise KeyboardInterrupt

    monkeypatch.setattr("mailferry.checking.run_checks", stop_after_one)
    done = run("check")
    assert done.status == 130
    assert "1 of 5 tested, 1 not well" in done.out
    assert "✗ fails  joe" in done.out
    assert "stopped" in done.err


def test_rows_on_a_terminal_come_in_the_order_of_the_accounts(monkeypatch: pytest.MonkeyPatch) -> None:
    for stream, order in ((Terminal(), ["a", "b", "c"]), (io.StringIO(), ["c", "a", "b"])):
        monkeypatch.setattr("sys.stdout", stream)
        rows = Rows(
            ["a", "b", "c"], RefusedLines(Refusals(Path("none"), Path("lock"))), send=False, details=False
        )
        for account in ("c", "a", "b"):
            rows.take(result(account))
        rows.end()
        assert [line[0] for line in stream.getvalue().splitlines() if line.endswith("ok")] == order


def test_rows_fit_the_terminal_and_say_why() -> None:
    name = "a-very-long-account-name-日本語-\x1b[2J"
    grid = Grid([name, "b"], send=True)
    failed = grid.row(result(name, ok=False))
    assert "\x1b" not in failed
    assert columns(failed) <= 80
    assert failed.endswith("wrong-password")
    assert columns(grid.row(result("b"))) <= 80
    assert all(columns(line) <= 80 for line in grid.head().splitlines())
    assert "v deliver" in grid.head()
    assert "deliver" not in Grid(["b"], send=False).head()
    change = Change(what="greeting", before="a", now="b")
    assert grid.row(result("b", changed=(change,))).endswith("ok, other greeting")


def test_marks_where_there_is_only_ascii(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(io.BytesIO(), encoding="ascii"))
    row = Grid(["b"], send=False).row(result("b", ok=False))
    assert row.isascii()
    assert " x " in row
    assert "+ +" in row


def test_progress_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    for stream, expected in ((Terminal(), "2 of 3 tested, 1 fails"), (io.StringIO(), "")):
        monkeypatch.setattr("sys.stderr", stream)
        progress = Progress(3)
        progress.count(result("a"))
        progress.count(result("b", ok=False))
        assert stream.getvalue().endswith(expected)
        progress.end()
        progress.count(result("c"))
        assert "3 of 3" not in stream.getvalue()

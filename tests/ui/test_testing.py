"""Tests run from the interface: progress, results, what a server said, stopping."""

from __future__ import annotations

import datetime
import re
import signal
import threading
from collections.abc import Callable, Iterator, Sequence

import pytest
from msgspec.structs import replace

from mailferry.checks.events import CheckEvent, StageEnded, StageStarted
from mailferry.checks.options import CheckOptions
from mailferry.model.account import Account
from mailferry.model.cause import Cause
from mailferry.model.check import AccountCheck, Change, ServerCheck, StageResult
from mailferry.model.problem import MailferryError
from mailferry.store.home import Home
from mailferry.store.refusals import Refusals
from mailferry.ui import jobs
from mailferry.workspace import Workspace
from tests.ui.stage import Stage, staged

DNS = StageResult(stage="dns", ok=True, seconds=0.004, detail="2 addresses")


def server(
    *, ok: bool = True, cause: Cause | None = None, said: str | None = None, advice: str = ""
) -> ServerCheck:
    auth = StageResult(stage="auth", ok=ok, seconds=0.03, detail="")
    return ServerCheck(
        role="incoming",
        protocol="imap",
        host="imap.example.net",
        port=993,
        security="tls",
        ok=ok,
        stages=(DNS, auth),
        failed_stage=None if ok else "auth",
        cause=cause,
        server_said=said,
        advice=advice or None,
        attempts=1,
    )


def checked(account: str, *servers: ServerCheck) -> AccountCheck:
    return AccountCheck(
        account=account,
        address=f"{account}@x.net",
        ok=all(each.ok for each in servers),
        seconds=0.5,
        servers=servers,
    )


def pretend(
    monkeypatch: pytest.MonkeyPatch, stage: Stage, *servers: ServerCheck, wait: threading.Event | None = None
) -> list[str]:
    """Let every test end with these ladders; the accounts tested are noted."""
    tested: list[str] = []
    keep = stage.desk.workspace.results.keep

    def check(
        workspace: Workspace,
        accounts: Sequence[tuple[str, Account]],
        *,
        on_event: Callable[[CheckEvent], None],
        cancel: threading.Event,
        **_: object,
    ) -> Iterator[AccountCheck]:
        from mailferry.store.results import StoredCheck

        for account_id, account in accounts:
            on_event(StageStarted(account_id, "incoming", "dns"))
            on_event(StageEnded(account_id, "incoming", DNS))
            on_event(StageStarted(account_id, "incoming", "auth"))
            if wait is not None:
                assert wait.wait(60), "the test did not open the gate"
            if cancel.is_set():
                return
            tested.append(account_id)
            result = checked(account_id, *servers)
            digest = workspace.digest(account_id, account)
            keep(StoredCheck(when=datetime.datetime.now(datetime.UTC), settings=digest, check=result))
            yield result

    monkeypatch.setattr(jobs, "run_checks", check)
    return tested


async def test_a_passed_test_is_shown_stage_by_stage(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    async with staged(home) as stage:
        pretend(monkeypatch, stage, server())
        await stage.press("t")
        await stage.finish_test()
        assert "IMAP ✓ dns 4 ms  ✓ auth 30 ms" in stage.shown
        assert "the test passed" in stage.shown
        assert stage.desk.state(stage.desk.entries[0]) == "ok"


async def test_progress_is_shown_and_the_test_can_be_stopped(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()
    async with staged(home) as stage:
        tested = pretend(monkeypatch, stage, server(), wait=gate)
        await stage.press("T")
        await stage.until("… auth")
        assert "esc stops" in stage.shown
        await stage.press("t")
        assert "a test is running" in stage.shown
        await stage.press("escape")
        gate.set()
        await stage.finish_test()
        assert tested == []
        assert "stopped; 0 of 3 tested" in stage.shown


async def test_all_listed_accounts_are_tested(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    async with staged(home) as stage:
        tested = pretend(monkeypatch, stage, server(ok=False, cause="timeout", advice="It is silent."))
        await stage.press("T")
        await stage.finish_test()
        assert sorted(tested) == ["me", "mum", "shop"]
        assert "3 tested, 3 not well" in stage.shown
        assert "It is silent." in stage.shown
        assert "3 need attention" in stage.shown


async def test_what_a_server_says_is_shown_and_harmless(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    async with staged(home) as stage:
        said = "NO [red]hello[/] \x1b[2J\x07\u202egnp"
        pretend(monkeypatch, stage, server(ok=False, cause="wrong-password", said=said, advice="Try again."))
        await stage.press("t")
        await stage.finish_test()
        assert r"NO [red]hello[/] \x1b[2J\x07\u202egnp" in stage.shown
        assert "Cause: wrong-password" in stage.shown
        assert "sent once" in stage.shown


async def test_a_test_without_a_password_asks_for_it(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    async with staged(home) as stage:
        pretend(monkeypatch, stage, server(ok=False, cause="no-password", advice="No password is stored."))
        await stage.press("t")
        await stage.finish_test()
        await stage.until("enter keep it")
        await stage.press("escape")
        assert "No password is stored." in stage.shown


@pytest.mark.parametrize(("key", "clear"), [("w", False), ("s", True)])
async def test_a_password_goes_unencrypted_only_when_the_user_insists(
    home: Home, monkeypatch: pytest.MonkeyPatch, key: str, clear: bool
) -> None:
    (home.accounts / "me.toml").write_text(
        'address = "me@icloud.com"\n\n[incoming]\nsecurity = "none"\n', encoding="utf-8"
    )
    seen: list[CheckOptions | None] = []

    def check(*_: object, options: CheckOptions | None, **__: object) -> Iterator[AccountCheck]:
        seen.append(options)
        return iter(())

    async with staged(home) as stage:
        monkeypatch.setattr(jobs, "run_checks", check)
        stage.board.accounts.select("me")
        await stage.settle()
        await stage.press("t")
        assert "everybody between here and" in stage.shown
        await stage.press(key)
        await stage.finish_test()
    assert [options is not None and options.clear_text for options in seen] == [clear]


async def test_a_result_is_for_the_settings_it_was_made_with(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with staged(home) as stage:
        stage.board.accounts.select("mum")
        await stage.settle()
        pretend(monkeypatch, stage, server(ok=False, cause="port-speaks-plaintext", advice="Wrong port."))
        await stage.press("t")
        await stage.finish_test()
        assert "Wrong port." in stage.shown
        await stage.press("4", "a")
        assert "port = 993" in stage.text("mum")
        assert "Wrong port." not in stage.shown
        assert "Not tested with these settings" in stage.shown


async def test_a_test_that_cannot_run_says_why(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> Iterator[AccountCheck]:
        raise MailferryError("the state folder is full")

    async with staged(home) as stage:
        monkeypatch.setattr(jobs, "run_checks", refuse)
        await stage.press("t")
        await stage.finish_test()
        assert "the state folder is full" in stage.shown
        assert stage.board.run is None


async def test_a_test_goes_on_from_where_the_last_one_failed_and_r_tests_all(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[bool, bool]] = []

    def check(*_: object, resume: bool, send: bool, **__: object) -> Iterator[AccountCheck]:
        asked.append((resume, send))
        return iter(())

    async with staged(home) as stage:
        stage.board.accounts.select("mum")
        pretend(monkeypatch, stage, server(ok=False, cause="timeout", advice="It is silent."))
        await stage.press("t")
        await stage.finish_test()
        await stage.press("4", "a")
        assert "Before, IMAP failed at auth. t goes on from there" in " ".join(stage.shown.split())
        monkeypatch.setattr(jobs, "run_checks", check)
        for key in ("t", "r"):
            await stage.press(key)
            await stage.finish_test()
    assert asked == [(True, False), (False, False)]


async def test_a_message_is_sent_only_after_asking(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    def check(*_: object, send: bool, **__: object) -> Iterator[AccountCheck]:
        asked.append(send)
        return iter(())

    async with staged(home) as stage:
        monkeypatch.setattr(jobs, "run_checks", check)
        stage.board.accounts.select("me")
        await stage.press("s")
        assert "A message to me@icloud.com is sent through smtp.mail.me.com" in stage.shown
        await stage.press("escape")
        assert asked == []
        await stage.press("s", "y")
        await stage.finish_test()
    assert asked == [True]


async def test_a_connection_that_ends_stops_the_test(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()
    async with staged(home) as stage:
        tested = pretend(monkeypatch, stage, server(), wait=gate)
        await stage.press("t")
        run = stage.board.run
        assert run is not None
        stage.app._hang_up(signal.SIGHUP)
        assert run.cancel.is_set()
        gate.set()
    assert stage.app.return_code == 128 + signal.SIGHUP
    assert tested == []


async def test_how_long_a_step_takes_is_told(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()
    async with staged(home) as stage:
        pretend(monkeypatch, stage, server(), wait=gate)
        await stage.press("t")
        await stage.until("… auth")
        assert stage.board.run is not None
        begun = stage.board.run.clock()
        stage.board.run.clock = lambda: begun + 12.5
        stage.board.ladder.redraw()
        await stage.settle()
        assert "… auth 12 s" in stage.shown
        gate.set()
        await stage.finish_test()


async def test_what_is_not_tested_again_stays_in_sight(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()
    outgoing = replace(server(), role="outgoing", protocol="smtp")
    failed = server(ok=False, cause="timeout", advice="It is silent.")
    async with staged(home) as stage:
        pretend(monkeypatch, stage, failed, outgoing)
        await stage.press("t")
        await stage.finish_test()
        pretend(monkeypatch, stage, server(), outgoing, wait=gate)
        await stage.press("t")
        await stage.until("Incoming ✓ dns 4 ms  … auth")
        assert "testing on from where it failed" in stage.shown
        shown = stage.shown
        gate.set()
        assert re.search(r"SMTP ✓ dns \d\d:\d\d  ✓ auth \d\d:\d\d", shown), "when it was tested"
        await stage.finish_test()


async def test_refused_passwords_are_counted_for_all_to_see(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = server(ok=False, cause="wrong-password", said="NO", advice="The password is wrong.")
    async with staged(home, (140, 40)) as stage:
        workspace = stage.desk.workspace
        refusals = Refusals(workspace.home.state / "refusals.json", workspace.lock)
        for _ in range(2):
            refusals.add("imap.example.net", 993)
        pretend(monkeypatch, stage, refused)
        await stage.press("t")
        await stage.finish_test()
        assert "2 passwords were refused at imap.example.net:993 within the last" in stage.shown


@pytest.mark.parametrize("pane", ["1", "2", "3", "4"])
async def test_where_panes_are_turned_the_test_comes_up_from_each_of_them(
    home: Home, monkeypatch: pytest.MonkeyPatch, pane: str
) -> None:
    async with staged(home, (80, 24)) as stage:
        pretend(monkeypatch, stage, server(ok=False, cause="wrong-password", advice="Type it again."))
        await stage.press(pane, "t")
        await stage.finish_test()
        assert "Type it again." in stage.shown
        assert stage.board.pane == ("accounts" if pane == "1" else "test")


async def test_where_all_panes_are_in_view_a_test_leaves_the_focus(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with staged(home) as stage:
        pretend(monkeypatch, stage, server())
        await stage.press("2", "t")
        await stage.finish_test()
        assert stage.board.pane == "settings"


async def test_a_change_is_told_by_tests_until_its_result_was_in_view(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = Change(what="greeting", before="a", now="b")
    async with staged(home, (80, 24)) as stage:
        results = stage.desk.workspace.results
        pretend(monkeypatch, stage, server())
        await stage.press("T")
        await stage.finish_test()
        before = results.familiar("me")
        pretend(monkeypatch, stage, replace(server(), changed=(change,)))
        await stage.press("T")
        await stage.finish_test()
        assert stage.board.entry is not None
        assert stage.board.entry.id == "me"
        assert results.get("me") != before
        assert results.familiar("me") == before
        await stage.press("4")
        assert "greeting: a → b" in stage.shown
        assert results.familiar("me") == results.get("me")

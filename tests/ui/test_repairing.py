"""f takes what a test saw working, as an edit that can be taken back."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from mailferry.model.check import Repair, ServerCheck
from mailferry.store.home import Home
from tests.ui.results import FAILED, WELL
from tests.ui.stage import MUM, Stage, staged
from tests.ui.test_testing import pretend


async def _failed(stage: Stage, monkeypatch: pytest.MonkeyPatch, check: ServerCheck = FAILED) -> None:
    stage.board.accounts.select("mum")
    pretend(monkeypatch, stage, check)
    await stage.press("t")
    await stage.finish_test()
    await stage.press("4")


async def test_what_works_is_offered_taken_and_taken_back(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with staged(home) as stage:
        await _failed(stage, monkeypatch)
        assert "f take what works" in stage.shown.splitlines()[-1]
        await stage.press("f")
        assert 'port = 993\nsecurity = "tls"' in stage.text("mum")
        assert "incoming port 993, TLS from the start: saved, u takes it back; t goes on" in stage.shown
        assert "f take what works" not in stage.shown.splitlines()[-1]
        assert "failed at connect" in stage.shown
        await stage.press("u")
        assert stage.text("mum") == MUM


async def test_what_works_joins_edits_that_wait(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    async with staged(home) as stage:
        stage.board.accounts.select("mum")
        await stage.press("v", "#", "escape")
        await _failed(stage, monkeypatch)
        await stage.press("f")
        assert stage.text("mum") == MUM
        assert stage.desk.unsaved[0].text.startswith("#")
        assert "port = 993" in stage.desk.unsaved[0].text
        assert "not saved yet" in stage.shown


async def test_where_nothing_was_seen_it_says_so(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    async with staged(home) as stage:
        await stage.press("4")
        assert "take what works" not in stage.shown
        await stage.press("f")
        assert "not tested with these settings yet; t tests" in stage.shown
        pretend(monkeypatch, stage, WELL)
        await stage.press("t")
        await stage.finish_test()
        await stage.press("f")
        assert "the test saw nothing else that would work" in stage.shown


async def test_what_works_and_is_not_right_is_not_taken(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    (repair, *_) = FAILED.repairs
    wrong = replace(repair, verdict="wrong", compared="wrong host for CenturyLink")
    async with staged(home) as stage:
        await _failed(stage, monkeypatch, replace(FAILED, repairs=(wrong,)))
        assert "wrong host for CenturyLink" in stage.shown
        assert "f takes it" not in stage.shown
        await stage.press("f")
        assert "nothing that f takes by itself" in stage.shown
        assert stage.text("mum") == MUM


async def test_a_host_that_nobody_named_is_asked_about(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = Repair(changes={"incoming.host": "mx.example.org"}, seen="mx.example.org answers.")
    async with staged(home) as stage:
        await _failed(stage, monkeypatch, replace(FAILED, repairs=(elsewhere,)))
        await stage.press("f")
        assert "Nobody recommends mx.example.org" in stage.shown
        await stage.press("n")
        assert stage.text("mum") == MUM
        await stage.press("f", "y")
        await stage.finish_verbs()
        assert 'host = "mx.example.org"' in stage.text("mum")

"""The grid: accounts and stages, live, filtered, at any size and for any number of accounts."""

from __future__ import annotations

import threading

import pytest
from msgspec.structs import replace

from mailferry.model.check import StageResult
from mailferry.store.home import Home
from mailferry.ui.jobs import Climb, TestRun
from mailferry.ui.panes.grid_lines import GridLines, GridRow, about_lines, head_lines, row_line
from mailferry.ui.screens.grid import GridScreen
from mailferry.ui.spans import text_of, width_of
from tests.ui.results import FAILED, LEFT_OUT, STAGES, WELL, checked
from tests.ui.stage import Stage, staged
from tests.ui.test_testing import pretend


def _grid(stage: Stage) -> GridScreen:
    assert isinstance(stage.app.screen, GridScreen)
    return stage.app.screen


async def test_all_accounts_are_shown_with_what_came_of_each(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with staged(home, (80, 24)) as stage:
        pretend(monkeypatch, stage, FAILED)
        await stage.press("T")
        await stage.finish_test()
        assert "m shows them in a grid" in stage.shown
        await stage.press("m")
        rows = [line for line in stage.shown.splitlines() if "✓  ✗" in line]
        assert len(rows) == 3
        assert all("connection" in row for row in rows)
        assert "✗ Me, IMAP at connect: connection-refused." in stage.shown
        assert "enter goes there, f takes it" in stage.shown


async def test_enter_goes_to_the_account(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    async with staged(home, (80, 24)) as stage:
        await stage.press("m", "end", "enter")
        await stage.finish_verbs()
        assert stage.board.entry is not None
        assert stage.board.entry.id == stage.board.accounts.listed[-1].id
        assert stage.app.screen is stage.board


async def test_only_failing_accounts_on_one_key(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    async with staged(home, (80, 24)) as stage:
        stage.board.accounts.select("mum")
        pretend(monkeypatch, stage, FAILED)
        await stage.press("t")
        await stage.finish_test()
        await stage.press("m", "f")
        grid = _grid(stage).grid
        assert [entry.id for entry in grid.shown] == ["mum"]
        assert "1 of 3 accounts failing" in stage.shown
        await stage.press("f")
        assert len(grid.shown) == 3
        assert grid.selected is not None
        assert grid.selected.id == "mum"


async def test_it_is_live_and_esc_stops_first_and_leaves_then(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()
    async with staged(home, (80, 24)) as stage:
        pretend(monkeypatch, stage, WELL, wait=gate)
        await stage.press("m", "T")
        await stage.until("0 of 3 tested, 0 not well; esc stops")
        await stage.press("escape")
        assert "stopping…" in stage.shown
        gate.set()
        workers = [worker for worker in stage.app.workers if worker.group == "tests"]
        await stage.app.workers.wait_for_complete(workers)
        await stage.settle()
        assert stage.board.run is None
        await stage.press("escape")
        assert stage.app.screen is stage.board


async def test_leaving_lets_the_test_go_on(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()
    async with staged(home) as stage:
        tested = pretend(monkeypatch, stage, WELL, wait=gate)
        await stage.press("T", "m", "m")
        assert stage.app.screen is stage.board
        gate.set()
        await stage.finish_test()
        assert len(tested) == 3


async def test_nothing_to_show_is_said(home: Home) -> None:
    for file in home.accounts.iterdir():
        file.unlink()
    async with staged(home) as stage:
        await stage.press("escape", "m")
        assert "there is no account; n adds one" in stage.shown


def test_rows_fit_every_width() -> None:
    row = GridRow("A very long name of an account, longer than any window is wide", checked("me", FAILED))
    for width in (58, 78, 98, 138):
        assert all(width_of(line) <= width for line in head_lines(width))
        assert width_of(row_line(row, width)) <= width
        assert "✗" in text_of(row_line(row, width))


def test_a_running_test_is_told_stage_by_stage() -> None:
    row = GridRow("Mum", climbs={"incoming": Climb(stages=STAGES[:2], now="tls", since=0.0)})
    assert text_of(row_line(row, 78)).split() == ["Mum", "✓", "✓", "…", "testing"]
    assert text_of(about_lines(row, 78)[0]) == "Mum: testing, incoming tls"
    assert text_of(about_lines(GridRow("Mum", climbs={}), 78)[0]) == "Mum: testing"


def test_what_came_of_it_is_said_in_whole_words() -> None:
    assert "not tested" in text_of(about_lines(GridRow("Mum"), 78)[0])
    assert "all is well" in text_of(about_lines(GridRow("Mum", checked("mum", WELL)), 78)[0])
    sent = replace(
        WELL,
        role="outgoing",
        protocol="smtp",
        ok=False,
        stages=(*STAGES[:4], StageResult(stage="deliver", ok=False, seconds=60.0, detail="")),
        failed_stage="deliver",
        cause="not-delivered",
        advice="It did not arrive.",
    )
    lines = about_lines(GridRow("Mum", checked("mum", sent)), 78)
    assert text_of(lines[0]) == "✗ Mum, SMTP at deliver: not-delivered. It did not arrive."


def test_only_rows_that_are_looked_at_are_written() -> None:
    asked: list[int] = []

    def row(place: int) -> GridRow:
        asked.append(place)
        return GridRow(f"account {place}")

    lines = GridLines(5000, row, 78)
    assert len(lines) == 5000
    assert text_of(lines[4999]).startswith("account 4999")
    assert [text_of(line)[:9] for line in lines[0:2]] == ["account 0", "account 1"]
    assert text_of(lines[0]).startswith("account 0")
    assert asked == [4999, 0, 1]


def test_counting_failures_does_not_look_at_all_results_again() -> None:
    run = TestRun([])
    run.end(checked("a", FAILED))
    run.end(checked("b", WELL))
    assert run.failed == 1
    run.end(checked("c", LEFT_OUT))
    assert (run.failed, run.not_tried) == (1, 1)
    assert run.progress == "2 of 0 tested, 1 not well, 1 not tried"


def test_what_was_left_out_has_a_sign_of_its_own() -> None:
    row = GridRow("Mum", checked("mum", LEFT_OUT))
    shown = text_of(row_line(row, 98))
    assert "–" in shown
    assert "✗" not in shown
    assert "not tried" in shown
    lines = about_lines(row, 200)
    assert text_of(lines[0]).startswith("– Mum, IMAP at auth: not tried. 3 passwords were refused here")


def test_the_letters_of_the_columns_are_told_at_every_width() -> None:
    for width in (58, 78, 98, 138):
        *meanings, _servers, heads = [text_of(line) for line in head_lines(width)]
        assert "k capability" in "  ".join(meanings)
        assert heads.split() == ["Account", *"dctgksam", *"dctgksan"]


async def test_advice_takes_the_rows_that_accounts_leave(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    advice = " ".join(f"Step {number} is done with some care." for number in range(20))
    async with staged(home, (80, 24)) as stage:
        pretend(monkeypatch, stage, replace(FAILED, advice=advice))
        await stage.press("T")
        await stage.finish_test()
        await stage.press("m")
        assert "Step 19 is done" in " ".join(stage.shown.split())


async def test_many_accounts_leave_advice_some_rows(home: Home) -> None:
    for number in range(30):
        (home.accounts / f"more{number}.toml").write_text(f'address = "more{number}@icloud.com"\n')
    async with staged(home, (80, 24)) as stage:
        await stage.press("m")
        screen = _grid(stage)
        assert screen.grid.size.height == 12
        assert screen.about.size.height >= 3
        await stage.press("f")
        assert "none fails" in stage.shown
        assert screen.grid.size.height == 1

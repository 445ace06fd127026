"""A defect of ours ends the program; what it prints then holds no password."""

from __future__ import annotations

import pytest

from mailferry.store.home import Home
from mailferry.ui.board import Board
from mailferry.ui.screens.prompt import PromptScreen
from mailferry.ui.verbs.table import VERBS
from tests.ui.stage import staged


async def test_a_crash_prints_no_values(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    def crash() -> None:
        typed = "".join(reversed("2retnuh"))
        raise RuntimeError(f"a defect, with {len(typed)} letters at hand")

    async def run() -> None:
        async with staged(home) as stage:
            stage.app.call_later(crash)
            await stage.pilot.pause()

    with pytest.raises(RuntimeError, match="a defect"):
        await run()
    printed = capsys.readouterr()
    assert "a defect" in printed.err
    assert "hunter2" not in printed.out + printed.err


@pytest.mark.parametrize("late", [False, True])
async def test_a_defect_in_one_action_is_a_page_and_all_else_goes_on(
    home: Home, monkeypatch: pytest.MonkeyPatch, late: bool
) -> None:
    def crash(_board: Board) -> None:
        typed = "".join(reversed("2retnuh"))
        raise RuntimeError(f"cannot do it with {typed}")

    async def crash_later(board: Board) -> None:
        await board.app.push_screen_wait(PromptScreen("Asked", "Something"))
        crash(board)

    monkeypatch.setitem(VERBS, "doctor", crash_later if late else crash)
    async with staged(home) as stage:
        stage.board.action_do("doctor")
        await stage.settle()
        if late:
            await stage.press("enter")
        await stage.until("A defect")
        assert "RuntimeError" in stage.shown
        assert "test_crash.py" in stage.shown
        assert "hunter2" not in stage.shown
        stage.expected_defects = list(stage.app.defects)
        await stage.press("escape", "down")
        assert stage.app.screen is stage.board
        assert not stage.board.asking

"""Acceptances that have ended, and what the comparison offers."""

from __future__ import annotations

from mailferry.store.home import Home
from tests.ui.stage import MUM, Stage, staged


async def on_finding(stage: Stage) -> None:
    stage.board.accounts.select("mum")
    await stage.settle()
    stage.board.focus_pane("recommended")
    stage.board.comparison.follow("incoming.port")
    await stage.settle()


async def test_an_acceptance_that_has_ended_is_renewed_with_its_reason(home: Home) -> None:
    ended = f'{MUM}\n[accepted."incoming.port"]\nreason = "the hotel"\nuntil = 2020-01-01\n'
    (home.accounts / "mum.toml").write_text(ended, encoding="utf-8")
    async with staged(home) as stage:
        await on_finding(stage)
        await stage.press("K", "enter", "enter")
        await stage.finish_verbs()
        assert stage.text("mum") == ended.replace("until = 2020-01-01", "value = 143")


async def test_the_comparison_names_the_key_to_stand_by_it_and_no_longer(home: Home) -> None:
    async with staged(home) as stage:
        await on_finding(stage)
        assert "K stand by it" in stage.shown
        await stage.press("K")
        await stage.type("the hotel")
        await stage.press("enter", "enter")
        await stage.finish_verbs()
        await on_finding(stage)
        assert "K stand by it no longer" in stage.shown
        stage.board.accounts.select("me")
        await stage.settle()
        assert "stand by it" not in stage.shown


async def test_an_acceptance_of_nothing_is_taken_out(home: Home) -> None:
    mended = MUM.replace("143", "993")
    idle = f'{mended}\n[accepted."incoming.port"]\nreason = "the hotel"\n'
    (home.accounts / "mum.toml").write_text(idle, encoding="utf-8")
    async with staged(home) as stage:
        stage.board.accounts.select("mum")
        await stage.settle()
        stage.board.focus_pane("settings")
        stage.board.form.select("incoming.port")
        await stage.settle()
        await stage.press("K")
        assert "can be taken out" in " ".join(stage.shown.replace("│", " ").split())
        await stage.press("w")
        await stage.finish_verbs()
        assert stage.text("mum") == mended

"""Providers that let no mail program in: said before anything is written."""

from __future__ import annotations

from pathlib import Path

from mailferry.store.home import Home
from tests.ui.stage import home_with, staged


async def test_such_an_account_is_added_only_after_the_user_was_told(home: Home) -> None:
    async with staged(home) as stage:
        await stage.press("n")
        await stage.type("joe@hey.com")
        await stage.press("enter")
        assert "cannot be read by mail programs" in " ".join(stage.shown.replace("│", " ").split())
        await stage.press("k")
        assert not (home.accounts / "joe.toml").exists()
        await stage.press("n")
        await stage.type("joe@hey.com")
        await stage.press("enter", "a")
        assert "joe@hey.com" in stage.text("joe")


async def test_standing_by_its_settings_is_refused_before_a_reason_is_asked_for(tmp_path: Path) -> None:
    text = 'address = "joe@hey.com"\n\n[incoming]\nhost = "imap.hey.com"\nport = 993\nsecurity = "tls"\n'
    async with staged(home_with(tmp_path, {"joe": text})) as stage:
        stage.board.focus_pane("settings")
        stage.board.form.select("incoming.host")
        await stage.settle()
        await stage.press("K")
        assert "Why it is right" not in stage.shown
        assert "no mail program" in " ".join(stage.shown.split())
        assert stage.text("joe") == text

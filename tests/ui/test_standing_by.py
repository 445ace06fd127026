"""Deviations that the user stands by, from the interface."""

from __future__ import annotations

from pathlib import Path

from mailferry.store.home import Home
from tests.ui.stage import MUM, Stage, home_with, staged


async def on_port(stage: Stage, account: str = "mum", path: str = "incoming.port") -> None:
    """Highlight a setting of an account."""
    stage.board.accounts.select(account)
    await stage.settle()
    stage.board.focus_pane("settings")
    stage.board.form.select(path)
    await stage.settle()


async def test_a_deviation_is_accepted_with_a_reason_and_a_day_and_taken_back(home: Home) -> None:
    async with staged(home) as stage:
        await on_port(stage)
        await stage.press("K", "enter")
        assert "say in a few words" in stage.shown
        await stage.type("the hotel blocks 993")
        await stage.press("enter")
        await stage.type("1999-01-01")
        await stage.press("enter")
        assert "has passed" in stage.shown
        await stage.press("ctrl+u")
        await stage.type("2999-12-31")
        await stage.press("enter")
        assert "stands until 2999-12-31, saved" in stage.shown
        assert 'reason = "the hotel blocks 993"' in stage.text("mum")
        assert "until = 2999-12-31" in stage.text("mum")
        await stage.press("u")
        assert stage.text("mum") == MUM


async def test_what_is_accepted_is_accepted_no_longer_after_asking(home: Home) -> None:
    async with staged(home) as stage:
        await on_port(stage)
        await stage.press("K")
        await stage.type("so it is")
        await stage.press("enter", "enter")
        assert "so it is" in stage.text("mum")
        await on_port(stage)
        await stage.press("K", "k")
        assert "so it is" in stage.text("mum")
        await stage.press("K", "w")
        assert "so it is" not in stage.text("mum")


async def test_giving_up_the_reason_or_the_day_accepts_nothing(home: Home) -> None:
    async with staged(home) as stage:
        await on_port(stage)
        await stage.press("K", "escape")
        await stage.press("K")
        await stage.type("so it is")
        await stage.press("enter", "escape")
        assert stage.text("mum") == MUM


async def test_a_host_that_looks_like_a_slip_is_accepted_only_by_who_knows_what_it_means(
    tmp_path: Path,
) -> None:
    text = 'address = "me@icloud.com"\n\n[incoming]\nhost = "imap.mail.me.co"\n'
    async with staged(home_with(tmp_path, {"me": text})) as stage:
        await on_port(stage, "me", "incoming.host")
        await stage.press("K")
        assert "typing slip of imap.mail.me.com" in " ".join(stage.shown.replace("│", " ").split())
        await stage.press("k")
        assert stage.text("me") == text
        await stage.press("K", "y")
        await stage.type("our own relay")
        await stage.press("enter", "enter")
        assert "our own relay" in stage.text("me")


async def test_what_the_provider_lists_too_needs_no_acceptance(tmp_path: Path) -> None:
    text = 'address = "eva@firm.example"\n\n[outgoing]\nport = 587\nsecurity = "starttls"\n'
    home = home_with(tmp_path, {"eva": text})
    servers = "".join(
        f'[[outgoing]]\nhost = "smtp.firm.example"\nport = {port}\nsecurity = "{security}"\n'
        for port, security in ((465, "tls"), (587, "starttls"))
    )
    (home.providers / "firm.toml").write_text(f'name = "Firm"\ndomains = ["firm.example"]\n{servers}')
    async with staged(home) as stage:
        await on_port(stage, "eva", "outgoing.port")
        await stage.press("K")
        assert "needs no acceptance" in stage.shown
        assert stage.app.screen is stage.board


async def test_nothing_is_accepted_beside_unsaved_edits_or_where_nothing_deviates(home: Home) -> None:
    async with staged(home) as stage:
        await on_port(stage, path="outgoing.port")
        await stage.press("K")
        assert "nothing differs" in stage.shown
        await stage.press("v", "#", "escape")
        await on_port(stage)
        await stage.press("K")
        assert "has unsaved edits" in stage.shown

"""What all accounts say about each other."""

from __future__ import annotations

from pathlib import Path

from tests.ui.stage import Stage, home_with, staged


async def compare_all(stage: Stage) -> str:
    """Run the action from the palette, and read what is shown."""
    await stage.press("colon")
    await stage.type("compare all")
    await stage.press("enter")
    await stage.until("together")
    return " ".join(stage.shown.split())


async def test_what_several_share_and_who_meet_at_one_mailbox_is_shown(tmp_path: Path) -> None:
    text = 'address = "{0}@gmx.net"\n[incoming]\nhost = "imap.gmx.net"\nport = 143\nsecurity = "none"\n'
    accounts = {"a": text.format("a"), "b": text.format("b"), "c": text.format("b")}
    async with staged(home_with(tmp_path, accounts)) as stage:
        shown = await compare_all(stage)
    assert "Something is wrong in 3 of 3 accounts" in shown
    assert "3 of 3 GMX" in shown
    assert "b and c are the same mailbox" in shown


async def test_where_nothing_is_shared_that_is_said(tmp_path: Path) -> None:
    accounts = {name: f'address = "{name}@gmx.net"\n' for name in "ab"}
    async with staged(home_with(tmp_path, accounts)) as stage:
        shown = await compare_all(stage)
    assert "Nothing is wrong in any of 2 accounts" in shown
    assert "none stands alone" in shown

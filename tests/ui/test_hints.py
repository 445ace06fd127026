"""What the interface offers and says is what holds for the account that is looked at."""

from __future__ import annotations

import signal

from mailferry.store.home import Home
from tests.ui.stage import MUM, staged


async def test_accepting_is_offered_only_where_there_is_something_to_accept(home: Home) -> None:
    async with staged(home) as stage:
        stage.board.accounts.select("me")
        await stage.settle()
        assert "accept all" not in stage.shown
        stage.board.accounts.select("mum")
        await stage.settle()
        assert "A accept all" in stage.shown.splitlines()[-1]
        stage.board.focus_pane("settings")
        stage.board.form.select("incoming.port")
        await stage.settle()
        assert "a accept" in stage.shown.splitlines()[-1]
        stage.board.form.select("name")
        await stage.settle()
        assert "a accept" not in stage.shown.splitlines()[-1]


async def test_a_message_goes_with_the_account_that_it_was_about(home: Home) -> None:
    async with staged(home) as stage:
        await stage.press("A")
        assert "nothing to accept" in stage.shown
        await stage.press("down")
        assert "nothing to accept" not in stage.shown


async def test_a_broken_own_provider_file_is_told_once(home: Home) -> None:
    (home.providers / "oops.toml").write_text("schema = 1\nnmae = 3\n", encoding="utf-8")
    async with staged(home) as stage:
        assert "oops.toml" in stage.shown
        await stage.press("escape")
        assert "Own provider files are passed over" in stage.shown
        stage.board.reload()
        await stage.settle()
        assert stage.app.screen is stage.board


async def test_the_text_takes_back_what_was_typed_in_it(home: Home) -> None:
    async with staged(home) as stage:
        stage.board.accounts.select("mum")
        await stage.press("v")
        assert "ctrl+z undo" in stage.shown
        await stage.press("#")
        assert stage.desk.unsaved[0].text == "#" + MUM
        await stage.press("ctrl+z")
        assert stage.desk.unsaved == []
        await stage.press("ctrl+y")
        assert stage.desk.unsaved[0].text == "#" + MUM


async def test_escape_turns_the_text_back_to_the_form(home: Home) -> None:
    async with staged(home) as stage:
        await stage.press("v", "escape")
        assert stage.board.pane == "settings"
        assert "2 TOML text" not in stage.shown


async def test_unsaved_edits_of_one_file_are_discarded_after_asking(home: Home) -> None:
    async with staged(home) as stage:
        stage.board.accounts.select("mum")
        await stage.press("v", "#", "escape", "X", "k")
        assert stage.desk.unsaved
        await stage.press("X", "d")
        assert stage.desk.unsaved == []
        assert stage.desk.editor.drafts.all() == ()
        assert stage.text("mum") == MUM


async def test_letters_are_no_port(home: Home) -> None:
    async with staged(home, (140, 40)) as stage:
        stage.board.focus_pane("settings")
        stage.board.form.select("incoming.port")
        await stage.press("enter", "x", "enter")
        assert "ports are numbers, from 1 to" in stage.shown
        assert stage.desk.unsaved == []


async def test_sign_in_by_web_page_needs_a_program_that_fetches_the_token(home: Home) -> None:
    me = 'address = "me@icloud.com"\n\n[incoming]\nauth = "oauth2"\n'
    (home.accounts / "me.toml").write_text(me, encoding="utf-8")
    command = '[password]\nfrom = "command"\ncommand = ["oama", "access", "shop@fastmail.com"]\n'
    shop = 'address = "shop@fastmail.com"\n\n[incoming]\nauth = "oauth2"\n\n' + command
    (home.accounts / "shop.toml").write_text(shop, encoding="utf-8")
    async with staged(home, (140, 40)) as stage:
        stage.board.accounts.select("me")
        await stage.settle()
        assert "no token yet: choose a command" in stage.shown
        assert "a program such as oama or pizauth fetches" in stage.shown
        stage.board.accounts.select("shop")
        await stage.settle()
        assert "oama access" in stage.shown
        assert "no token yet" not in stage.shown
        assert "pizauth" not in stage.shown


async def test_a_value_being_typed_when_the_connection_ends_is_kept_and_enter_takes_it_up(home: Home) -> None:
    async with staged(home) as stage:
        stage.board.accounts.select("mum")
        stage.board.focus_pane("settings")
        stage.board.form.select("incoming.port")
        await stage.press("enter", "ctrl+u", "ctrl+k", "9", "9", "3")
        stage.app._hang_up(signal.SIGHUP)
    async with staged(home) as stage:
        assert "earlier session" in stage.shown
        await stage.press("enter")
        assert "port = 993" in stage.desk.unsaved[0].text

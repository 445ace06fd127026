"""Adding, copying, deleting; the first start; own providers; passwords."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from mailferry.doctor import Examined
from mailferry.model.account import Account, PasswordSource, Role
from mailferry.model.check import AccountCheck
from mailferry.model.secret import Secret, SecretError
from mailferry.secrets import keyring_store, store_state
from mailferry.store.home import Home
from mailferry.ui import jobs
from mailferry.ui.screens.show import ShowScreen
from mailferry.workspace import Workspace
from tests.ui.stage import MUM, home_with, staged


async def test_a_new_account_is_looked_up_and_highlighted(home: Home) -> None:
    async with staged(home) as stage:
        await stage.press("n")
        await stage.type("no address")
        await stage.press("enter")
        assert "no @" in stage.shown
        await stage.press("ctrl+u")
        await stage.type("eve@gmx.net")
        await stage.press("enter")
        assert "imap.gmx.net" in stage.shown
        assert "eve@gmx.net" in stage.text("eve")
        await stage.press("u")
        assert not (home.accounts / "eve.toml").exists()


async def test_an_address_that_is_there_already_is_refused_with_words(home: Home) -> None:
    async with staged(home) as stage:
        await stage.press("n")
        await stage.type("me@icloud.com")
        await stage.press("enter")
        assert "there already" in stage.shown


async def test_a_copy_has_a_label_of_its_own(home: Home) -> None:
    async with staged(home) as stage:
        stage.board.accounts.select("mum")
        await stage.press("d")
        assert "Mum copy" in stage.shown
        assert "# the hotel said so" in stage.text("mum-copy")


async def test_a_deleted_account_comes_back_by_undo(home: Home) -> None:
    async with staged(home) as stage:
        stage.board.accounts.select("mum")
        await stage.settle()
        await stage.press("delete")
        assert not (home.accounts / "mum.toml").exists()
        assert "u brings it back" in stage.shown
        await stage.press("u")
        assert stage.text("mum") == MUM
        assert stage.board.entry is not None
        assert stage.board.entry.id == "mum"


async def test_deleting_unsaved_edits_is_asked_about(home: Home) -> None:
    async with staged(home) as stage:
        stage.board.accounts.select("mum")
        await stage.settle()
        entry = stage.board.entry
        assert entry is not None
        stage.desk.put(stage.desk.buffer(entry.path).with_value("name", "Mary"))
        await stage.press("D")
        assert "unsaved edits" in stage.shown
        await stage.press("k")
        assert (home.accounts / "mum.toml").exists()
        await stage.press("D", "d")
        assert not (home.accounts / "mum.toml").exists()


async def test_the_text_of_a_deleted_account_is_closed(home: Home) -> None:
    async with staged(home) as stage:
        await stage.press("v", "shift+tab", "delete")
        assert stage.board.middle == "settings"


async def test_with_no_account_left_the_keys_say_so(tmp_path: Path) -> None:
    home = home_with(tmp_path, {"me": 'address = "me@icloud.com"\n'})
    async with staged(home) as stage:
        await stage.press("delete")
        assert "No accounts yet" in stage.shown
        for key in ("t", "T", "e", "p"):
            await stage.press(key)
            assert "there is no account" in stage.shown, key
        await stage.press("d", "delete", "enter", "v", "o", "A", "a", "c", "i", "w", "escape", "E")


async def test_the_first_start_asks_for_an_address_and_does_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = home_with(tmp_path, {})
    monkeypatch.setattr(keyring_store, "probe", lambda _seconds: store_state.ready("a store"))
    async with staged(home) as stage:
        kept: list[tuple[str, Role]] = []

        def keep(address: str, role: Role, _source: PasswordSource, _secret: Secret) -> None:
            kept.append((address, role))

        monkeypatch.setattr(stage.desk.workspace.wallet, "set", keep)
        tested: list[str] = []

        def check(
            _workspace: Workspace, accounts: Sequence[tuple[str, Account]], **_: object
        ) -> Iterator[AccountCheck]:
            tested.extend(account_id for account_id, _ in accounts)
            return iter(())

        monkeypatch.setattr(jobs, "run_checks", check)
        assert "mailferry keeps" in stage.shown
        await stage.type("joe@me.com")
        await stage.press("enter")
        assert "app-specific" in stage.shown
        assert "imap.mail.me.com" in stage.shown
        await stage.type("s3cret")
        assert "s3cret" not in stage.shown
        await stage.press("enter")
        await stage.finish_test()
        assert kept == [("joe@me.com", "incoming")]
        assert tested == ["joe"]


async def test_the_first_start_can_be_put_off(tmp_path: Path) -> None:
    async with staged(home_with(tmp_path, {})) as stage:
        await stage.press("escape")
        assert "Press n" in stage.shown


async def test_a_password_that_cannot_be_stored_can_be_kept_for_the_session(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring_store, "probe", lambda _seconds: store_state.ready("a store"))
    async with staged(home) as stage:
        wallet = stage.desk.workspace.wallet

        def refuse(*_: object) -> None:
            raise SecretError("there is no password store here")

        monkeypatch.setattr(wallet, "set", refuse)
        await stage.press("p", "enter")
        await stage.type("s3cret")
        await stage.press("enter")
        await stage.until("no password store here")
        await stage.press("y")
        assert wallet.known("me@icloud.com", "incoming", PasswordSource()) is True
        assert "s3cret" not in stage.shown


async def test_without_a_store_it_is_said_before_the_password_is_typed(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring_store, "probe", lambda _seconds: store_state.absent())
    async with staged(home) as stage:
        await stage.press("p", "enter")
        await stage.until("There is no password store here")
        await stage.press("f1")
        assert "password store" in stage.shown
        await stage.press("escape")
        await stage.type("s3cret")
        await stage.press("enter")
        await stage.until("kept until mailferry ends")
        assert stage.app.screen is stage.board
        assert stage.desk.workspace.wallet.known("me@icloud.com", "incoming", PasswordSource()) is True


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("abcd efgh ijkl mnop", "abcdefghijklmnop"), ("open the red door", "open the red door")],
)
async def test_blanks_that_an_app_password_is_shown_with_are_left_out_and_no_others(
    home: Home, monkeypatch: pytest.MonkeyPatch, typed: str, kept: str
) -> None:
    monkeypatch.setattr(keyring_store, "probe", lambda _seconds: store_state.absent())
    async with staged(home) as stage:
        await stage.press("p", "enter")
        await stage.type(typed)
        told = "This looks like an app password" in stage.shown
        assert told is (typed != kept)
        await stage.press("enter")
        await stage.until("kept until mailferry ends")
        secret = stage.desk.workspace.wallet.get("me@icloud.com", "incoming", PasswordSource())
        assert secret.reveal() == kept


async def test_a_domain_that_looks_like_a_slip_is_asked_about(home: Home) -> None:
    async with staged(home) as stage:
        await stage.press("n")
        await stage.type("joe@gmial.com")
        await stage.press("enter")
        assert "Did you mean joe@gmail.com?" in " ".join(stage.shown.split())
        await stage.press("y")
        assert 'address = "joe@gmail.com"' in stage.text("joe")


async def test_an_unknown_domain_says_what_can_be_done(home: Home) -> None:
    async with staged(home) as stage:
        await stage.press("n")
        await stage.type("joe@my-own-house.example")
        await stage.press("enter")
        assert "Look it up online?" in stage.shown
        await stage.press("n")
        assert "no provider known" in stage.shown
        await stage.press("colon")
        await stage.type("Make a file for a provider")
        await stage.press("enter")
        await stage.type("Mine")
        await stage.press("enter")
        assert stage.board.source is not None
        assert 'domains = ["my-own-house.example"]' in stage.board.source.area.text
        assert not (home.providers / "mine.toml").exists()
        await stage.press("ctrl+s")
        assert (home.providers / "mine.toml").exists()


async def test_the_password_of_a_command_is_the_commands_own(tmp_path: Path) -> None:
    home = home_with(
        tmp_path,
        {"me": 'address = "me@icloud.com"\n\n[password]\nfrom = "command"\ncommand = ["pass", "show me"]\n'},
    )
    async with staged(home) as stage:
        await stage.press("p")
        assert "pass show me" in stage.shown


async def test_an_own_provider_is_made_edited_as_text_and_deleted(home: Home) -> None:
    file = home.providers / "centurylink.toml"
    async with staged(home) as stage:
        stage.board.accounts.select("mum")
        await stage.settle()
        await stage.press("o")
        assert "What stands here wins over the" in stage.shown
        assert not file.exists()
        assert stage.board.source is not None
        area = stage.board.source.area
        area.load_text(area.text + 'notice = "Ask Kim first"\n')
        await stage.settle()
        await stage.press("ctrl+s", "f2")
        assert "Ask Kim first" in file.read_text(encoding="utf-8")
        assert "Ask Kim first" in stage.shown
        await stage.press("colon")
        await stage.type("Delete an own provider")
        await stage.press("enter", "enter")
        assert not file.exists()
        await stage.press("u")
        assert file.exists()


async def test_a_provider_file_with_an_error_is_not_saved(home: Home) -> None:
    async with staged(home) as stage:
        stage.board.accounts.select("mum")
        await stage.settle()
        await stage.press("o")
        assert stage.board.source is not None
        area = stage.board.source.area
        before = area.text
        area.load_text(before + "nonsense = 1\n")
        await stage.settle()
        assert "nonsense" in stage.shown
        await stage.press("ctrl+s")
        assert not (home.providers / "centurylink.toml").exists()


async def test_a_new_provider_has_a_name_that_a_file_can_have(home: Home) -> None:
    async with staged(home) as stage:
        await stage.press("colon")
        await stage.type("Make a file for a provider")
        await stage.press("enter")
        await stage.type("My ISP")
        await stage.press("enter")
        assert "hyphens" in stage.shown
        await stage.press("ctrl+u")
        await stage.type("my-isp")
        await stage.press("enter")
        assert "providers/my-isp.toml" in stage.shown
        assert not (home.providers / "my-isp.toml").exists()
        assert stage.desk.unsaved == []


async def test_what_is_known_about_the_provider_and_whole_texts_are_shown_by_themselves(home: Home) -> None:
    async with staged(home) as stage:
        await stage.press("i")
        assert "What is known" in stage.shown
        screen = stage.app.screen
        assert isinstance(screen, ShowScreen)
        assert "Sources" in screen.text
        await stage.press("escape", "3", "w")
        assert "settings as recommended" in stage.shown


async def test_the_highlighted_value_is_copied(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    copied: list[str] = []
    async with staged(home) as stage:
        monkeypatch.setattr(stage.app, "copy_to_clipboard", copied.append)
        await stage.press("2")
        stage.board.form.select("incoming.host")
        await stage.settle()
        await stage.press("c")
        assert "copied" in stage.shown
    assert copied == ["imap.mail.me.com"]


async def test_the_editor_of_the_user_gets_a_copy(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    async with staged(home) as stage:
        await stage.press("E")
        assert "EDITOR" in stage.shown
        monkeypatch.setenv("EDITOR", "true")
        await stage.press("E")
        assert "cannot be lent" in stage.shown


async def test_nothing_but_a_file_is_written_over(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with staged(home) as stage:
        await stage.press("e", "tab", "ctrl+u")
        await stage.type("/dev/null")
        await stage.press("enter", "enter")
    assert Path("/dev/null").is_char_device()


async def test_the_surroundings_are_looked_at(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "mailferry.doctor.examine", lambda _workspace: [Examined("clock", False, "1970", "Set the clock.")]
    )
    async with staged(home) as stage:
        stage.board.action_do("doctor")
        await stage.settle()
        assert "Set the clock." in stage.shown

"""Editing through the form and through the text: both live, saved on ctrl+s, undone by u."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailferry.model.problem import MailferryError
from mailferry.store.home import Home
from mailferry.ui.panes.form_rows import FormRow
from tests.ui.stage import MUM, Stage, home_with, staged


def row(stage: Stage, key: str) -> FormRow:
    return next(each for each in stage.board.form.rows if each.key == key)


async def edit(stage: Stage, key: str, typed: str) -> None:
    stage.board.accounts.select("mum")
    stage.board.focus_pane("settings")
    stage.board.form.select(key)
    await stage.settle()
    await stage.press("enter", "ctrl+u", "ctrl+k")
    await stage.type(typed)
    await stage.press("enter")


async def test_a_value_typed_into_the_form_changes_one_line_when_it_is_saved(home: Home) -> None:
    async with staged(home) as stage:
        await edit(stage, "incoming.port", "993")
        assert stage.text("mum") == MUM
        assert "• unsaved" in stage.shown
        assert "1 unsaved" in stage.shown
        await stage.press("ctrl+s")
        assert stage.text("mum") == MUM.replace("143", "993")
        assert "unsaved" not in stage.shown


async def test_an_emptied_value_follows_the_recommendation_again(home: Home) -> None:
    async with staged(home) as stage:
        await edit(stage, "incoming.port", "")
        assert row(stage, "incoming.port").value == "993"
        assert not row(stage, "incoming.port").own
        await stage.press("ctrl+s")
        assert "port" not in stage.text("mum")


async def test_a_wrong_value_stays_typed_with_the_reason_under_it(home: Home) -> None:
    async with staged(home) as stage:
        await edit(stage, "incoming.port", "70000")
        assert "70000" in stage.shown
        assert "not a port" in stage.shown
        assert stage.desk.unsaved == []
        await stage.press("escape")
        assert "not a port" not in stage.shown
        assert row(stage, "incoming.port").value == "143"


async def test_down_takes_over_and_goes_on(home: Home) -> None:
    async with staged(home) as stage:
        stage.board.accounts.select("mum")
        stage.board.focus_pane("settings")
        stage.board.form.select("incoming.port")
        await stage.press("enter", "ctrl+u", "ctrl+k", "9", "9", "5", "down")
        assert row(stage, "incoming.port").value == "995"
        assert stage.board.form.row is not None
        assert stage.board.form.row.key == "incoming.security"


async def test_saving_takes_over_what_is_still_being_typed(home: Home) -> None:
    async with staged(home) as stage:
        stage.board.accounts.select("mum")
        stage.board.focus_pane("settings")
        stage.board.form.select("incoming.port")
        await stage.press("enter", "ctrl+u", "ctrl+k", "9", "9", "3", "ctrl+s")
        assert "port = 993" in stage.text("mum")


async def test_a_choice_is_made_from_a_list(home: Home) -> None:
    async with staged(home) as stage:
        stage.board.accounts.select("mum")
        stage.board.focus_pane("settings")
        stage.board.form.select("incoming.security")
        await stage.press("enter")
        assert "STARTTLS" in stage.shown
        await stage.type("STARTTLS")
        await stage.press("enter")
        assert row(stage, "incoming.security").raw == "starttls"
        await stage.press("ctrl+s")
        assert 'security = "starttls"' in stage.text("mum")


async def test_a_password_command_is_asked_for_with_the_choice(home: Home) -> None:
    async with staged(home) as stage:
        stage.board.focus_pane("settings")
        stage.board.form.select("password.from")
        await stage.press("enter")
        await stage.type("command")
        await stage.press("enter")
        await stage.type("pass show 'mail/me too'")
        await stage.press("enter")
        await stage.press("ctrl+s")
        entry = stage.board.entry
        assert entry is not None
        assert entry.value is not None
        assert entry.value.password is not None
        assert entry.value.password.command == ("pass", "show", "mail/me too")


async def test_the_form_follows_the_text_while_it_is_typed(home: Home) -> None:
    async with staged(home) as stage:
        stage.board.accounts.select("mum")
        await stage.press("v")
        source = stage.board.source
        assert source is not None
        source.area.load_text(MUM.replace("143", "995"))
        await stage.settle()
        assert row(stage, "incoming.port").value == "995"
        await stage.press("f2")
        assert "995" in stage.shown
        assert "• unsaved" in stage.shown
        await stage.press("v")
        assert "port = 995" in stage.shown


async def test_an_error_in_the_text_is_named_with_its_line_and_not_saved(home: Home) -> None:
    async with staged(home) as stage:
        stage.board.accounts.select("mum")
        await stage.press("v")
        assert stage.board.source is not None
        stage.board.source.area.load_text(MUM.replace("port = 143", "prot = 143"))
        await stage.settle()
        assert "line 8" in stage.shown
        assert row(stage, "incoming.port").value == "143"
        await stage.press("ctrl+s")
        assert stage.text("mum") == MUM
        assert stage.desk.unsaved


async def test_undo_takes_back_edits_first_and_then_what_was_saved(home: Home) -> None:
    async with staged(home) as stage:
        await edit(stage, "incoming.port", "993")
        await stage.press("ctrl+s")
        await edit(stage, "incoming.port", "995")
        await stage.press("u")
        assert row(stage, "incoming.port").value == "993"
        assert "port = 993" in stage.text("mum")
        await stage.press("u")
        assert stage.text("mum") == MUM
        await stage.press("ctrl+r")
        assert "port = 993" in stage.text("mum")


async def test_accepting_saves_at_once_and_is_undone(home: Home) -> None:
    async with staged(home) as stage:
        stage.board.accounts.select("mum")
        stage.board.focus_pane("recommended")
        await stage.press("a")
        assert "port = 993" in stage.text("mum")
        assert "# the hotel said so" in stage.text("mum")
        await stage.press("u")
        assert stage.text("mum") == MUM
        await stage.press("1", "A")
        assert "port = 993" in stage.text("mum")


async def test_accepting_beside_unsaved_edits_saves_nothing_of_them(home: Home) -> None:
    async with staged(home) as stage:
        await edit(stage, "name", "Mary")
        await stage.press("A")
        assert stage.text("mum") == MUM
        assert row(stage, "incoming.port").value == "993"
        await stage.press("ctrl+s")
        assert "port = 993" in stage.text("mum")
        assert 'name = "Mary"' in stage.text("mum")


async def test_accepting_where_nothing_differs_says_so(home: Home) -> None:
    async with staged(home) as stage:
        await stage.press("A")
        assert "nothing to accept" in stage.shown


async def test_a_file_changed_by_another_program_is_never_overwritten(home: Home) -> None:
    async with staged(home) as stage:
        await edit(stage, "incoming.port", "993")
        theirs = MUM.replace('"Mum"\n\n', '"Grandma"\n\n')
        (home.accounts / "mum.toml").write_text(theirs, encoding="utf-8")
        await stage.press("ctrl+s")
        assert "Grandma" in stage.shown
        assert stage.text("mum") == theirs
        await stage.press("m")
        assert stage.text("mum") == theirs
        await stage.press("ctrl+s")
        assert stage.text("mum") == theirs.replace("143", "993")


async def test_their_version_can_be_taken_or_yours_kept(home: Home) -> None:
    theirs = MUM.replace("143", "995")
    for key, expected in (("t", theirs), ("y", MUM.replace("143", "993"))):
        (home.accounts / "mum.toml").write_text(MUM, encoding="utf-8")
        async with staged(home) as stage:
            await edit(stage, "incoming.port", "993")
            (home.accounts / "mum.toml").write_text(theirs, encoding="utf-8")
            await stage.press("ctrl+s", key)
            assert stage.text("mum") == expected
            assert stage.desk.unsaved == []


async def test_what_others_change_is_shown_and_buffers_stay(home: Home) -> None:
    async with staged(home) as stage:
        await edit(stage, "incoming.port", "993")
        (home.accounts / "me.toml").write_text('address = "me@gmx.net"\nlabel = "Myself"\n', encoding="utf-8")
        (home.accounts / "mum.toml").write_text(MUM.replace("143", "995"), encoding="utf-8")
        stage.board.post_message(stage.board.FilesChanged())
        await stage.settle()
        assert "Myself" in stage.shown
        assert "mum.toml changed on disk too" in stage.shown
        assert row(stage, "incoming.port").value == "993"


async def test_leaving_with_unsaved_edits_asks(home: Home) -> None:
    async with staged(home) as stage:
        await edit(stage, "incoming.port", "993")
        await stage.press("q")
        assert "Not saved yet: mum.toml" in stage.shown
        await stage.press("c")
        assert stage.app.is_running
        await stage.press("ctrl+q", "s")
        assert "port = 993" in stage.text("mum")
    assert stage.app.return_value == 0


async def test_drafts_are_kept_and_offered_at_the_next_start(home: Home) -> None:
    async with staged(home) as stage:
        await edit(stage, "incoming.port", "993")
        await stage.press("q", "k")
    async with staged(home) as stage:
        assert "earlier session" in stage.shown
        await stage.press("t")
        assert row(stage, "incoming.port").value == "993"
        assert stage.text("mum") == MUM
        await stage.press("ctrl+s")
        assert "port = 993" in stage.text("mum")
    async with staged(home) as stage:
        assert "earlier session" not in stage.shown


async def test_discarded_edits_are_not_offered_again(home: Home) -> None:
    async with staged(home) as stage:
        await edit(stage, "incoming.port", "993")
        await stage.press("q", "d")
    async with staged(home) as stage:
        assert "earlier session" not in stage.shown
        assert stage.text("mum") == MUM


async def test_a_text_typed_while_its_file_vanishes_is_not_lost(home: Home) -> None:
    async with staged(home) as stage:
        stage.board.accounts.select("mum")
        await stage.press("v")
        (home.accounts / "mum.toml").unlink()
        assert stage.board.source is not None
        stage.board.source.area.load_text(MUM + "# typed just then\n")
        await stage.settle()
        stage.board.post_message(stage.board.FilesChanged())
        await stage.settle()
        assert stage.board.entry is not None
        assert stage.board.entry.id != "mum"
        assert "typed just then" in stage.shown
        await stage.press("ctrl+s")
        assert "deleted" in stage.shown or "another program" in stage.shown
        await stage.press("y")
        assert stage.text("mum") == MUM + "# typed just then\n"


async def test_a_folder_in_place_of_a_file_is_named_and_no_crash(home: Home) -> None:
    (home.accounts / "zoo.toml").mkdir()
    async with staged(home) as stage:
        stage.board.accounts.select("zoo")
        await stage.settle()
        assert "unreadable" in stage.shown
        await stage.press("v", "E", "enter", "t", "d", "delete", "e", "p", "o", "s", "u")
        assert stage.app.is_running


async def test_drafts_that_cannot_be_kept_are_told(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise MailferryError("the disk is full")

    async with staged(home) as stage:
        monkeypatch.setattr(stage.desk.editor.drafts, "keep", refuse)
        await edit(stage, "incoming.port", "993")
        stage.board._keep()
        assert "the disk is full" in stage.shown or stage.board.header.message.text == "the disk is full"


async def test_servers_that_nobody_knows_are_complete_once_host_and_port_are_typed(tmp_path: Path) -> None:
    text = 'schema = 1\naddress = "mum@firm.example"\nlabel = "Mum"\n'
    async with staged(home_with(tmp_path, {"mum": text})) as stage:
        await edit(stage, "incoming.port", "995")
        await edit(stage, "incoming.host", "mail.firm.example")
        await edit(stage, "outgoing.host", "mail.firm.example")
        await edit(stage, "outgoing.port", "587")
        shown = {key: row(stage, key).value for key in ("incoming.protocol", "incoming.security")}
        assert row(stage, "incoming.protocol").raw == "pop3", shown
        assert row(stage, "incoming.security").raw == "tls"
        assert row(stage, "outgoing.security").raw == "starttls"
        assert row(stage, "outgoing.auth").raw == "password"
        await stage.press("u")
        assert not row(stage, "outgoing.security").own
        assert not row(stage, "outgoing.port").own


async def test_a_port_of_a_known_server_is_all_that_changes(home: Home) -> None:
    async with staged(home) as stage:
        await edit(stage, "incoming.port", "995")
        await stage.press("ctrl+s")
        assert stage.text("mum") == MUM.replace("143", "995")

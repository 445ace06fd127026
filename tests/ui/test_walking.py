"""Panes, sizes, keys: everything can be reached, and nothing is cut off."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from textual.events import Key

from mailferry.store.home import Home
from mailferry.ui.actions import ACTIONS, FOOTER, PANES, Action, action_of
from mailferry.ui.keymap import keys_of
from mailferry.ui.verbs.table import VERBS, Late, Verb
from tests.ui.stage import home_with, staged


def test_every_action_has_a_verb_and_every_verb_an_action() -> None:
    assert {each.id for each in ACTIONS} == set(VERBS)


def test_every_verb_that_is_imported_late_is_there() -> None:
    late = [verb for verb in VERBS.values() if isinstance(verb, Late)]
    assert late
    assert all(callable(each.verb) for each in late)


def test_no_key_means_two_things_in_one_pane() -> None:
    for pane in PANES:
        keys = [key for each in ACTIONS if pane in each.panes for key in each.keys]
        assert len(keys) == len(set(keys)), pane


def test_every_action_with_a_control_key_has_another_way_where_letters_work() -> None:
    for each in ACTIONS:
        if any(key.startswith("ctrl+") for key in each.keys):
            assert len(each.keys) > 1, each.id


def test_the_footer_shows_at_most_six_hints_that_work_in_their_pane() -> None:
    for pane, ids in FOOTER.items():
        assert len(ids) <= 6
        for each in map(action_of, ids):
            assert pane in each.panes
            assert each.keys
        hints = "   ".join(f"{keys_of(each, {})[0]} {each.label}" for each in map(action_of, ids))
        assert len(hints) + len("   f1 help  ") <= 80


@pytest.mark.parametrize("action", [each for each in ACTIONS if each.keys], ids=lambda each: each.id)
async def test_every_key_reaches_its_action(
    home: Home, monkeypatch: pytest.MonkeyPatch, action: Action
) -> None:
    done: list[str] = []

    def noting(action_id: str) -> Verb:
        return lambda _board: done.append(action_id)

    for each in ACTIONS:
        monkeypatch.setitem(VERBS, each.id, noting(each.id))
    async with staged(home) as stage:
        stage.board.focus_pane(next(pane for pane in action.panes if pane != "source"))
        await stage.press(*action.keys)
    assert done == [action.id] * len(action.keys)


async def test_four_panes_side_by_side_at_100_columns(home: Home) -> None:
    async with staged(home) as stage:
        first = stage.shown.splitlines()[1]
        for title in ("▸ 1 Accounts", "2 Settings", "3 Recommended"):
            assert title in first
        assert "4 Test" in stage.shown
        assert "2 need attention" not in stage.shown
        assert "3 accounts · 1 needs attention" in stage.shown


async def test_panes_are_turned_at_80_columns_and_all_can_be_reached(home: Home) -> None:
    async with staged(home, (80, 24)) as stage:
        assert "Incoming  IMAP" in stage.shown
        assert "Against" not in stage.shown
        for word in ("Incoming", "Against", "Not tested", "▸ 1 Accounts"):
            await stage.press("tab")
            assert word in stage.shown
        for key, word in (("2", "Incoming"), ("3", "Against"), ("4", "Not tested")):
            await stage.press(key)
            assert word in stage.shown
        await stage.press("1", "right")
        assert "▸ 4 Test" in stage.shown
        await stage.press("left", "left")
        assert "▸ 2 Settings" in stage.shown
        await stage.press("left")
        assert "▸ 1 Accounts" in stage.shown


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (96, 24), (100, 30), (150, 45), (220, 60)])
async def test_hints_and_counts_are_never_clipped(home: Home, size: tuple[int, int]) -> None:
    async with staged(home, size) as stage:
        lines = stage.shown.splitlines()
        assert lines[-1].rstrip().endswith("? help")
        assert lines[0].rstrip().endswith("1 needs attention")
        assert all(len(line) <= size[0] for line in lines)


@pytest.mark.parametrize("size", [(59, 20), (60, 19), (20, 5), (1, 1)])
async def test_a_window_too_small_says_so(home: Home, size: tuple[int, int]) -> None:
    async with staged(home, size) as stage:
        assert "1 Accounts" not in stage.shown
        if size[0] >= 40:
            assert "window too small (needs 60×20)" in stage.shown


async def test_growing_again_shows_everything(home: Home) -> None:
    async with staged(home, (40, 10)) as stage:
        await stage.pilot.resize_terminal(100, 30)
        await stage.settle()
        assert "▸ 1 Accounts" in stage.shown
        assert "Incoming  IMAP" in stage.shown


async def test_moving_the_cursor_moves_all_panes(home: Home) -> None:
    async with staged(home) as stage:
        assert "me@icloud.com" in stage.shown
        await stage.press("j", "j")
        assert "mum@centurylink.net" in stage.shown
        assert "Against CenturyLink" in stage.shown
        assert "mail.centurylink.net and smtp" in stage.shown
        await stage.press("g")
        assert "me@icloud.com" in stage.shown
        await stage.press("G")
        assert "mum@centurylink.net" in stage.shown


async def test_the_comparison_follows_the_form(home: Home) -> None:
    async with staged(home) as stage:
        await stage.press("G", "enter", "down", "down")
        assert stage.board.form.row is not None
        assert stage.board.form.row.key == "incoming.port"
        finding = stage.board.comparison.finding
        assert finding is not None
        assert finding.path == "incoming.port"


async def test_filtering_narrows_down_while_typing_and_escape_shows_all(home: Home) -> None:
    async with staged(home) as stage:
        await stage.press("slash")
        await stage.type("WORK")
        assert [entry.id for entry in stage.board.accounts.listed] == ["shop"]
        assert "shop@fastmail.com" in stage.shown
        await stage.press("enter")
        assert stage.board.pane == "accounts"
        assert "/WORK" in stage.shown
        await stage.press("escape")
        assert len(stage.board.accounts.listed) == 3
        await stage.press("slash")
        await stage.type("[nobody")
        assert "No account holds" in stage.shown
        await stage.press("escape")
        assert len(stage.board.accounts.listed) == 3


async def test_the_palette_does_what_is_chosen(home: Home) -> None:
    async with staged(home) as stage:
        await stage.press("colon")
        await stage.type("Go to the comparison")
        await stage.press("enter")
        assert stage.board.pane == "recommended"


async def test_help_is_about_the_focused_pane(home: Home) -> None:
    async with staged(home) as stage:
        await stage.press("3", "question_mark")
        assert "the worst first" in stage.shown
        await stage.press("escape", "v", "f1")
        assert "The file itself" in stage.shown


async def test_jumping_goes_to_the_letter_typed(home: Home) -> None:
    async with staged(home) as stage:
        await stage.press("ctrl+o")
        assert " a " in stage.shown
        await stage.press("c")
        assert stage.board.pane == "recommended"
        await stage.press("J", "escape")
        assert stage.board.pane == "recommended"


async def test_ctrl_c_says_how_to_quit_and_quits_the_second_time(home: Home) -> None:
    async with staged(home) as stage:
        await stage.press("ctrl+c")
        assert "ctrl+q" in stage.shown
        assert stage.app.is_running
        await stage.press("ctrl+c")
    assert stage.app.return_value == 0


async def test_ctrl_q_leaves_from_within_a_dialog(home: Home) -> None:
    async with staged(home) as stage:
        await stage.press("n", "ctrl+q")
    assert stage.app.return_value == 0


async def test_keys_are_mapped_anew_and_mistakes_are_reported(home: Home) -> None:
    home.config_file.write_text(
        '[keys]\ntest = "f5"\nhelpp = "x"\nedit = "hyperspace"\nquit = "ctrl+q"\nnew = "f5"\n',
        encoding="utf-8",
    )
    async with staged(home, (110, 30)) as stage:
        for words in ("did you mean help?", "hyperspace", "always quits", "stays with test"):
            assert words in stage.shown
        await stage.press("escape")
        assert "f5 test" in stage.shown
        await stage.press("ctrl+q")
    assert stage.app.return_value == 0


async def test_a_broken_configuration_is_reported_and_everything_still_works(home: Home) -> None:
    home.config_file.write_text("theme = 3\n", encoding="utf-8")
    async with staged(home) as stage:
        assert "config.toml" in stage.shown
        await stage.press("escape", "j")
        assert "▸ 1 Accounts" in stage.shown


async def test_a_file_that_cannot_be_read_is_named_and_the_others_work(tmp_path: Path) -> None:
    home = home_with(tmp_path, {"bad": 'address = "x@y.z"\nprot = 3\n', "me": 'address = "me@icloud.com"\n'})
    async with staged(home) as stage:
        assert "unreadable" in stage.shown
        stage.board.accounts.select("bad")
        await stage.settle()
        assert "line 2" in stage.shown
        await stage.press("t")
        assert "errors" in stage.shown
        await stage.press("e")
        await stage.press("v")
        assert "prot = 3" in stage.shown
        assert stage.board.source is not None
        assert stage.board.source.area.cursor_location[0] == 1


async def test_hostile_texts_are_shown_and_not_obeyed(tmp_path: Path) -> None:
    evil = "[red]x[/] [@click=app.quit]y"
    home = home_with(
        tmp_path,
        {"evil": f'address = "me@icloud.com"\nlabel = "{evil}"\nperson = "[bold]"\ntags = ["[/nope]"]\n'},
    )
    async with staged(home, (150, 45)) as stage:
        assert evil in stage.shown
        await stage.press("v")
        assert evil in stage.shown
        await stage.press("f2", "slash")
        await stage.type("[red]")
        await stage.press("enter")
        assert "/[red]" in stage.shown


async def test_ascii_only_where_the_terminal_has_no_more(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "C")
    async with staged(home) as stage:
        await stage.press("G")
        assert "x wrong" in stage.shown
        assert stage.shown.isascii()


async def test_without_colour_the_focus_and_the_cursor_are_still_told(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with staged(home) as stage:
        assert "▸ 1 Accounts" in stage.shown
        strips = stage.app.screen._compositor.render_strips()
        reversed_text = [
            segment.text
            for strip in strips
            for segment in strip
            if segment.style is not None and segment.style.reverse
        ]
        assert any("Me" in text for text in reversed_text)


def test_keys_are_printed_as_the_key_map_has_them() -> None:
    save = action_of("save")
    assert keys_of(save, {})[0] == "ctrl+s"
    assert keys_of(save, {"save": "f9"}) == ("f9",)
    assert keys_of(replace(save, keys=("slash",)), {}) == ("/",)


async def test_keys_meant_for_a_dialog_that_is_yet_to_come_wait_for_it(home: Home) -> None:
    async with staged(home) as stage:
        for key in ("n", "D", "d", "e", "n", "backspace"):
            stage.app.post_message(Key(key, key if len(key) == 1 else None))
        await stage.until("Dde ")
        assert sorted(file.name for file in home.accounts.glob("*.toml")) == [
            "me.toml",
            "mum.toml",
            "shop.toml",
        ]


async def test_keys_that_arrive_together_go_where_they_would_one_by_one(home: Home) -> None:
    async with staged(home) as stage:
        for key in ("G", "2", "j", "j"):
            stage.app.post_message(Key(key, key))
        await stage.settle()
        await stage.settle()
        assert stage.board.form.row is not None
        assert stage.board.form.row.key == "incoming.port"
        assert stage.board.entry is not None
        assert stage.board.entry.id == "mum"

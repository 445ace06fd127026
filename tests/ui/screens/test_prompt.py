from __future__ import annotations

from textual.widgets import Input

from mailferry.ui.screens.prompt import PromptScreen
from tests.ui.screens.host import opened


def _no_blanks(text: str) -> str | None:
    return "a blank is one too many" if " " in text else None


async def test_answers_with_what_was_typed_after_what_stood_there() -> None:
    async with opened(PromptScreen("Rename", "Label", "Mum", check=_no_blanks), [*"my", "enter"]) as (
        host,
        _,
    ):
        assert host.answers == ["Mummy"]


async def test_what_is_wrong_is_said_under_the_field_and_the_text_is_kept() -> None:
    dialog = PromptScreen("Rename", "Label", help="One word.", check=_no_blanks)
    async with opened(dialog, ["a", "space", "b", "enter"]) as (host, pilot):
        assert host.answers == []
        assert "✗ a blank is one too many" in host.shown
        assert dialog.field.value == "a b"
        await pilot.press("backspace")
        await pilot.pause()
        assert "One word." in host.shown
        assert "✗" not in host.shown
        await pilot.press("backspace", "enter")
        assert host.answers == ["a"]


async def test_a_password_is_neither_shown_nor_kept() -> None:
    dialog = PromptScreen("Password", "mum@example.com", password=True)
    async with opened(dialog, [*"hünter2"]) as (host, pilot):
        assert "hünter2" not in host.shown
        assert "•••••••" in host.shown
        await pilot.press("enter")
        await pilot.pause()
        assert host.answers == ["hünter2"]
        assert dialog.field.value == ""


async def test_a_password_given_up_is_not_kept_either() -> None:
    dialog = PromptScreen("Password", "mum@example.com", password=True)
    async with opened(dialog, [*"hunter2", "escape"]) as (host, pilot):
        await pilot.pause()
        assert host.answers == [None]
        assert dialog.field.value == ""


async def test_a_refused_password_stays_to_be_mended() -> None:
    dialog = PromptScreen("Password", "mum@example.com", password=True, check=_no_blanks)
    async with opened(dialog, ["a", "space", "enter", "backspace", "enter"]) as (host, _):
        assert host.answers == ["a"]


async def test_a_password_never_reaches_a_clipboard() -> None:
    dialog = PromptScreen("Password", "mum@example.com", password=True)
    async with opened(dialog, [*"hunter2", "shift+home", "ctrl+c"]) as (host, pilot):
        assert dialog.query_one(Input).selected_text == ""
        await pilot.press("ctrl+x")
        assert host.copied == []
        assert dialog.field.value == ""


async def test_other_text_can_be_copied_and_cut() -> None:
    dialog = PromptScreen("Rename", "Label", "Mum")
    async with opened(dialog, ["shift+home", "ctrl+c", "ctrl+x"]) as (host, _):
        assert host.copied == ["Mum", "Mum"]
        assert dialog.field.value == ""


async def test_a_hostile_value_is_drawn_harmless_and_returned_as_it_was() -> None:
    value = "a\x1b[31mb\u202ec"
    async with opened(PromptScreen("Rename", "Label", value)) as (host, pilot):
        assert "a\N{REPLACEMENT CHARACTER}[31mb\N{REPLACEMENT CHARACTER}c" in host.shown
        await pilot.press("enter")
        assert host.answers == [value]

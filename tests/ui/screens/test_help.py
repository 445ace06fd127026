from __future__ import annotations

from mailferry.ui.actions import Action
from mailferry.ui.screens.help import HelpScreen
from tests.ui.screens.host import opened

_ACTIONS = [
    Action("elsewhere", ("x",), "elsewhere", "Works elsewhere.", ("test",)),
    Action("here", ("t", "f5"), "here", "Works here.", ("accounts",)),
    Action("nameless", (), "nameless", "Has no key.", ("accounts",)),
    Action("long", ("ctrl+shift+f12", "ctrl+shift+f11"), "long", "Has long keys.", ("test",)),
]


async def test_the_keys_of_the_pane_come_first_then_all_others() -> None:
    async with opened(HelpScreen("accounts", _ACTIONS, "What it is.")) as (host, _):
        shown = host.shown
        places = [
            shown.index(text)
            for text in ("What it is.", "Here", "Works here.", "Elsewhere", "Works elsewhere.")
        ]
        assert places == sorted(places)
        assert "t f5" in shown
        assert "palette (:)" in shown


async def test_keys_too_long_for_their_column_have_a_line_to_themselves() -> None:
    async with opened(HelpScreen("accounts", _ACTIONS, ""), size=(60, 20)) as (host, _):
        lines = host.shown.splitlines()
        keys = next(line for line in lines if "ctrl+shift+f12 ctrl+shift+f11" in line)
        assert "Has long" not in keys
        assert "Has long keys." in lines[lines.index(keys) + 1]


async def test_typing_searches_keys_and_sentences() -> None:
    async with opened(HelpScreen("accounts", _ACTIONS, "What it is."), [*"f5"]) as (host, pilot):
        assert "Works here." in host.shown
        assert "Works elsewhere." not in host.shown
        await pilot.press(*"zzz")
        await pilot.pause()
        assert "no key does that" in host.shown


async def test_the_arrows_scroll_while_the_field_has_the_focus() -> None:
    actions = [Action(f"a{number}", ("x",), "x", f"Sentence {number}.", ("test",)) for number in range(60)]
    async with opened(HelpScreen("test", actions, "What it is.")) as (host, pilot):
        await pilot.press("down")
        await pilot.pause()
        assert "What it is." not in host.shown
        await pilot.press("up")
        await pilot.pause()
        assert "What it is." in host.shown


async def test_enter_and_f1_leave() -> None:
    for key in ("enter", "f1"):
        async with opened(HelpScreen("test", _ACTIONS, ""), [key]) as (host, _):
            assert host.answers == [None]

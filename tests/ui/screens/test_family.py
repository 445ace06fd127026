"""What all dialogs have in common: they fit, escape leaves, foreign text does no harm."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input

from mailferry.model.config import Person
from mailferry.phones import Phone
from mailferry.ui.actions import Action
from mailferry.ui.forecast import Forecast
from mailferry.ui.screens.choose import ChooseScreen
from mailferry.ui.screens.confirm import ConfirmScreen
from mailferry.ui.screens.deliver import DeliverScreen
from mailferry.ui.screens.difference import DifferenceScreen
from mailferry.ui.screens.export import ExportKind, ExportScreen, Offer
from mailferry.ui.screens.help import HelpScreen
from mailferry.ui.screens.options import OptionsScreen
from mailferry.ui.screens.person import PersonScreen
from mailferry.ui.screens.phones import PhonesScreen
from mailferry.ui.screens.prompt import PromptScreen
from mailferry.ui.screens.reading import prose
from mailferry.ui.screens.report import ReportScreen
from mailferry.ui.screens.show import ShowScreen
from mailferry.ui.screens.welcome import WelcomeScreen
from tests.ui.screens.host import HARMLESS, HOSTILE, opened

_KINDS: tuple[ExportKind, ...] = ("profile", "html", "text", "markdown", "leaving")

_FOREIGN: dict[str, Callable[[], ModalScreen[Any]]] = {
    "confirm": lambda: ConfirmScreen(HOSTILE, [("y", HOSTILE)]),
    "prompt": lambda: PromptScreen(HOSTILE, HOSTILE, help=HOSTILE),
    "choose": lambda: ChooseScreen(HOSTILE, [("a", HOSTILE, "a hint")]),
    "difference": lambda: DifferenceScreen(HOSTILE, f"-{HOSTILE}\n+{HOSTILE}", [("y", HOSTILE)]),
    "show": lambda: ShowScreen(HOSTILE, HOSTILE),
    "help": lambda: HelpScreen("test", [Action("x", ("x",), "x", HOSTILE)], HOSTILE),
    "export": lambda: ExportScreen(
        HOSTILE,
        [
            Offer(
                kind,
                Path("/nowhere/x"),
                Forecast(
                    refusals=(HOSTILE,) if kind == "profile" else (),
                    unproven=(HOSTILE,),
                    warnings=(HOSTILE,),
                    changes=(HOSTILE,),
                    shown=(HOSTILE,),
                ),
            )
            for kind in _KINDS
        ],
    ),
}
_HOSTILE_FORECAST = Forecast(
    refusals=(HOSTILE,), unproven=(HOSTILE,), warnings=(HOSTILE,), changes=(HOSTILE,), shown=(HOSTILE,)
)
_WAYS = [
    ("a", "fd00:1234:5678:9abc:def0:1234:5678:9abc", "local"),
    *((str(number), HOSTILE, "link") for number in range(6)),
]


async def _unchanged() -> tuple[str, Forecast]:
    return "as before", Forecast()


_FOREIGN["deliver"] = lambda: DeliverScreen(HOSTILE, _WAYS, _HOSTILE_FORECAST, HOSTILE, _unchanged)
_FOREIGN["options"] = lambda: OptionsScreen(HOSTILE, [("a", "Password", HOSTILE)])
_FOREIGN["phones"] = lambda: PhonesScreen([Phone(name=HOSTILE, person=HOSTILE, twice=(HOSTILE,))])
_FOREIGN["report"] = lambda: ReportScreen(HOSTILE, prose(HOSTILE), importable=True)

_ALL: dict[str, Callable[[], ModalScreen[Any]]] = {
    **_FOREIGN,
    "welcome": WelcomeScreen,
    "person": lambda: PersonScreen("Mum", Person()),
}

_LONG = "word " * 400


@pytest.mark.parametrize("name", _ALL)
@pytest.mark.parametrize("size", [(60, 20), (80, 24), (100, 30)])
async def test_the_keys_stand_at_the_bottom_and_nothing_is_cut_off(name: str, size: tuple[int, int]) -> None:
    async with opened(_ALL[name](), size=size) as (host, _):
        dialog = host.screen
        frame = dialog.query_one(".frame")
        for widget in filter(lambda each: each.display, frame.walk_children(Widget)):
            assert frame.region.contains_region(widget.region), widget
        assert dialog.region.contains_region(frame.region)
        assert "esc" in host.shown
        assert "…" not in host.shown


@pytest.mark.parametrize("name", _ALL)
async def test_escape_leaves_without_an_answer(name: str) -> None:
    async with opened(_ALL[name](), ["escape"]) as (host, _):
        assert host.answers == [None]
        assert len(host.screen_stack) == 1


@pytest.mark.parametrize("name", _FOREIGN)
async def test_foreign_text_is_neither_markup_nor_a_command_to_the_terminal(name: str) -> None:
    async with opened(_FOREIGN[name]()) as (host, _):
        assert HARMLESS in host.shown
        assert "\x1b" not in host.shown
        assert "\u202e" not in host.shown


@pytest.mark.parametrize("name", _ALL)
async def test_a_terminal_without_unicode_is_sent_none(name: str) -> None:
    async with opened(_ALL[name](), ascii_only=True) as (host, _):
        assert host.shown.isascii(), [line for line in host.shown.splitlines() if not line.isascii()]


@pytest.mark.parametrize("name", _ALL)
async def test_nothing_blinks(name: str) -> None:
    async with opened(_ALL[name]()) as (host, _):
        assert not any(field.cursor_blink for field in host.screen.query(Input))


@pytest.mark.parametrize(
    "make",
    [
        lambda: ConfirmScreen(_LONG + "end", [("y", "yes"), ("n", "no")]),
        lambda: DifferenceScreen("both", "line\n" * 80 + "the end", [("y", "yes")]),
        lambda: PromptScreen("name", "name", help=_LONG + "end"),
        lambda: ExportScreen("mum", [Offer("profile", Path("/x"), Forecast(refusals=(_LONG + "end",)))] * 5),
        lambda: DeliverScreen("mum", _WAYS, Forecast(warnings=(_LONG + "end",)), "", _unchanged),
        lambda: PhonesScreen([Phone(name="Mum", twice=(_LONG + "end",))]),
        lambda: HelpScreen("test", [Action("x", ("x",), "x", _LONG + "end")], ""),
        lambda: ShowScreen("text", _LONG + "end"),
    ],
)
@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
async def test_the_end_of_a_long_text_is_reached_with_the_page_keys(
    make: Callable[[], ModalScreen[Any]], size: tuple[int, int]
) -> None:
    async with opened(make(), size=size) as (host, pilot):
        assert " end" not in f" {host.words}"
        assert "esc" in host.words
        await pilot.press(*["pagedown"] * 12)
        await pilot.pause()
        assert " end" in host.words


async def test_a_key_struck_twice_answers_once() -> None:
    async with opened(ConfirmScreen("Really?", [("y", "yes")]), ["y", "y"]) as (host, _):
        assert host.answers == ["y"]
        assert len(host.screen_stack) == 1


async def test_a_window_made_smaller_and_larger_again_keeps_what_was_typed() -> None:
    async with opened(PromptScreen("Name", "Name"), [*"mum"]) as (host, pilot):
        await pilot.resize_terminal(40, 8)
        await pilot.resize_terminal(80, 24)
        await pilot.press("enter")
        await pilot.pause()
        assert host.answers == ["mum"]

from __future__ import annotations

from mailferry.ui.screens.choose import ChooseScreen
from mailferry.ui.screens.matching import holds
from tests.ui.screens.host import opened

_OPTIONS = [
    ("tls", "TLS from the start", "993, 995, 465"),
    ("starttls", "STARTTLS", "143, 110, 587"),
    ("none", "none", "only on this computer"),
]


async def test_enter_takes_the_first() -> None:
    async with opened(ChooseScreen("Security", _OPTIONS), ["enter"]) as (host, _):
        assert host.answers == ["tls"]


async def test_arrows_move_while_the_field_has_the_focus() -> None:
    async with opened(ChooseScreen("Security", _OPTIONS), ["down", "down", "up", "enter"]) as (host, _):
        assert host.answers == ["starttls"]


async def test_typing_narrows_down_by_label_and_hint() -> None:
    async with opened(ChooseScreen("Security", _OPTIONS), [*"587 start"]) as (host, pilot):
        assert "STARTTLS" in host.shown
        assert "TLS from" not in host.shown
        await pilot.press("enter")
        assert host.answers == ["starttls"]


async def test_where_nothing_fits_enter_chooses_nothing() -> None:
    async with opened(ChooseScreen("Security", _OPTIONS), [*"zzz", "enter"]) as (host, pilot):
        assert host.answers == []
        assert "nothing fits" in host.shown
        await pilot.press("ctrl+u", "down", "enter")
        assert host.answers == ["starttls"]


async def test_ids_may_be_anything_and_equal() -> None:
    options = [("", "first", ""), ("", "second", ""), ("[x]", "third", "")]
    async with opened(ChooseScreen("Anything", options), ["end", "down", "down", "enter"]) as (host, _):
        assert host.answers == ["[x]"]


async def test_many_options_scroll_with_the_highlight() -> None:
    options = [(str(number), f"option {number}", "") for number in range(500)]
    async with opened(ChooseScreen("Many", options), ["pagedown", "pagedown"]) as (host, pilot):
        assert "option 24" in host.shown
        assert "option 0 " not in host.shown
        await pilot.press("enter")
        assert host.answers == ["24"]


async def test_no_options_at_all() -> None:
    async with opened(ChooseScreen("None", []), ["down", "enter", "escape"]) as (host, _):
        assert host.answers == [None]


def test_every_word_must_stand_somewhere_whatever_its_case() -> None:
    assert holds("strasse BERN", "Straße", "bern")
    assert holds("", "anything")
    assert not holds("bern basel", "Bern")


async def test_columns_stand_under_each_other_and_are_cut() -> None:
    options = [("a", "Alpha\talpha\tfirst", ""), ("b", "A very long name\tbeta\tsecond", "")]
    async with opened(ChooseScreen("Columns", options, does="read it", columns=(8, 6)), []) as (host, _):
        lines = host.shown.splitlines()
        first = next(line for line in lines if "first" in line)
        second = next(line for line in lines if "second" in line)
        assert "A very…" in second
        assert first.index("first") == second.index("second")
        assert "enter read it" in host.shown

"""Themes: every shipped one can be read by everybody, a broken one is passed over with a word."""

from __future__ import annotations

import pytest

from mailferry.model.theme import Theme
from mailferry.store.decode import decode_theme
from mailferry.store.home import Home
from mailferry.store.shipped import shipped
from mailferry.ui.themes import blend, theme_files, to_textual
from tests.ui.stage import staged

FILES = sorted(shipped("themes").glob("*.toml"))
RGB = [file for file in FILES if "ansi_" not in file.read_text(encoding="utf-8")]


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio, WCAG 2.2 section 1.4.3."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def read(name: str) -> Theme:
    file = shipped("themes") / f"{name}.toml"
    return decode_theme(file.read_text(encoding="utf-8"), str(file))


def test_there_are_dark_light_and_plain_ones() -> None:
    assert {"harbour-dark", "harbour-light", "high-contrast", "terminal"} <= {file.stem for file in FILES}


@pytest.mark.parametrize("file", RGB, ids=lambda file: file.stem)
def test_text_is_readable(file: object) -> None:
    theme = read(getattr(file, "stem"))  # noqa: B009  typed as object by parametrize
    dim = to_textual("x", theme).variables["dim"]
    for ground in (theme.background, theme.panel):
        for name in ("foreground", "primary", "accent", "success", "warning", "error"):
            assert contrast(getattr(theme, name), ground) >= 4.5, name
        assert contrast(dim, ground) >= 4.5
    assert contrast(theme.foreground, theme.surface) >= 4.5
    assert contrast(theme.border, theme.background) >= 3, "frames are seen"


def test_colours_are_mixed_by_their_share() -> None:
    assert blend("#000000", "#ffffff", 0.0) == "#000000"
    assert blend("#000000", "#ffffff", 1.0) == "#ffffff"
    assert blend("#102030", "#304050", 0.5) == "#203040"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
async def test_every_theme_can_be_used(home: Home, file: object) -> None:
    name = getattr(file, "stem")  # noqa: B009  typed as object by parametrize
    home.config_file.write_text(f'theme = "{name}"\n', encoding="utf-8")
    async with staged(home) as stage:
        assert stage.app.theme == name
        assert "▸ 1 Accounts" in stage.shown
        await stage.press(
            "G", "enter", "enter", "escape", "v", "f2", "n", "escape", "question_mark", "escape"
        )


async def test_an_own_theme_wins_and_a_broken_one_is_passed_over(home: Home) -> None:
    text = (shipped("themes") / "harbour-light.toml").read_text(encoding="utf-8")
    home.themes.mkdir(exist_ok=True)
    (home.themes / "mine.toml").write_text(text, encoding="utf-8")
    (home.themes / "broken.toml").write_text(text.replace("#0b5a8f", "bluish"), encoding="utf-8")
    assert {"mine", "broken", "harbour-dark"} <= set(theme_files(shipped("themes"), home.themes))
    home.config_file.write_text('theme = "mine"\n', encoding="utf-8")
    async with staged(home) as stage:
        assert stage.app.theme == "mine"
        await stage.press("colon")
        await stage.type("Choose the colours")
        await stage.press("enter")
        assert "high-contrast" in stage.shown
        assert "broken " not in stage.shown.replace("broken.toml", "")
        await stage.type("high")
        await stage.press("enter")
        assert stage.app.theme == "high-contrast"


@pytest.mark.parametrize(("theme", "words"), [("broken", "broken.toml"), ("nowhere", "no theme “nowhere”")])
async def test_a_configured_theme_that_does_not_work_is_reported(home: Home, theme: str, words: str) -> None:
    home.themes.mkdir(exist_ok=True)
    (home.themes / "broken.toml").write_text('name = "x"\n', encoding="utf-8")
    home.config_file.write_text(f'theme = "{theme}"\n', encoding="utf-8")
    async with staged(home) as stage:
        assert stage.app.theme == "harbour-dark"
        assert words in stage.shown


async def test_a_chosen_theme_is_kept(home: Home) -> None:
    home.config_file.write_text("# mine\nmouse = false\n")
    async with staged(home) as stage:
        stage.board.action_do("theme")
        await stage.settle()
        await stage.type("harbour-light")
        await stage.press("enter")
        assert stage.app.theme == "harbour-light"
    assert home.config_file.read_text() == '# mine\nmouse = false\ntheme = "harbour-light"\n'

"""Draws one of the iPhone's screens with a person's own values."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from mailferry.iphone.drawing.account_screens import ACCOUNT_SCREENS
from mailferry.iphone.drawing.kit import draw_screen
from mailferry.iphone.drawing.measures import look_of
from mailferry.iphone.drawing.profile_screens import PROFILE_SCREENS
from mailferry.iphone.scene import Scene
from mailferry.iphone.screen import ScreenName

_SCREENS = {**PROFILE_SCREENS, **ACCOUNT_SCREENS}


def draw(name: ScreenName, scene: Scene) -> str:
    """The screen as an SVG element, to stand in a page that has `screen_style` among its styles.

    The shapes are our own: they say where to look, and not exactly what it looks like.
    """
    return draw_screen(_SCREENS[name](scene), look_of(scene.way.ios))


@cache
def screen_style() -> str:
    """The style sheet of all pictures of a page, light and dark; in print always light."""
    return files("mailferry.iphone.drawing").joinpath("screen.css").read_text(encoding="utf-8")

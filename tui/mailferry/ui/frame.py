"""Which panes a window of some size can hold side by side."""

from __future__ import annotations

from typing import Literal

from mailferry.ui.actions import Pane

Frame = Literal["small", "narrow", "wide", "large"]

SMALLEST = (60, 20)
"""Columns and rows below which nothing useful can be shown."""


def frame_for(columns: int, rows: int) -> Frame:
    """The frame for a window: small says so, narrow turns between panes, wide and large show all four."""
    if columns < SMALLEST[0] or rows < SMALLEST[1]:
        return "small"
    if columns < 96 or rows < 24:
        return "narrow"
    return "wide" if columns < 140 else "large"


NAMES: dict[Pane, str] = {
    "accounts": "1 Accounts",
    "settings": "2 Settings",
    "source": "2 TOML text",
    "recommended": "3 Recommended",
    "test": "4 Test",
}


def title(pane: Pane, *, focused: bool, frame: Frame, middle: Pane) -> str:
    """A pane's title, as Textual markup; where panes are turned, it names those behind it too.

    `middle` is what stands in the settings' place: the form or the TOML text.
    """
    mark = "▸ " if focused else ""
    if frame != "narrow" or pane == "accounts":
        return f"[bold]{mark}{NAMES[pane]}[/]" if focused else NAMES[pane]
    turned: tuple[Pane, ...] = (middle, "recommended", "test")
    return "".join(
        f"[reverse] {mark}{NAMES[each]} [/]" if each == pane else f" {NAMES[each]} " for each in turned
    )


def beside(pane: Pane, step: int, frame: Frame, middle: Pane, turned: Pane) -> Pane:
    """The pane to the left (-1) or to the right (1) of a pane; itself at the edge."""
    if frame == "narrow":
        row: tuple[Pane, ...] = (middle, "recommended", "test")
        if pane == "accounts":
            return turned if step > 0 else pane
        place = row.index(pane) + step
        return "accounts" if place < 0 else row[min(place, len(row) - 1)]
    top: tuple[Pane, ...] = ("accounts", middle, "recommended")
    if pane not in top:
        return pane
    return top[max(0, min(top.index(pane) + step, len(top) - 1))]

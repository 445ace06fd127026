"""Colour themes: TOML files, shipped and the user's own, made into Textual's."""

from __future__ import annotations

from pathlib import Path

from textual.theme import Theme as TextualTheme

from mailferry.model.problem import MailferryError, Problem
from mailferry.model.theme import Theme
from mailferry.store.decode import decode_theme
from mailferry.store.files import read_text

DEFAULT = "harbour-dark"


def theme_files(shipped: Path, own: Path) -> dict[str, Path]:
    """Every theme file by its name; an own file takes the place of a shipped one."""
    return {file.stem: file for folder in (shipped, own) for file in sorted(folder.glob("[!.]*.toml"))}


def load_theme(name: str, file: Path) -> TextualTheme:
    """A theme file as Textual's theme. Raises MailferryError for a broken one."""
    return to_textual(name, decode_theme(read_text(file), str(file)))


def load_all(files: dict[str, Path]) -> tuple[list[TextualTheme], tuple[Problem, ...]]:
    """Every usable theme, and what is wrong with the others."""
    themes: list[TextualTheme] = []
    problems: list[Problem] = []
    for name, file in files.items():
        try:
            themes.append(load_theme(name, file))
        except MailferryError as error:
            problems.extend(error.problems or [Problem(message=str(error), file=str(file))])
    return themes, tuple(problems)


def to_textual(name: str, theme: Theme) -> TextualTheme:
    """A theme of ours as Textual's. With the terminal's own colours nothing is mixed or dimmed."""
    ansi = theme.background.startswith("ansi_")
    return TextualTheme(
        name=name,
        primary=theme.primary,
        secondary=theme.primary,
        accent=theme.accent,
        foreground=theme.foreground,
        background=theme.background,
        surface=theme.surface,
        panel=theme.panel,
        success=theme.success,
        warning=theme.warning,
        error=theme.error,
        dark=theme.dark,
        ansi=ansi,
        variables={
            "ansi-background": "ansi_black" if theme.dark else "ansi_white",
            "ansi-foreground": "ansi_white" if theme.dark else "ansi_black",
            "frame": theme.border,
            "frame-focused": theme.primary,
            "dim": theme.foreground if ansi else blend(theme.foreground, theme.background, 0.26),
            "dim-style": "dim" if ansi else "none",
            "border": theme.primary,
            "border-blurred": theme.border,
            "input-cursor-text-style": "reverse",
            "block-cursor-text-style": "bold reverse",
            "block-cursor-foreground": theme.primary,
            "block-cursor-background": theme.background,
            "scrollbar": theme.border,
            "scrollbar-hover": theme.border,
            "scrollbar-active": theme.primary,
            "scrollbar-background": theme.background,
            "scrollbar-background-hover": theme.background,
            "scrollbar-background-active": theme.background,
            "scrollbar-corner-color": theme.background,
        },
    )


def blend(one: str, other: str, share: float) -> str:
    """A colour between two `#rrggbb` colours; `share` is how much of the other one it has."""
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)

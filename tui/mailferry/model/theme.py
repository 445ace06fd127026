"""A colour theme, as its TOML file says it."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

Colour = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^(#[0-9a-fA-F]{6}|ansi_(default|(bright_)?(black|red|green|yellow|blue|magenta|cyan|white)))$",
        description="#rrggbb, or one of the terminal's own colours such as ansi_blue",
    ),
]


class Theme(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A colour theme. State is never told by colour alone, so any colours will do."""

    name: str
    schema: Literal[1] = 1
    dark: bool = True
    primary: Colour
    accent: Colour
    foreground: Colour
    background: Colour
    surface: Colour
    panel: Colour
    border: Colour
    success: Colour
    warning: Colour
    error: Colour

"""State words and verdicts with their glyphs, and how everything is said where there is only ASCII."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Mapping

from rich.cells import cell_len

from mailferry.model.finding import Verdict
from mailferry.ui.spans import Tone
from mailferry.workspace import State

STATES: dict[State, tuple[str, Tone]] = {
    "unreadable": ("✗", "bad"),
    "blocked": ("✗", "bad"),
    "fails": ("✗", "bad"),
    "wrong": ("✗", "bad"),
    "insecure": ("!", "warn"),
    "outdated": ("!", "warn"),
    "differs": ("≠", "accent"),
    "ok": ("✓", "good"),
    "untested": ("·", "dim"),
}
"""The glyph and tone of every state; the word always stands beside it."""

VERDICTS: dict[Verdict, tuple[str, Tone]] = {
    "wrong": ("✗", "bad"),
    "blocked": ("✗", "bad"),
    "insecure": ("!", "warn"),
    "outdated": ("!", "warn"),
    "differs": ("≠", "accent"),
    "unknown": ("?", "dim"),
    "accepted": ("=", "dim"),
    "alternative": ("/", "dim"),
    "same": ("✓", "good"),
    "inherited": ("✓", "good"),
}
"""The glyph and tone of every verdict, worst first."""

_ASCII = str.maketrans(
    {
        "✓": "+",
        "✗": "x",
        "≠": "~",
        "·": "-",
        "•": "*",
        "→": ">",
        "↑": "^",
        "↓": "v",
        "…": "~",
        "▐": "#",
        "▸": ">",
        "│": "|",
        "─": "-",
        "“": '"',
        "”": '"',
        "„": '"',
        "‘": "'",
        "’": "'",
        "–": "-",
        "—": "-",
        "×": "x",
        "⇄": "/",
        "\N{NO-BREAK SPACE}": " ",
    }
)


def to_ascii(text: str) -> str:
    """The text in ASCII, cell for cell: accents dropped, what has no likeness shown as question marks."""
    if text.isascii():
        return text
    letters = []
    for character in text.translate(_ASCII):
        if character.isascii():
            letters.append(character)
            continue
        plain = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
        cells = cell_len(character)
        letters.append(plain if len(plain) == cells else "?" * cells)
    return "".join(letters)


def ascii_only(environment: Mapping[str, str] | None = None) -> bool:
    """Whether the terminal should be sent ASCII only: another locale than UTF-8, or a bare console."""
    env = os.environ if environment is None else environment
    if env.get("TERM", "").split("-")[0] in {"linux", "dumb", "vt100", "vt102", "vt220", "ansi", "cons25"}:
        return True
    locale = env.get("LC_ALL") or env.get("LC_CTYPE") or env.get("LANG") or ""
    return "utf" not in locale.lower().replace("-", "")

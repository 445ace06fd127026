"""What a drawn screen consists of. A screen is a few lines of these; `kit` knows how they look."""

from __future__ import annotations

from typing import Literal

import msgspec

RowKind = Literal[
    "goes-on",  # leads to another screen
    "shows",  # a label and its value
    "field",  # to be typed into; the value is what belongs there
    "hint",  # a field whose value only the person knows
    "switch-on",
    "switch-off",
    "acts",  # a row that is a button
    "destroys",  # the same in red
]

Tone = Literal["plain", "quiet", "good", "bad"]


class Row(msgspec.Struct, frozen=True):
    """One row of a group. Without label and value, a grey bar: something that does not matter here."""

    label: str = ""
    value: str = ""
    kind: RowKind = "goes-on"
    tap: bool = False
    tone: Tone = "plain"


class Group(msgspec.Struct, frozen=True):
    """Rows that stand together, with the words above and below them."""

    rows: tuple[Row, ...]
    heading: str = ""
    footer: str = ""


class Bar(msgspec.Struct, frozen=True):
    """The bar at the top. `back` leads to the screen before; `left` and `right` are its buttons.

    `tap` tells whether the right one is to be tapped, `send` whether it is an arrow, `right` being its name.
    """

    title: str
    back: str = ""
    left: str = ""
    right: str = ""
    tap: bool = True
    send: bool = False


class LargeTitle(msgspec.Struct, frozen=True):
    """A big title without a bar, as at the beginning of the settings."""

    text: str


class Owner(msgspec.Struct, frozen=True):
    """The row at the top of the settings with a face and a name."""

    name: str


class Card(msgspec.Struct, frozen=True):
    """The head of a profile: its name and who made it."""

    title: str
    line: str


class Choice(msgspec.Struct, frozen=True):
    """Some words of which one is chosen, side by side."""

    words: tuple[str, ...]
    chosen: str


class Words(msgspec.Struct, frozen=True):
    """Running text."""

    text: str
    tone: Tone = "plain"


class Greeking(msgspec.Struct, frozen=True):
    """Grey lines in place of text that is not known here."""

    lines: int


class Digits(msgspec.Struct, frozen=True):
    """The circles into which a code is typed."""

    number: int = 6


class Question(msgspec.Struct, frozen=True):
    """A box in the middle of the screen with a question and its answers; one is tapped."""

    text: str
    answers: tuple[str, ...]
    tap: str


class Page(msgspec.Struct, frozen=True):
    """A web page: its title, fields to type into, a button."""

    title: str
    fields: tuple[Row, ...]


class BottomButton(msgspec.Struct, frozen=True):
    """A big button that comes up at the bottom."""

    text: str


Part = Group | LargeTitle | Owner | Card | Choice | Words | Greeking | Digits | Question | Page | BottomButton


class Screen(msgspec.Struct, frozen=True):
    """A screen from top to bottom. `then` is what the tap leads to, where that is worth a glance as well."""

    bar: Bar | None
    parts: tuple[Part, ...]
    then: Screen | None = None

"""The very first start: one address, and the rest follows."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.widgets import Input

from mailferry.model.address import AddressError, parse_address, pasted_address
from mailferry.ui.screens.dialog import Dialog
from mailferry.ui.screens.field import Field
from mailferry.ui.screens.reading import Reading, prose
from mailferry.ui.spans import Line, Span

_FERRY = (
    r"            |>           ",
    r"    ___[@]__|__[@]___    ",
    r"    \_______________/    ",
    r" ~~~~ ~~~~~~~ ~~~~~~ ~~~ ",
)

_HINT = "The provider is looked up on this computer; nothing leaves it before you say so."


class WelcomeScreen(Dialog[str]):
    """Asks for the first mail address. Answers with it as typed, or None."""

    DEFAULT_CSS = """
    WelcomeScreen {
        #ferry { margin-bottom: 1; }
        #purpose { margin-bottom: 1; }
        &.-short #ferry { display: none; }
    }
    """
    keys: ClassVar[tuple[tuple[str, str], ...]] = (("enter", "look it up"), ("esc", "not now"))

    def __init__(self) -> None:
        super().__init__("mailferry")
        self.field = Field("Mail address", help=_HINT)

    def body(self) -> ComposeResult:
        """What the program is for, and the field."""
        yield Reading(_ferry, id="ferry")
        yield Reading(_purpose, id="purpose")
        yield self.field

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say while it is typed whether it is an address yet."""
        if not event.value:
            self.field.rest()
            return
        try:
            address = parse_address(pasted_address(event.value))
        except AddressError as error:
            self.field.remark(str(error))
        else:
            self.field.remark(f"an address at {address.domain}", "good", mark="✓ ")

    def on_input_submitted(self) -> None:
        """Leave with an address that is one."""
        try:
            parse_address(pasted_address(self.field.value))
        except AddressError as error:
            self.field.complain(str(error))
        else:
            self.finish(self.field.value.strip())


def _ferry(width: int) -> list[Line]:
    *ship, water = (line.center(width) for line in _FERRY)
    return [*((Span(line, "bold"),) for line in ship), (Span(water, "accent"),)]


def _purpose(width: int) -> list[Line]:
    text = (
        "mailferry keeps your mail accounts' settings in order, tests them, and carries them to the iPhone."
    )
    return list(prose(text)(width))

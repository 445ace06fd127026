"""A field that is laid over the place it belongs to: a row of the form, the filter of a list."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message
from textual.widgets import Input

from mailferry.ui.actions import Pane
from mailferry.ui.harmless import Harmless


class InlineInput(Input):
    """A field over a region of the screen. Says what was typed, and knows nothing of what it is for."""

    DEFAULT_CSS = """
    InlineInput {
        layer: fields; position: absolute; height: 1; border: none; padding: 0;
        background: $surface; color: $foreground; text-style: none;
        &:focus { border: none; background: $surface; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "give_up", "cancel", show=False),
        Binding("down,tab", "leave(1)", "next", show=False),
        Binding("up,shift+tab", "leave(-1)", "previous", show=False),
    ]

    class GivenUp(Message):
        """Escape: nothing is to change."""

        def __init__(self, field: InlineInput) -> None:
            super().__init__()
            self.field = field

    class Left(Message):
        """The user goes on to the next row (1) or the one before (-1)."""

        def __init__(self, field: InlineInput, step: int) -> None:
            super().__init__()
            self.field = field
            self.step = step

    def __init__(self, value: str, *, id: str, pane: Pane, placeholder: str = "") -> None:  # noqa: A002  Textual's name
        super().__init__(
            value=value,
            highlighter=Harmless(),
            id=id,
            placeholder=placeholder,
            classes="field",
            select_on_focus=False,
            compact=True,
        )
        self.cursor_blink = False
        self.pane = pane

    def lay_over(self, region: Region) -> None:
        """Put the field over a part of the screen."""
        self.styles.offset = (region.x, region.y)
        self.styles.width = region.width

    def action_give_up(self) -> None:
        """Tell that nothing is to change."""
        self.post_message(self.GivenUp(self))

    def action_leave(self, step: int) -> None:
        """Tell that the user goes on."""
        self.post_message(self.Left(self, step))

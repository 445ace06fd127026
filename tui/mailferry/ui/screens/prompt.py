"""One line asked for: a name, an address, a password."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from mailferry.ui.screens.dialog import Dialog
from mailferry.ui.screens.field import Field
from mailferry.ui.screens.reading import Reading

Check = Callable[[str], str | None]
"""What is wrong with a text, or to be known about it; None for nothing."""


class PromptScreen(Dialog[str]):
    """Asks for one line and answers with it as it was typed, or None.

    `does` is what enter does with it, for the line of keys. With `password`, dots stand for what is typed, it
    cannot be copied, and the field is emptied on leaving. `remark` says something about what is typed so far.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f1", "more", "more", show=False)]

    def __init__(
        self,
        title: str,
        label: str,
        value: str = "",
        *,
        password: bool = False,
        help: str = "",  # noqa: A002  what it is
        placeholder: str = "",
        does: str = "take it over",
        check: Check | None = None,
        remark: Check | None = None,
    ) -> None:
        super().__init__(title, keys=(("enter", does), ("esc", "cancel")))
        self.field = Field(label, value, password=password, help=help, placeholder=placeholder)
        self.check = check
        self.remark = remark
        self.more = ""

    def advise(self, help: str, more: str) -> None:  # noqa: A002  what it is
        """Let something else help, with a longer text that f1 shows."""
        self.more = more
        self.field.advise(help)

    def action_more(self) -> None:
        """Show the longer text by itself; what is typed stays."""
        from mailferry.ui.screens.show import ShowScreen

        if self.more:
            self.app.push_screen(ShowScreen("More about it", self.more))

    def body(self) -> ComposeResult:
        """The field."""
        yield self.field

    @property
    def paged(self) -> Reading:
        """What helps, or is wrong, where it is long."""
        return self.field.note

    def on_input_changed(self) -> None:
        """A complaint is over when something else is typed."""
        words = self.remark(self.field.value) if self.remark else None
        if words is None:
            self.field.rest()
        else:
            self.field.remark(words, "accent")

    def on_input_submitted(self) -> None:
        """Leave with what was typed, if nothing is wrong with it."""
        # The text may be a password: it is kept in no variable here, for a traceback shows variables.
        problem = self.check(self.field.value) if self.check else None
        if problem is None:
            self.finish(self.field.value)
        else:
            self.field.complain(problem)

    def on_unmount(self) -> None:
        """Leave no password behind, whichever way the dialog is left."""
        if self.field.input.password:
            self.field.input.set_reactive(Input.value, "")

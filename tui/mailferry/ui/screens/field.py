"""One line to type in, with its name in the frame and below it what helps, or what is wrong."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input

from mailferry.model.visible import visible
from mailferry.ui.glyphs import to_ascii
from mailferry.ui.harmless import Harmless
from mailferry.ui.screens.reading import Reading, prose
from mailferry.ui.spans import Tone


class _Line(Input):
    """The line itself. A password never reaches a clipboard."""

    @property
    def selected_text(self) -> str:
        """What is selected; of a password, nothing."""
        return "" if self.password else super().selected_text

    def action_cut(self) -> None:
        """Cut what is selected; a password is deleted and kept nowhere."""
        if self.password:
            self.delete_selection()
        else:
            super().action_cut()


class Field(Vertical):
    """A named line. What is typed stays until the dialog is left, whatever is wrong with it."""

    DEFAULT_CSS = """
    Field {
        height: auto; margin-right: 1;
        Input {
            border: round $border-blurred; padding: 0 1; background: $surface; color: $foreground;
            border-title-color: $text-muted;
            &>.input--cursor { background: $surface; color: $foreground; text-style: reverse; }
            &:focus { border: round $border; background-tint: transparent; border-title-color: $foreground; }
        }
        Reading { padding: 0 2; }
    }
    """

    def __init__(
        self,
        label: str,
        value: str = "",
        *,
        password: bool = False,
        help: str = "",  # noqa: A002  what it is
        placeholder: str = "",
        id: str | None = None,  # noqa: A002  Textual's name for it
    ) -> None:
        super().__init__(id=id)
        self._label = visible(label)
        self._beginning = value
        self._password = password
        self._placeholder = placeholder
        self._help = help
        self._said: tuple[str, Tone, str] = (help, "dim", "")
        self.note = Reading(prose(help, "dim"), id="note", share=0.3)

    def compose(self) -> ComposeResult:
        """The line and the note below it."""
        # Made here and not above, for an Input that begins with a text wants to be part of an application.
        self.input = _Line(
            self._beginning,
            placeholder=self._placeholder,
            password=self._password,
            highlighter=Harmless(),
            select_on_focus=False,
        )
        self.input.cursor_blink = False
        self.input.border_title = Content(
            to_ascii(self._label) if self.app.has_class("-ascii") else self._label
        )
        yield self.input
        yield self.note

    @property
    def value(self) -> str:
        """What stands in the line."""
        return self.input.value

    @value.setter
    def value(self, value: str) -> None:
        self.input.value = value

    def complain(self, problem: str) -> None:
        """Say what is wrong; it stands until something else is typed."""
        self.remark(problem, "bad", mark="✗ ")

    def remark(self, text: str, tone: Tone = "dim", *, mark: str = "") -> None:
        """Say something about what is typed so far."""
        said = (text, tone, mark)
        if said != self._said:
            self._said = said
            self.note.show(prose(text, tone, mark=mark))

    def advise(self, help: str) -> None:  # noqa: A002  what it is
        """Let something else help from now on; a complaint stays until something else is typed."""
        if self._said == (self._help, "dim", ""):
            self.remark(help)
        self._help = help

    def rest(self) -> None:
        """Say again what helps."""
        self.remark(self._help)

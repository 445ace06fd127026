"""A text by itself: to read, to select by hand, to write to a file."""

from __future__ import annotations

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from mailferry.model.problem import MailferryError
from mailferry.ui.screens.dialog import Dialog
from mailferry.ui.screens.prompt import PromptScreen
from mailferry.ui.screens.reading import Reading, Writer, prose
from mailferry.ui.screens.target import TargetCheck, target


class ShowScreen(Dialog[None]):
    """Shows a text over the whole window, without a frame at its sides, so that a terminal's own selection
    gets the text and nothing else.

    `writer` draws the text where it has tones or depends on the width. `note` stands above it, for what is
    not part of it: neither copied nor written.
    """

    DEFAULT_CSS = """
    ShowScreen {
        .frame, &.-ascii .frame, &.-short .frame {
            width: 100%; height: 100%; padding: 0; border: none;
            border-top: solid $border;
        }
        &.-ascii .frame { border-top: ascii $border; }
        #text { height: 1fr; }
        #about { margin-bottom: 1; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("w", "write", "write to a file", show=False),
        Binding("c", "copy", "copy", show=False),
        Binding("q,enter", "cancel", "back", show=False),
    ]
    keys: ClassVar[tuple[tuple[str, str], ...]] = (
        ("↑↓", "scroll"),
        ("w", "write to a file"),
        ("c", "copy"),
        ("esc", "back"),
    )

    def __init__(
        self,
        title: str,
        text: str,
        *,
        writer: Writer | None = None,
        note: str = "",
        file_name: str = "mailferry.txt",
    ) -> None:
        super().__init__(title)
        self.text = text
        self.note = note
        self.file_name = file_name
        self.about = Reading(prose(note, "dim"), id="about", share=0.4)
        self.reading = Reading(writer or prose(text), id="text", focusable=True)
        self.outcome = Reading(prose(""), id="outcome", share=0.15)

    def body(self) -> ComposeResult:
        """The text, what to know about it, and room for what became of writing it."""
        if self.note:
            yield self.about
        yield self.reading
        yield self.outcome

    @property
    def paged(self) -> Reading:
        """The text."""
        return self.reading

    def action_copy(self) -> None:
        """Copy the text to the terminal's clipboard."""
        from mailferry.ui.clipboard import copy_text

        copy_text(self.app, self.text)
        self.outcome.show(prose("copied, if the terminal allows it"))

    @work
    async def action_write(self) -> None:
        """Ask for a file and write the text to it."""
        prompt = PromptScreen(
            "Write to a file",
            "File",
            f"~/{self.file_name}",
            does="write it",
            check=TargetCheck(self.file_name),
        )
        typed = await self.app.push_screen_wait(prompt)
        if typed is None:
            return
        from mailferry.store.files import write_atomically

        try:
            path = target(typed, self.file_name)
            write_atomically(path, self.text.encode())
        except MailferryError as error:
            self.outcome.show(prose(str(error), "bad", mark="✗ "))
        else:
            self.outcome.show(prose(f"written to {path}", "good", mark="✓ "))

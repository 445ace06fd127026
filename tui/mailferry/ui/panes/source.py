"""A file as its own TOML text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import Key
from textual.message import Message
from textual.widgets import Static, TextArea

from mailferry.model.problem import Problem
from mailferry.model.visible import visible
from mailferry.ui.actions import Pane
from mailferry.ui.harmless import harmless

_SHOWN = 3
"""Problems shown at once."""


class TextEntry(TextArea):
    """Lines to type in."""

    async def _on_key(self, event: Key) -> None:
        """Leave escape to the board: Textual would give the focus to whatever stands next."""
        if event.key == "escape":
            event.prevent_default()

    def get_line(self, line_index: int) -> Text:
        """A line as it is drawn; a tabulator is drawn as such, all else that could steer as harmless."""
        line = super().get_line(line_index)
        line.plain = "\t".join(map(harmless, line.plain.split("\t")))
        return line


class SourcePane(Vertical):
    """The text of an account or provider file, editable; every change is told at once."""

    pane: ClassVar[Pane] = "source"

    class Edited(Message):
        """The user changed the text; `shown` is what it was before the first change."""

        def __init__(self, path: Path, shown: str, text: str) -> None:
            super().__init__()
            self.path = path
            self.shown = shown
            self.text = text

    def __init__(self) -> None:
        super().__init__(id="source")
        self.path: Path | None = None
        self.shown = ""
        self.area = TextEntry(
            id="source-text", show_line_numbers=True, tab_behavior="indent", compact=True, soft_wrap=True
        )
        self.area.cursor_blink = False
        self.notes = Static(id="source-problems", markup=False)

    def compose(self) -> ComposeResult:
        """The text, and under it what is wrong with it."""
        yield self.area
        yield self.notes

    def show(self, path: Path, text: str, problems: Sequence[Problem], *, unsaved: bool) -> None:
        """Show a file's text and what is wrong with it; the cursor stays when the text is the same."""
        name = f"{path.parent.name}/{path.name}".replace("[", r"\[")
        self.border_subtitle = f"{name} • unsaved" if unsaved else name
        if path != self.path or text != self.area.text:
            self.path = path
            self.shown = text
            with self.prevent(TextArea.Changed):
                self.area.load_text(text)
        words = [
            f"line {each.line}: {_words(each)}" if each.line else _words(each) for each in problems[:_SHOWN]
        ]
        if len(problems) > _SHOWN:
            words.append(f"and {len(problems) - _SHOWN} more")
        self.notes.update(visible("\n".join(words), keep_lines=True))
        self.notes.display = bool(words)

    def go_to_line(self, line: int) -> None:
        """Put the cursor on a line, counted from 1."""
        self.area.move_cursor((line - 1, 0))

    def undo(self) -> bool:
        """Take back what was typed last; False when there is nothing."""
        before = self.area.text
        self.area.undo()
        return self.area.text != before

    def redo(self) -> bool:
        """Type again what was taken back last; False when there is nothing."""
        before = self.area.text
        self.area.redo()
        return self.area.text != before

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Tell what the text is now."""
        event.stop()
        if self.path is not None:
            self.post_message(self.Edited(self.path, self.shown, event.text_area.text))


def _words(problem: Problem) -> str:
    return f"{problem.key}: {problem.message}" if problem.key else problem.message

"""The frame that all dialogs share: a title in the border, what is asked, and a line that names the keys."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from mailferry.model.visible import visible
from mailferry.ui.bars import Bar
from mailferry.ui.glyphs import to_ascii
from mailferry.ui.screens.block import Block
from mailferry.ui.spans import Line, Span, width_of

Result = TypeVar("Result")


class KeyLine(Bar):
    """Keys and what they do here."""

    DEFAULT_CSS = "KeyLine { height: 1; margin-top: 1; }"

    def __init__(self, keys: tuple[tuple[str, str], ...]) -> None:
        super().__init__()
        self.keys = keys

    def show(self, keys: tuple[tuple[str, str], ...]) -> None:
        """Name other keys from now on."""
        self.keys = keys
        self.refresh()

    def compose_line(self, width: int) -> Line:
        """The keys in bold, what they do beside them; as many as fit, and always the last, which leaves."""
        *hints, last = [
            (Span("   "), Span(key, "bold"), Span(f" {label}", "dim")) for key, label in self.keys
        ]
        spans: list[Span] = []
        for hint in hints:
            if width_of((*spans, *hint, *last)[1:]) > width:
                break
            spans += hint
        return (*spans, *last)[1:]


class Dialog(ModalScreen[Result | None]):
    """A dialog. A subclass says in `body` what stands in the frame, and leaves by `finish`.

    Escape leaves with None.
    """

    DEFAULT_CSS = """
    Dialog {
        align: center middle;
        .frame {
            width: 72; max-width: 100%; height: auto; max-height: 100%; padding: 1 1 0 2;
            border: round $border; border-title-color: $foreground; border-title-style: bold;
            background: $surface; color: $foreground;
        }
        &.-wide .frame { width: 100%; max-width: 110; }
        &.-short .frame { padding: 0 1 0 2; }
        &.-ascii .frame { border: ascii $border; }
        &.-ascii Field Input { border: ascii $border-blurred; }
        &.-ascii Field Input:focus { border: ascii $border; }
        .tone--dim { color: $text-muted; }
        .tone--bold { text-style: bold; }
        .tone--good { color: $text-success; }
        .tone--warn { color: $text-warning; }
        .tone--bad { color: $text-error; }
        .tone--accent { color: $text-accent; }
        .tone--cursor { text-style: reverse; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "cancel", show=False),
        Binding("pagedown", "page('page-down')", "page down", show=False, priority=True),
        Binding("pageup", "page('page-up')", "page up", show=False, priority=True),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (24, "-tall")]  # noqa: RUF012  Textual types it per instance

    keys: ClassVar[tuple[tuple[str, str], ...]] = (("esc", "cancel"),)

    def __init__(self, heading: str, *, keys: tuple[tuple[str, str], ...] | None = None) -> None:
        """`keys` are named in place of the class's own, where what they do depends on what is asked."""
        super().__init__()
        self.heading = heading
        self._named = self.keys if keys is None else keys

    def compose(self) -> ComposeResult:
        """The frame around the body."""
        ascii_only = self.app.has_class("-ascii")
        self.set_class(ascii_only, "-ascii")
        heading = visible(self.heading)
        with Vertical(classes="frame") as frame:
            frame.border_title = Content(to_ascii(heading) if ascii_only else heading)
            yield from self.body()
            yield KeyLine(self._named)

    def name_keys(self, keys: tuple[tuple[str, str], ...]) -> None:
        """Name other keys than the class's own; for before the dialog is composed."""
        self._named = keys

    def body(self) -> ComposeResult:
        """What stands in the frame."""
        raise NotImplementedError

    @property
    def paged(self) -> Block | None:
        """What the page keys scroll, wherever the focus is."""
        return None

    def action_page(self, motion: str) -> None:
        """Scroll by a page."""
        if self.paged is not None:
            self.paged.action_move(motion)

    def finish(self, result: Result | None) -> None:
        """Leave with an answer. A key struck twice is not a second answer: by then the dialog is gone."""
        if self.is_current:
            self.dismiss(result)

    def action_cancel(self) -> None:
        """Leave without an answer."""
        self.finish(None)

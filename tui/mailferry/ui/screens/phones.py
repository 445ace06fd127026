"""What each iPhone has been given, and which need a new profile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Literal, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Size

from mailferry.ui.lines import Page
from mailferry.ui.panes.phone_lines import phone_lines, phone_row
from mailferry.ui.screens.block import Block
from mailferry.ui.screens.dialog import Dialog
from mailferry.ui.screens.reading import Reading
from mailferry.ui.spans import Line, Span

if TYPE_CHECKING:
    from mailferry.phones import Phone

Doing = Literal["deliver", "export", "person", "forget"]


class PhoneChoice(NamedTuple):
    """What is to be done, and for which iPhone."""

    doing: Doing
    phone: Phone


class PhoneList(Block):
    """One line an iPhone; lines are written only where they are looked at."""

    def __init__(self, phones: Sequence[Phone]) -> None:
        super().__init__(id="phones", focusable=True)
        self.phones = phones

    @property
    def selected(self) -> Phone | None:
        """The highlighted one."""
        return self.phones[min(self.cursor, len(self.phones) - 1)] if self.phones else None

    def get_content_height(self, _container: Size, viewport: Size, _width: int) -> int:
        """Up to half the window, so that what is known of the highlighted one has the other half."""
        return min(max(len(self.phones), 1), max(viewport.height // 2 - 3, 3))

    def build(self, width: int) -> Page:
        """A row each."""
        if not self.phones:
            return Page([(Span("There are no accounts yet.", "dim"),)])
        rows = [phone_row(each, width) for each in self.phones]
        return Page(rows, [range(y, y + 1) for y in range(len(rows))])


class PhonesScreen(Dialog[PhoneChoice]):
    """Shows iPhones over the whole window. Answers with what is to be done, or None."""

    DEFAULT_CSS = """
    PhonesScreen {
        .frame, &.-ascii .frame, &.-short .frame {
            width: 100%; height: 100%; padding: 0; border: none; border-top: solid $border;
        }
        &.-ascii .frame { border-top: ascii $border; }
        #known { height: 1fr; margin-top: 1; padding: 0 0 0 1; }
        KeyLine { margin-top: 0; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,Q", "do('deliver')", "deliver", show=False),
        Binding("e", "do('export')", "export", show=False),
        Binding("W,w", "do('person')", "whose", show=False),
        Binding("f", "do('forget')", "forget", show=False),
        Binding("q,M", "cancel", "back", show=False),
    ]
    keys: ClassVar[tuple[tuple[str, str], ...]] = (
        ("enter", "deliver"),
        ("e", "export"),
        ("w", "whose"),
        ("f", "forget"),
        ("esc", "back"),
    )

    def __init__(self, phones: Sequence[Phone], *, at: str = "") -> None:
        """`at` is the name of the iPhone to begin at."""
        super().__init__("iPhones")
        self.phones = PhoneList(phones)
        self.phones.cursor = next((place for place, each in enumerate(phones) if each.name == at), 0)
        self.known = Reading(self._write, id="known")

    def body(self) -> ComposeResult:
        """The iPhones, and what is known of the highlighted one."""
        yield self.phones
        yield self.known

    @property
    def paged(self) -> Reading:
        """What is known of the highlighted one."""
        return self.known

    def on_mount(self) -> None:
        """The keys are the list's."""
        self.phones.focus()

    def on_lines_moved(self) -> None:
        """Tell of the highlighted one, from the beginning."""
        self.known.scroll_lines(0)
        self.known.redraw()

    def action_do(self, doing: Doing) -> None:
        """Leave with what is to be done for the highlighted one."""
        if self.phones.selected is not None:
            self.finish(PhoneChoice(doing, self.phones.selected))

    def _write(self, width: int) -> Sequence[Line]:
        return phone_lines(self.phones.selected, width) if self.phones.selected is not None else []

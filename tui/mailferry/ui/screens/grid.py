"""All accounts and the stages of their tests, one row each, live while tests run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Size

from mailferry.model.spared import is_not_tried
from mailferry.ui.lines import Page
from mailferry.ui.panes.account_rows import label_of
from mailferry.ui.panes.grid_lines import GridLines, GridRow, about_lines, head_lines
from mailferry.ui.screens.block import Block
from mailferry.ui.screens.dialog import Dialog
from mailferry.ui.screens.reading import Reading
from mailferry.ui.spans import Line, Span, spread

if TYPE_CHECKING:
    from mailferry.model.check import AccountCheck
    from mailferry.ui.board import Board
    from mailferry.workspace import AccountEntry

_LOOK = 0.25
"""Seconds between two looks at how far the tests have come; of many events at once only the last is drawn."""


class Grid(Block):
    """The rows. A page of theirs is made of what is in view only, however many there are."""

    def __init__(self, board: Board) -> None:
        super().__init__(id="grid", focusable=True)
        self._board = board
        self._all: Sequence[AccountEntry] = board.accounts.listed
        self._results: dict[str, AccountCheck | None] = {}
        self.failing_only = False
        self.shown: Sequence[AccountEntry] = self._all

    @property
    def selected(self) -> AccountEntry | None:
        """The account of the highlighted row."""
        return self.shown[min(self.cursor, len(self.shown) - 1)] if self.shown else None

    def row(self, place: int) -> GridRow:
        """The account of a place as it is now."""
        entry, run = self.shown[place], self._board.run
        if run is not None and run.includes(entry.id):
            return GridRow(label_of(entry), climbs=run.climbs.get(entry.id, {}))
        return GridRow(label_of(entry), self._result(entry))

    def look(self, *, anew: bool) -> None:
        """Show what has happened since; `anew`: also of accounts that were looked at before.

        The same account stays highlighted, if it is still shown.
        """
        if anew:
            self._results.clear()
        kept = self.selected
        self.shown = [each for each in self._all if self._fails(each)] if self.failing_only else self._all
        if kept is not self.selected:
            self.cursor = next((at for at, each in enumerate(self.shown) if each is kept), self.cursor)
        self.refresh(layout=len(self.page.lines) != max(len(self.shown), 1))
        self.redraw()
        self._reveal()

    def get_content_height(self, _container: Size, viewport: Size, _width: int) -> int:
        """One line an account, as far as what is said of the highlighted one keeps some."""
        return min(max(len(self.shown), 1), max(viewport.height * 2 // 3 - 4, 3))

    def build(self, width: int) -> Page:
        """One line an account."""
        if not self.shown:
            return Page([(Span("none fails" if self.failing_only else "no accounts", "dim"),)])
        count = len(self.shown)
        return Page(GridLines(count, self.row, width), [range(y, y + 1) for y in range(count)])

    def _fails(self, entry: AccountEntry) -> bool:
        run = self._board.run
        if run is not None and run.includes(entry.id):
            return False
        check = self._result(entry)
        return check is not None and not check.ok and not is_not_tried(check)

    def _result(self, entry: AccountEntry) -> AccountCheck | None:
        run = self._board.run
        if run is not None and entry.id in run.done:
            return run.done[entry.id]
        if entry.id not in self._results:
            self._results[entry.id] = self._board.desk.result(entry)
        return self._results[entry.id]


class GridScreen(Dialog[str]):
    """Shows the grid over the whole window. Answers with the id of the account to go to, or None."""

    DEFAULT_CSS = """
    GridScreen {
        .frame, &.-ascii .frame, &.-short .frame {
            width: 100%; height: 100%; padding: 0; border: none; border-top: solid $border;
        }
        &.-ascii .frame { border-top: ascii $border; }
        #about { height: 1fr; margin-top: 1; }
        KeyLine { margin-top: 0; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "pick", "go there", show=False),
        Binding("f", "failing", "failing only", show=False),
        Binding("T", "test_all", "test all", show=False),
        Binding("m,q", "leave", "back", show=False),
    ]
    keys: ClassVar[tuple[tuple[str, str], ...]] = (
        ("enter", "go there"),
        ("f", "failing"),
        ("T", "test all"),
        ("m", "back"),
        ("esc", "stop"),
    )

    def __init__(self, board: Board) -> None:
        super().__init__("Grid")
        self.board = board
        self.grid = Grid(board)
        self.head = Reading(self._write_head, id="head")
        self.about = Reading(self._write_about, id="about")
        self._run = board.run

    def body(self) -> ComposeResult:
        """How far it has come, the columns, the rows, and the highlighted one in whole words."""
        yield self.head
        yield self.grid
        yield self.about

    @property
    def paged(self) -> Block:
        """The rows."""
        return self.grid

    def on_mount(self) -> None:
        """Begin at the account that the board shows, and follow the tests."""
        here = self.board.entry
        self.grid.cursor = next((at for at, each in enumerate(self.grid.shown) if each is here), 0)
        self.grid.focus()
        self.set_interval(_LOOK, self._look)

    def on_lines_moved(self) -> None:
        """Tell of the highlighted account."""
        self.about.redraw()

    def action_failing(self) -> None:
        """Show only accounts that fail, or all again."""
        self.grid.failing_only = not self.grid.failing_only
        self._show()

    def action_test_all(self) -> None:
        """Test all accounts that the board lists."""
        self.board.action_do("test-all")

    def action_pick(self) -> None:
        """Go to the highlighted account."""
        if self.grid.selected is not None:
            self.finish(self.grid.selected.id)

    def action_leave(self) -> None:
        """Back to the board; a running test goes on."""
        self.finish(None)

    def action_cancel(self) -> None:
        """Stop the running test; else back to the board."""
        if self.board.run is not None:
            self.board.action_do("cancel")
            self.head.redraw()
        else:
            self.finish(None)

    def _look(self) -> None:
        if self.board.run is not None or self._run is not None:
            self._show()

    def _show(self) -> None:
        over = self._run is not self.board.run
        self._run = self.board.run
        self.grid.look(anew=over)
        self.head.redraw()
        self.about.redraw()

    def _write_head(self, width: int) -> Sequence[Line]:
        run = self.board.run
        total = len(self.board.accounts.listed)
        words = "1 account" if total == 1 else f"{total} accounts"
        if self.grid.failing_only:
            words = f"{len(self.grid.shown)} of {words} failing"
        progress: Line = ()
        if run is not None:
            stopping = "stopping…" if run.cancel.is_set() else "esc stops"
            progress = (Span(f"{run.progress}; {stopping}", "accent"),)
        return [spread((Span(words, "dim"),), progress, width), *head_lines(width)]

    def _write_about(self, width: int) -> Sequence[Line]:
        return about_lines(self.grid.row(self.grid.cursor), width) if self.grid.shown else []

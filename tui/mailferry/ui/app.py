"""The application: colours, keys, signals. What it shows is the board."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.worker import WorkerFailed

from mailferry.model.problem import MailferryError, Problem
from mailferry.store.shipped import shipped
from mailferry.ui.defect import defect_words
from mailferry.ui.desk import Desk
from mailferry.ui.glyphs import ascii_only
from mailferry.ui.key_order import KeysInOrder
from mailferry.ui.keymap import remapped
from mailferry.ui.main import MainScreen
from mailferry.ui.themes import DEFAULT, load_all, load_theme, theme_files
from mailferry.ui.verbs.fields import settle
from mailferry.ui.verbs.leaving import leave

if TYPE_CHECKING:
    from mailferry.editing import Editor
    from mailferry.model.config import Config
    from mailferry.workspace import Workspace


class MailferryApp(KeysInOrder):
    """The interface on one home folder. Returns the exit status."""

    TITLE = "mailferry"
    CSS_PATH = "mailferry.tcss"
    ENABLE_COMMAND_PALETTE = False  # the palette is our own, fed by the registry of actions
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "leave", "quit", show=False, priority=True),
        Binding("ctrl+c", "interrupt", "quit", show=False, priority=True),
    ]

    def __init__(self, workspace: Workspace, editor: Editor, *, demo: bool = False) -> None:
        super().__init__()
        self.animation_level = "none"
        self.workspace = workspace
        self.desk = Desk(workspace, editor)
        self.problems: list[Problem] = []
        self.defects: list[str] = []  # unexpected errors that were told of
        self.config = self._read_config()
        file = str(workspace.home.config_file)
        self.keymap, problems = remapped(self.config.keys, file)
        self.problems += problems
        self.set_keymap(self.keymap)
        self._theme_files = theme_files(shipped("themes"), workspace.home.themes)
        self._use_theme(self.config.theme or DEFAULT)
        self._interrupted = False
        self.board = MainScreen(self.desk, demo=demo)
        if ascii_only():
            self.add_class("-ascii")

    def get_default_screen(self) -> MainScreen:
        """The board is all there is."""
        return self.board

    def ready_for_keys(self) -> bool:
        """Keys wait for a dialog that has been asked for, and for the focus to be somewhere."""
        return self.focused is not None and not (self.screen is self.board and self.board.asking)

    def on_mount(self) -> None:
        """Listen to the signals of a lost connection, and say what of the user's settings is passed over."""
        self._listen()
        if self.problems:
            self.board.complain(
                MailferryError("\n".join(map(str, self.problems))), "Some settings are passed over"
            )

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Colours that the style sheet names and Textual's own themes do not have."""
        return {"frame": "#808080", "frame-focused": "#ffffff", "dim": "#a0a0a0", "dim-style": "none"}

    @property
    def theme_names(self) -> list[str]:
        """Every theme that can be used; the broken ones are reported."""
        themes, problems = load_all(self._theme_files)
        for theme in themes:
            self.register_theme(theme)
        if problems:
            self.notify(
                "\n".join(map(str, problems)), title="Themes passed over", severity="warning", markup=False
            )
        return [theme.name for theme in themes]

    def action_leave(self) -> None:
        """Leave, from wherever the user is; in a dialog the dialog goes first."""
        while len(self.screen_stack) > 1:
            self.pop_screen()
        self.board.perform(leave)

    def action_interrupt(self) -> None:
        """Copy a selection in a text; else say how to quit, and quit the second time."""
        selected = getattr(self.focused, "selected_text", "")
        if selected:
            from mailferry.ui.clipboard import copy_text

            copy_text(self, selected)
            self.board.say("copied, if the terminal allows it")
        elif self._interrupted:
            self.action_leave()
        else:
            self._interrupted = True
            self.set_timer(3.0, self._forget_interrupt)
            self.board.say("ctrl+c again, or ctrl+q, quits", "accent")

    def _forget_interrupt(self) -> None:
        self._interrupted = False

    def report_defect(self, error: BaseException) -> None:
        """Tell of an unexpected error by itself, and again when the interface ends; all else goes on."""
        from rich.text import Text

        from mailferry.ui.screens.show import ShowScreen

        words = defect_words(error)
        self.defects.append(words)
        self._exit_renderables.append(Text(words))
        self.push_screen(ShowScreen("A defect", words, file_name="mailferry-defect.txt"))

    def _handle_exception(self, error: Exception) -> None:
        """What goes wrong in a worker ends that worker alone; a dialog or an open link stays.

        Anything else has ended a part of the interface, and that ends with it.
        """
        if isinstance(error, WorkerFailed):
            self.report_defect(error.error)
        else:
            super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """End with a traceback, as Textual does, but without values of variables: one may be a password."""
        from rich.segment import Segments
        from rich.traceback import Traceback

        traceback = Traceback(show_locals=False, width=None)
        self._exit_renderables.append(Segments(self.console.render(traceback, self.console.options)))
        self._close_messages_no_wait()

    def _read_config(self) -> Config:
        from mailferry.model.config import Config

        try:
            return self.workspace.config
        except MailferryError as error:
            self.problems += error.problems or [Problem(message=str(error))]
            return Config()

    def _use_theme(self, name: str) -> None:
        """Use a theme, or the shipped default with a word about what is wrong."""
        file = self._theme_files.get(name)
        try:
            if file is None:
                raise MailferryError(f"there is no theme “{name}”; there are {', '.join(self._theme_files)}")
            theme = load_theme(name, file)
        except MailferryError as error:
            self.problems += error.problems or [Problem(message=str(error))]
            theme = load_theme(DEFAULT, shipped("themes") / f"{DEFAULT}.toml")
        self.register_theme(theme)
        self.theme = theme.name

    def _listen(self) -> None:
        # Without this, both signals kill the program at once and leave the terminal in disorder.
        loop = asyncio.get_running_loop()
        for number in (signal.SIGHUP, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):  # not the main thread
                loop.add_signal_handler(number, self._hang_up, number)

    def stop_reading(self) -> None:
        """End the thread that reads keys.

        Where the terminal has vanished, Textual gives up before it does so itself, and the thread would read
        the end of the file for ever and keep the program alive.
        """
        stop = getattr(self._driver, "exit_event", None)
        if stop is not None:
            stop.set()

    def _hang_up(self, number: signal.Signals) -> None:
        with contextlib.suppress(MailferryError):  # nobody is left to tell
            settle(self.board)
        with contextlib.suppress(MailferryError):
            self.desk.keep_drafts()
        if self.board.run is not None:
            self.board.run.cancel.set()
        self.exit(128 + number, return_code=128 + number)


def run_app(workspace: Workspace, editor: Editor, *, demo: bool = False) -> int:
    """Run the interface until the user leaves; returns the exit status."""
    os.environ.setdefault("ESCDELAY", "50")
    app = MailferryApp(workspace, editor, demo=demo)
    try:
        status = app.run(mouse=app.config.mouse)
    finally:
        app.stop_reading()
    return status if status is not None else app.return_code or 0

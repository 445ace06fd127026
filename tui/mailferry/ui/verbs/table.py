"""Which verb an action's id stands for."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from mailferry.ui.verbs import (
    accepting,
    accounts,
    across,
    editing,
    examining,
    leaving,
    looking_up,
    passwords,
    providers,
    publishing,
    repairing,
    saving,
    showing,
    standing_by,
    testing,
    together,
    undoing,
    walking,
)

if TYPE_CHECKING:
    from mailferry.ui.board import Board

Verb = Callable[["Board"], Coroutine[None, None, None] | None]
"""Something to do with the board: at once, or as a coroutine where the user is asked first."""


@dataclass(frozen=True)
class Late:
    """A verb whose module is imported when it is first done, and not at the start."""

    module: str
    name: str

    def __call__(self, board: Board) -> Coroutine[None, None, None] | None:
        """Do it."""
        return self.verb(board)

    @property
    def verb(self) -> Verb:
        """The verb itself."""
        verb: Verb = getattr(import_module(f"mailferry.ui.verbs.{self.module}"), self.name)
        return verb


VERBS: dict[str, Verb] = {
    "edit": editing.edit,
    "filter": accounts.filter_list,
    "new": accounts.new,
    "duplicate": accounts.duplicate,
    "delete": accounts.delete,
    "look-up": looking_up.look_up,
    "test": testing.test,
    "test-whole": testing.test_whole,
    "test-all": testing.test_all,
    "send-test": testing.send_test,
    "take-what-works": repairing.take_what_works,
    "transcript": examining.transcript,
    "details": examining.details,
    "grid": examining.grid,
    "report": examining.report,
    "accept": accepting.accept,
    "accept-all": accepting.accept_all,
    "stand-by": standing_by.stand_by,
    "accept-for-provider": across.accept_for_provider,
    "siblings": together.compare_all,
    "undo": undoing.undo,
    "redo": undoing.redo,
    "save": saving.save,
    "discard": saving.discard,
    "password": passwords.password,
    "export": Late("exporting", "export"),
    "export-person": Late("exporting", "export_person"),
    "read": Late("reading", "read"),
    "phones": Late("phones", "phones"),
    "person": Late("people", "person"),
    "deliver": Late("delivering", "deliver"),
    "view": walking.view,
    "form": walking.form,
    "provider": providers.edit_provider,
    "providers": providers.browse,
    "new-provider": providers.new_provider,
    "delete-provider": providers.delete_provider,
    "read-autoconfig": publishing.read_autoconfig,
    "publish": publishing.publish,
    "editor": editing.external_editor,
    "copy": showing.copy,
    "whole": showing.whole,
    "why": showing.about,
    "accounts": lambda board: board.focus_pane("accounts"),
    "settings": lambda board: board.focus_pane("settings"),
    "recommended": lambda board: board.focus_pane("recommended"),
    "results": lambda board: board.focus_pane("test"),
    "next-pane": lambda board: walking.step(board, 1),
    "previous-pane": lambda board: walking.step(board, -1),
    "jump": walking.jump,
    "cancel": walking.cancel,
    "theme": showing.choose_theme,
    "doctor": showing.doctor,
    "lint": showing.lint,
    "palette": showing.palette,
    "help": showing.help_for_pane,
    "quit": leaving.leave,
}

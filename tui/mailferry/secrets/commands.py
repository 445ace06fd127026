"""The password commands of one run: several at once, apart; where one may want to ask, with the terminal."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager

from mailferry.model.secret import Secret
from mailferry.model.visible import visible
from mailferry.secrets.command import (
    PasswordCommandError,
    PasswordCommandStoppedError,
    run_password_command,
)
from mailferry.secrets.foreground import terminal_to_lend
from mailferry.secrets.turns import Turns

_AT_ONCE = 8
"""So many commands run at the same time: enough for many accounts, and few for an agent to answer."""

Command = tuple[str, ...]
Terminal = Callable[[str], AbstractContextManager[None]]
"""Hands the terminal over while its context lasts; told, in words, to which command."""


class PasswordCommands:
    """Runs password commands. Safe to use from many threads.

    `seconds` limits each of them. `unasked` holds what was said by those that may have wanted to ask.
    """

    def __init__(self, seconds: float, terminal_turn: Turns) -> None:
        self.unasked: dict[Command, str] = {}
        self._seconds = seconds
        self._room = Turns(_AT_ONCE)
        self._terminal_turn = terminal_turn
        self._asked: dict[Command, Secret] = {}
        self._times_asked = 0

    def get(
        self, command: Command, who: str, terminal: Terminal | None, cancel: threading.Event | None
    ) -> Secret:
        """The password that a command prints; `who` is the account's name in words.

        One that fails with a status is run once more with the terminal, where there is one to lend. Ctrl+C
        there sets `cancel`. Raises PasswordCommandError, PasswordCommandStoppedError.
        """
        if (secret := self._asked.pop(command, None)) is not None:
            return secret
        times_asked = self._times_asked
        try:
            return self._apart(command, cancel)
        except PasswordCommandError as error:
            if terminal is None or not error.may_ask or terminal_to_lend() is None:
                raise
        with self._terminal_turn.take(cancel):
            if self._times_asked > times_asked:
                # Another has asked meanwhile, and the agent that it unlocked may answer for all.
                try:
                    return self._apart(command, cancel)
                except PasswordCommandError as error:
                    if not error.may_ask:
                        raise
            try:
                with terminal(f"the password command of {who}, “{visible(command[0])}”"):
                    return self._with_terminal(command, cancel)
            except PasswordCommandStoppedError:
                if cancel is not None:
                    cancel.set()
                raise

    def get_in_terminal(self, command: Command) -> None:
        """Run a command with the terminal, and keep the password for the next `get`.

        Raises PasswordCommandError, PasswordCommandStoppedError.
        """
        self._asked[command] = self._with_terminal(command, None)

    def _apart(self, command: Command, cancel: threading.Event | None) -> Secret:
        self.unasked.pop(command, None)
        with self._room.take(cancel):
            try:
                return run_password_command(command, timeout=self._seconds, cancel=cancel)
            except PasswordCommandError as error:
                if error.may_ask:
                    self.unasked[command] = str(error)
                raise

    def _with_terminal(self, command: Command, cancel: threading.Event | None) -> Secret:
        secret = run_password_command(command, timeout=self._seconds, with_terminal=True, cancel=cancel)
        self.unasked.pop(command, None)
        self._times_asked += 1
        return secret

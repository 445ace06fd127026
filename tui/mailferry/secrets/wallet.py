"""The passwords of one run: where each comes from, and the memory of those that the user typed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager

from mailferry.model.account import PasswordSource, Role
from mailferry.model.secret import Secret, SecretError
from mailferry.model.visible import visible
from mailferry.secrets.commands import PasswordCommands
from mailferry.secrets.keyring_store import KeyringStore
from mailferry.secrets.turns import Turns


class Wallet:
    """Gets, sets and forgets passwords of accounts. Safe to use from many threads.

    A `role` given to any method is the one whose own source applies: "outgoing" only when the account has
    an `[outgoing.password]`, else "incoming" for both servers.

    `prompt` asks the user; it is given words such as “Password for joe@example.com”, without a colon.
    `terminal` hands the terminal to a password command while its context lasts; it is given words such as
    “the password command of joe@example.com, “pass””. Without it no command has the terminal by itself.
    Both are called on the thread that needs the password, by one at a time, and may be set later by the face
    that has a user before it. `timeout` limits each call to the password store, `command_timeout` each
    password command, in seconds.
    """

    def __init__(
        self,
        *,
        prompt: Callable[[str], Secret] | None = None,
        terminal: Callable[[str], AbstractContextManager[None]] | None = None,
        timeout: float = 10.0,
        command_timeout: float = 60.0,
    ) -> None:
        self.prompt = prompt
        self.terminal = terminal
        self._store = KeyringStore(timeout)
        self._terminal_turn = Turns(1)
        self._commands = PasswordCommands(command_timeout, self._terminal_turn)
        self._remembered: dict[tuple[str, Role], Secret] = {}
        self._seen: dict[tuple[str, Role, PasswordSource], bool] = {}

    def get(
        self, address: str, role: Role, source: PasswordSource, cancel: threading.Event | None = None
    ) -> Secret:
        """The password: the one remembered for this run, else from its source.

        A set `cancel` stops a password command; Ctrl+C where one asks in the terminal sets it. Raises
        SecretError, whose `cause` is `no-password`, `password-command-failed` or `cancelled`.
        """
        if (secret := self._remembered.get((address, role))) is not None:
            return secret
        if source.source == "ask":
            return self._ask(address, role, cancel)
        found = (
            self._commands.get(source.command, _who(address, role), self.terminal, cancel)
            if source.source == "command"
            else self._store.read(_user(address, role))
        )
        self._seen[address, role, source] = found is not None
        if found is None:
            raise SecretError(
                f"no password is stored for {_who(address, role)}; store one with: "
                f"mailferry password set {visible(address)}{' --outgoing' if role == 'outgoing' else ''}"
            )
        return found

    def may_ask(self, source: PasswordSource) -> str | None:
        """What a password command said that may have wanted to ask for something, had it had a terminal."""
        return self._commands.unasked.get(source.command) if source.source == "command" else None

    def get_in_terminal(self, source: PasswordSource) -> None:
        """Run a password command with the terminal; what it prints is the next password that `get` has of it.

        Raises SecretError, whose `cause` is `password-command-failed` or `cancelled`.
        """
        self._commands.get_in_terminal(source.command)

    def set(self, address: str, role: Role, source: PasswordSource, secret: Secret) -> None:
        """Put a password where the source says: into the store, read back to prove it, or into memory.

        Raises SecretError, also for a command's password, which only the command's own program can change.
        """
        _require_usable(secret)
        if source.source == "command":
            program = visible(source.command[0]) if source.command else "a command"
            raise SecretError(
                f"the password for {_who(address, role)} comes from “{program}”: change it there, or set "
                'from = "keyring" in the account to keep it in the password store'
            )
        if source.source == "ask":
            self.remember(address, role, secret)
            return
        self._store.write(_user(address, role), secret)
        self._remembered.pop((address, role), None)
        self._seen[address, role, source] = True

    def forget(self, address: str, role: Role, source: PasswordSource) -> bool:
        """Remove a password from memory and, for the keyring, from the store; True when there was one.

        Raises SecretError when the store cannot be used.
        """
        was_remembered = self._remembered.pop((address, role), None) is not None
        was_stored = source.source == "keyring" and self._store.delete(_user(address, role))
        self._seen[address, role, source] = False
        return was_remembered or was_stored

    def remember(self, address: str, role: Role, secret: Secret) -> None:
        """Keep a password in memory until the run ends; it comes before every source."""
        self._remembered[address, role] = secret

    def known(self, address: str, role: Role, source: PasswordSource) -> bool | None:
        """Whether there is a password, as far as memory tells; None if its source would have to be asked."""
        if (address, role) in self._remembered:
            return True
        return False if source.source == "ask" else self._seen.get((address, role, source))

    def _ask(self, address: str, role: Role, cancel: threading.Event | None) -> Secret:
        with self._terminal_turn.take(cancel):
            if (secret := self._remembered.get((address, role))) is not None:
                return secret  # another thread asked while this one waited for its turn
            if self.prompt is None:
                raise SecretError(
                    f"the password for {_who(address, role)} is asked for at each run, and nobody can be "
                    "asked here; run mailferry in a terminal, or set "
                    'from = "keyring" or "command" in the account'
                )
            secret = self.prompt(f"Password for {_who(address, role)}")
            _require_usable(secret)
            self.remember(address, role, secret)
            return secret


def _user(address: str, role: Role) -> str:
    """The user name of an entry in the password store."""
    return address if role == "incoming" else f"{address} (outgoing)"


def _who(address: str, role: Role) -> str:
    return visible(_user(address, role))


def _require_usable(secret: Secret) -> None:
    text = secret.reveal()
    if not text:
        raise SecretError("no password was entered")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise SecretError("the password is not valid text; is the terminal set to UTF-8?")

"""The desktop's password store (Secret Service, macOS Keychain, …) through the keyring library.

Every call has a limit of time, because a locked store may wait for ever for an answer on a screen that
nobody sees. A store that is locked, missing or broken is explained; nothing else is ever tried instead.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from mailferry.model.secret import Secret, SecretError
from mailferry.secrets import keyring_backend, store_state
from mailferry.secrets.masking import shown_words
from mailferry.secrets.store_state import StoreError, StoreState
from mailferry.secrets.time_limit import NotAnsweredError, TimeLimit

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")

SERVICE = "mailferry"
"""The service name under which all entries stand."""

_UNNAMED = "the password store"
_MOST_COPIES = 10  # of one entry: some stores keep several under one name and delete one at a time
_NOT_THERE = "a name that no entry has"


class KeyringStore:
    """Reads, writes and deletes entries, each within `timeout` seconds. Safe to call from many threads."""

    def __init__(self, timeout: float) -> None:
        self._limit = TimeLimit(timeout)
        self._name = _UNNAMED

    def read(self, user: str) -> Secret | None:
        """The password stored for a user name; None when there is none. Raises StoreError."""
        return self._call(lambda: _read(self._usable(), user))

    def write(self, user: str, secret: Secret) -> None:
        """Store a password and read it back. Raises StoreError, or SecretError when it reads otherwise."""

        def write_and_read() -> Secret | None:
            backend = self._usable()
            backend.set_password(SERVICE, user, secret.reveal())
            return _read(backend, user)

        if self._call(write_and_read, secret) != secret:
            raise SecretError(
                f"{self._name} took the password for {user} but gives back another; "
                "forget the entry there and store it again"
            )

    def delete(self, user: str) -> bool:
        """Remove a password; True when there was one. Raises StoreError."""
        return self._call(lambda: _remove(self._usable(), user))

    def probe(self) -> StoreState:
        """The state of the store, found without changing it and without a question on a screen."""

        def look() -> None:
            _read(self._usable(prompt=False), _NOT_THERE)

        return self._state(look)

    def round_trip(self) -> StoreState:
        """The state of the store, proven by a throw-away entry that is written, read and removed."""
        user = f"trial {secrets.token_hex(8)}"
        trial = Secret(secrets.token_hex(16))

        def there_and_back() -> None:
            backend = self._usable(prompt=False)
            try:
                backend.set_password(SERVICE, user, trial.reveal())
                if _read(backend, user) != trial:
                    raise _TrialError("an entry written as a trial was not the same when it was read")
            finally:
                _remove(backend, user)

        return self._state(there_and_back, trial)

    def _usable(self, *, prompt: bool = True) -> KeyringBackend:
        backend = keyring_backend.chosen_backend()
        self._name = keyring_backend.backend_name(backend)
        may_ask = prompt and keyring_backend.can_show_a_prompt()
        if not may_ask and keyring_backend.is_known_locked(backend):
            raise StoreError(store_state.locked(self._name))
        return backend

    def _state(self, question: Callable[[], None], secret: Secret | None = None) -> StoreState:
        try:
            self._call(question, secret)
        except StoreError as error:
            return error.state
        return store_state.ready(self._name)

    def _call(self, question: Callable[[], T], secret: Secret | None = None) -> T:
        try:
            return self._limit.call(question)
        except NotAnsweredError:
            state = store_state.hangs(self._name, self._limit.seconds)
        except StoreError as error:
            state = error.state
        except Exception as error:  # noqa: BLE001 # backends are plug-ins and raise whatever they like
            state = self._explained(error, secret)
        # Outside the handlers: the backend's error and its frames may hold the password.
        raise StoreError(state)

    def _explained(self, error: Exception, secret: Secret | None) -> StoreState:
        from keyring.errors import KeyringLocked, NoKeyringError

        if isinstance(error, KeyringLocked):
            return store_state.locked(self._name)
        if isinstance(error, NoKeyringError):
            return store_state.absent()
        words = shown_words(_words_of(error), hide=() if secret is None else (secret.reveal(),))
        return store_state.failing(self._name, words.rstrip(".") or type(error).__name__)


class _TrialError(Exception):
    """The store answers, but not as a store must."""


def _read(backend: KeyringBackend, user: str) -> Secret | None:
    text = backend.get_password(SERVICE, user)
    return Secret(text) if text else None  # an empty entry is one that was never finished


def _remove(backend: KeyringBackend, user: str) -> bool:
    for removed in range(_MOST_COPIES):
        if backend.get_password(SERVICE, user) is None:
            return removed > 0
        backend.delete_password(SERVICE, user)
    raise _TrialError("an entry is still there after it was deleted")


def _words_of(error: Exception) -> str:
    """What an error about the store says; of any other, which may be about the secret, only its kind."""
    from keyring.errors import KeyringError

    about_the_store = isinstance(error, KeyringError | OSError | ImportError | _TrialError)
    if about_the_store or type(error).__module__.partition(".")[0] in ("secretstorage", "jeepney"):
        return str(error)
    return type(error).__name__


def probe(timeout: float) -> StoreState:
    """The state of the store within `timeout` seconds, without changing it and without a question."""
    return KeyringStore(timeout).probe()


def round_trip(timeout: float) -> StoreState:
    """The state of the store within `timeout` seconds, proven by a throw-away entry that leaves no trace."""
    return KeyringStore(timeout).round_trip()

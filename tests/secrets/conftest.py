"""What the tests of this room share."""

from __future__ import annotations

import base64
import traceback
from collections.abc import Callable, Iterator

import keyring
import keyring.core
import pytest
from keyring.backend import KeyringBackend

from mailferry.model.secret import Secret
from tests.secrets.backends import Shelf, Silent

UseBackend = Callable[[KeyringBackend], None]


@pytest.fixture
def use_backend(monkeypatch: pytest.MonkeyPatch) -> UseBackend:
    """Makes a backend the one that keyring uses, until the test ends."""
    monkeypatch.setattr(keyring.core, "_keyring_backend", None)
    return keyring.set_keyring


@pytest.fixture
def shelf(use_backend: UseBackend) -> Shelf:
    """A password store in memory."""
    store = Shelf()
    use_backend(store)
    return store


@pytest.fixture
def silent(use_backend: UseBackend) -> Iterator[Silent]:
    """A password store that does not answer until the test ends."""
    store = Silent()
    use_backend(store)
    yield store
    store.released.set()
    if store.last_reader is not None:
        store.last_reader.join()


def assert_hidden(secret: Secret, error: BaseException) -> None:
    """Nothing that a log, a traceback or a debugger shows of an error holds the secret."""
    parts = [repr(error), str(error), repr(error.args), repr(vars(error))]
    parts += traceback.format_exception(error)
    shown: BaseException | None = error
    while shown is not None:  # `from None` hides a context from tracebacks, not from crash reporters
        parts += traceback.TracebackException.from_exception(shown, capture_locals=True).format()
        shown = shown.__context__
    everything = "\n".join(parts)
    for text in {
        secret.reveal(),
        secret.reveal().strip(),
        base64.b64encode(secret.reveal().encode()).decode(),
    }:
        assert text not in everything

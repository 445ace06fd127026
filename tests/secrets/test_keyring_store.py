"""The password store: what it says, what it refuses, and that it never hangs."""

from __future__ import annotations

import threading

import keyring
import keyring.core
import pytest
from keyring.backends import chainer, fail, null
from keyring.errors import InitError, KeyringError, KeyringLocked, NoKeyringError

from mailferry.model.secret import Secret, SecretError
from mailferry.secrets import keyring_store
from mailferry.secrets.keyring_store import SERVICE, KeyringStore
from mailferry.secrets.store_state import StoreError
from tests.secrets.backends import (
    Broken,
    Forgetful,
    PlaintextKeyring,
    Shelf,
    Silent,
    Tattling,
    Undeletable,
    made,
)
from tests.secrets.conftest import UseBackend, assert_hidden

SECRET = Secret("pä§ßwörd-Zq9")
SHORT = 0.05  # seconds; only for calls that never return


@pytest.mark.parametrize("text", ["plain", " blanks kept ", "grüße 🔑", 'quo"te\\', "two\nlines"])
def test_what_is_written_is_read(shelf: Shelf, text: str) -> None:
    store = KeyringStore(10)
    store.write("joe@example.com", Secret(text))
    assert shelf.entries == {(SERVICE, "joe@example.com"): text}
    assert store.read("joe@example.com") == Secret(text)


def test_no_entry_is_none_and_so_is_an_empty_one(shelf: Shelf) -> None:
    shelf.entries[SERVICE, "empty@example.com"] = ""
    assert KeyringStore(10).read("joe@example.com") is None
    assert KeyringStore(10).read("empty@example.com") is None


def test_deleting_tells_whether_there_was_an_entry(shelf: Shelf) -> None:
    store = KeyringStore(10)
    store.write("joe@example.com", SECRET)
    assert store.delete("joe@example.com")
    assert not store.delete("joe@example.com")
    assert not shelf.entries


def test_an_entry_that_stays_after_deleting_is_an_error(use_backend: UseBackend) -> None:
    use_backend(Undeletable())
    store = KeyringStore(10)
    store.write("joe@example.com", SECRET)
    with pytest.raises(StoreError, match="still there after it was deleted"):
        store.delete("joe@example.com")


def test_a_password_that_reads_otherwise_is_an_error(use_backend: UseBackend) -> None:
    use_backend(Forgetful())
    with pytest.raises(SecretError, match="gives back another") as caught:
        KeyringStore(10).write("joe@example.com", SECRET)
    assert_hidden(SECRET, caught.value)


@pytest.mark.parametrize("kind", [KeyringError, OSError, RuntimeError, UnicodeError])
def test_a_backend_that_tells_the_password_is_masked(use_backend: UseBackend, kind: type[Exception]) -> None:
    use_backend(Tattling(kind))
    with pytest.raises(StoreError) as caught:
        KeyringStore(10).write("joe@example.com", SECRET)
    assert caught.value.state.kind == "failing"
    assert_hidden(SECRET, caught.value)


def test_words_of_the_store_are_shown_and_cannot_steer_the_terminal(use_backend: UseBackend) -> None:
    use_backend(Broken(InitError("no collection \x1b[2J")))
    with pytest.raises(StoreError, match=r"no collection \\x1b\[2J"):
        KeyringStore(10).read("joe@example.com")


def test_a_silent_store_is_given_up_and_not_asked_again(silent: Silent) -> None:
    store = KeyringStore(SHORT)
    for _ in range(3):
        with pytest.raises(StoreError) as caught:
            store.read("joe@example.com")
        assert caught.value.state.kind == "hangs"
        assert "command" in str(caught.value)
    assert silent.reads == 1


def test_a_silent_store_that_answers_at_last_is_used_again(silent: Silent) -> None:
    silent.entries[SERVICE, "joe@example.com"] = SECRET.reveal()
    store = KeyringStore(SHORT)
    with pytest.raises(StoreError):
        store.read("joe@example.com")
    silent.released.set()
    assert silent.last_reader is not None
    silent.last_reader.join()
    assert KeyringStore(10).read("joe@example.com") == SECRET


def test_many_threads_ask_a_silent_store_once(silent: Silent) -> None:
    store = KeyringStore(SHORT)
    states = []

    def read() -> None:
        try:
            store.read("joe@example.com")
        except StoreError as error:
            states.append(error.state.kind)

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert states == ["hangs"] * 8
    assert silent.reads == 1


def test_a_ready_store(shelf: Shelf) -> None:
    state = keyring_store.probe(10)
    assert (state.kind, state.backend) == ("ready", "tests.secrets.backends.Shelf")
    assert not shelf.entries


def test_a_round_trip_leaves_nothing_behind(shelf: Shelf) -> None:
    shelf.entries[SERVICE, "joe@example.com"] = "kept"
    assert keyring_store.round_trip(10).kind == "ready"
    assert shelf.entries == {(SERVICE, "joe@example.com"): "kept"}


def test_a_round_trip_shows_a_store_that_forgets(use_backend: UseBackend) -> None:
    store = Forgetful()
    use_backend(store)
    state = keyring_store.round_trip(10)
    assert state.kind == "failing"
    assert "not the same when it was read" in state.explanation
    assert not store.entries


@pytest.mark.parametrize("look", [keyring_store.probe, keyring_store.round_trip])
def test_a_silent_store_is_a_state(silent: Silent, look: object) -> None:
    assert callable(look)
    assert look(SHORT).kind == "hangs"


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (KeyringLocked("Failed to unlock the collection!"), "locked"),
        (NoKeyringError("none"), "absent"),
        (InitError("Failed to create the collection"), "failing"),
        (ValueError("odd"), "failing"),
    ],
)
def test_errors_of_a_store_are_states(use_backend: UseBackend, error: Exception, kind: str) -> None:
    use_backend(Broken(error))
    state = keyring_store.round_trip(10)
    assert state.kind == kind
    assert 'from = "command"' in state.explanation
    assert 'from = "ask"' in state.explanation


def test_a_locked_store_loses_nothing(use_backend: UseBackend) -> None:
    store = Broken(KeyringLocked("locked"))
    store.entries[SERVICE, "joe@example.com"] = "kept"
    use_backend(store)
    with pytest.raises(StoreError, match="is locked"):
        KeyringStore(10).delete("joe@example.com")
    assert store.entries == {(SERVICE, "joe@example.com"): "kept"}


@pytest.mark.parametrize("backend", [fail.Keyring, null.Keyring, PlaintextKeyring])
def test_what_keeps_no_secret_is_no_store(use_backend: UseBackend, backend: type[Shelf]) -> None:
    use_backend(made(backend))
    assert keyring_store.probe(10).kind == "absent"
    with pytest.raises(StoreError):
        KeyringStore(10).write("joe@example.com", SECRET)
    with pytest.raises(StoreError):
        KeyringStore(10).read("joe@example.com")


def test_a_plaintext_store_is_named_and_never_written(use_backend: UseBackend) -> None:
    store = PlaintextKeyring()
    use_backend(store)
    with pytest.raises(StoreError, match=r"PlaintextKeyring would keep passwords unprotected"):
        KeyringStore(10).write("joe@example.com", SECRET)
    assert not store.entries


@pytest.mark.parametrize("module", ["keyrings.alt.file", "keyrings.alt.pyfs", "keyrings.alt.Gnome"])
def test_every_backend_of_keyrings_alt_is_refused(use_backend: UseBackend, module: str) -> None:
    kind = type("EncryptedKeyring", (Shelf,), {"__module__": module})
    use_backend(kind())
    assert keyring_store.probe(10).kind == "absent"


def test_of_a_chain_the_first_store_that_may_be_used_is_used(
    use_backend: UseBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, safe, spare = PlaintextKeyring(), Shelf(), Shelf()
    monkeypatch.setattr(chainer.ChainerBackend, "backends", [plain, safe, spare])
    use_backend(made(chainer.ChainerBackend))
    KeyringStore(10).write("joe@example.com", SECRET)
    assert (len(plain.entries), len(safe.entries), len(spare.entries)) == (0, 1, 0)


def test_a_chain_of_nothing_is_no_store(use_backend: UseBackend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chainer.ChainerBackend, "backends", [])
    use_backend(made(chainer.ChainerBackend))
    assert keyring_store.probe(10).kind == "absent"


@pytest.mark.parametrize("name", ["nonsense", "no.such.Backend", "keyring.backends.fail.Missing"])
def test_a_configured_backend_that_does_not_load_is_named_as_the_reason(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(keyring.core, "_keyring_backend", None)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", name)
    state = keyring_store.probe(10)
    assert state.kind == "failing"
    assert "PYTHON_KEYRING_BACKEND" in state.explanation


def test_without_d_bus_the_reason_is_told(use_backend: UseBackend, monkeypatch: pytest.MonkeyPatch) -> None:
    use_backend(made(fail.Keyring))
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    explanation = keyring_store.probe(10).explanation
    assert "no D-Bus" in explanation
    assert "dbus-run-session" in explanation
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    assert "no program in this D-Bus session" in keyring_store.probe(10).explanation

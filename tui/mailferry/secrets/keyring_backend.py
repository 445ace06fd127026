"""Choosing the backend of the keyring library, and refusing those that would not keep a secret."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from mailferry.secrets import store_state
from mailferry.secrets.masking import shown_words
from mailferry.secrets.store_state import StoreError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_NAMES = {
    "keyring.backends.SecretService": "the desktop's password store (Secret Service)",
    "keyring.backends.libsecret": "the desktop's password store (Secret Service)",
    "keyring.backends.kwallet": "KWallet",
    "keyring.backends.macOS": "the macOS Keychain",
    "keyring.backends.Windows": "the Windows Credential Manager",
}
_TELLS_ITS_STATE = "keyring.backends.SecretService"
_SWITCHED_OFF = "keyring.backends.null"
_NOTHING_FOUND = ("keyring.backends.fail", "keyring.backends.chainer")

# Its backends write clear text, or ask for a passphrase on the terminal from behind the interface.
_REFUSED_PACKAGE = "keyrings.alt"


def chosen_backend() -> KeyringBackend:
    """The backend that keeps the passwords. May block: finding one talks to D-Bus.

    Raises StoreError when there is none, or only one that keeps passwords unprotected.
    """
    backend = _configured_or_best()
    if module_of(backend) == "keyring.backends.chainer":
        # Reading, proving and deleting must all concern the same store: the first that may be used.
        members: Iterable[KeyringBackend] = backend.backends  # type: ignore[attr-defined] # chainer's own
        backend = next((member for member in members if not _refusal(member)), backend)
    if module_of(backend) in _NOTHING_FOUND:
        raise StoreError(store_state.absent())
    if reason := _refusal(backend):
        raise StoreError(store_state.refused(backend_name(backend), reason))
    return backend


def _configured_or_best() -> KeyringBackend:
    # Without a handler, the traceback of a broken plug-in would be printed across the interface.
    logging.getLogger("keyring").addHandler(logging.NullHandler())
    import keyring

    try:
        return keyring.get_keyring()
    except Exception as error:  # noqa: BLE001 # importing and asking a class that the user named raises anything
        words = shown_words(str(error), hide=()) or type(error).__name__
    raise StoreError(
        store_state.failing(
            "the password store",
            f"what PYTHON_KEYRING_BACKEND or keyringrc.cfg names cannot be used ({words})",
        )
    )


def backend_name(backend: KeyringBackend) -> str:
    """What people call the store."""
    module = module_of(backend)
    return _NAMES.get(module, f"{module}.{type(backend).__qualname__}")


def module_of(backend: KeyringBackend) -> str:
    """The module that the backend's class is defined in."""
    return type(backend).__module__


def is_known_locked(backend: KeyringBackend) -> bool:
    """Whether the Secret Service says it is locked or has no collection yet, found out without a prompt.

    False for any other store: those can only be asked for an entry. May block on D-Bus.
    """
    if module_of(backend) != _TELLS_ITS_STATE:
        return False
    import secretstorage  # what this backend of keyring is made of, so it is there

    with contextlib.closing(secretstorage.dbus_init()) as bus:
        try:
            return secretstorage.Collection(bus).is_locked()
        except secretstorage.ItemNotFoundException:
            return True  # making the first collection asks for a new password, just as unlocking does


def can_show_a_prompt() -> bool:
    """Whether a window that asks for the store's password can be expected to appear before the user."""
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _refusal(backend: KeyringBackend) -> str | None:
    module, name = module_of(backend), f"{module_of(backend)}.{type(backend).__qualname__}"
    if module == _SWITCHED_OFF:
        return "keyring is switched off by PYTHON_KEYRING_BACKEND or keyringrc.cfg"
    if module.startswith(_REFUSED_PACKAGE) or "plaintext" in name.lower():
        return f"{name} would keep passwords unprotected in a file, which mailferry does not do"
    return None

"""The state of the password store, in words for its user."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Literal

from mailferry.model.secret import SecretError

# --replace, because a daemon that the bus has started already ignores a plain --unlock. No Enter, because
# gnome-keyring takes a line end for a part of the password. (Both tried with gnome-keyring 42.1.)
_UNLOCK = (
    "Over SSH: run “dbus-run-session -- bash”, in it “gnome-keyring-daemon --replace --unlock "
    "--components=secrets” (type the keyring's password and, without Enter, Ctrl+D twice), then mailferry."
)
_INSTEAD = (
    'Or let the account take its password from a program (from = "command") '
    'or ask for it at each run (from = "ask").'
)


@dataclass(frozen=True)
class StoreState:
    """Whether the password store can be used.

    `ready`: it answers. `locked`: it waits for its own password. `absent`: there is none that keeps
    secrets safe. `hangs`: it did not answer in time. `failing`: it answers with an error. `backend` names
    the store; `explanation` says what is so, why, and what to do.
    """

    kind: Literal["ready", "locked", "absent", "hangs", "failing"]
    backend: str
    explanation: str


class StoreError(SecretError):
    """The password store could not be used; `state` says why."""

    def __init__(self, state: StoreState) -> None:
        super().__init__(state.explanation)
        self.state = state


def ready(backend: str) -> StoreState:
    """The store answers."""
    return StoreState("ready", backend, f"Passwords are kept in {backend}.")


def locked(backend: str) -> StoreState:
    """The store is there, and closed. Nothing in it is lost."""
    return _unusable(
        "locked",
        backend,
        "is locked or not set up yet; what it holds is safe. Log in at the desktop or unlock it with its own "
        f"program. {_UNLOCK}",
    )


def hangs(backend: str, seconds: float) -> StoreState:
    """The store did not answer; the usual reason is a question on a screen that nobody sees."""
    return _unusable(
        "hangs",
        backend,
        f"has not answered within {seconds:g} s. Probably it is locked and waits for its password in a "
        f"window on the computer's own screen: answer there and try again. {_UNLOCK}",
    )


def absent() -> StoreState:
    """There is no store."""
    return StoreState(
        "absent", "none", f"There is no password store to use: {_why_none()}. {_UNLOCK} {_INSTEAD}"
    )


def refused(backend: str, why: str) -> StoreState:
    """There is a store, but none that keeps a secret; so for mailferry it is absent."""
    return StoreState("absent", backend, f"There is no password store to use: {why}. {_INSTEAD}")


def failing(backend: str, words: str) -> StoreState:
    """The store answers with an error, in the words given, which are fit to be shown."""
    return _unusable("failing", backend, f"does not work: {words}.")


def _unusable(kind: Literal["locked", "hangs", "failing"], backend: str, what: str) -> StoreState:
    return StoreState(kind, backend, f"{backend[:1].upper()}{backend[1:]} {what} {_INSTEAD}")


def _why_none() -> str:
    if "DBUS_SESSION_BUS_ADDRESS" not in os.environ:
        return "this session has no D-Bus, which is usual over SSH, in cron and in containers"
    return (
        "no program in this D-Bus session keeps passwords (or the session has ended); "
        "install GNOME Keyring, KWallet or KeePassXC"
    )

"""Backends for the keyring library that stand in for a desktop's password store."""

from __future__ import annotations

import threading
from collections.abc import Callable

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError


def made(kind: Callable[[], KeyringBackend]) -> KeyringBackend:
    """An instance of one of keyring's own classes, whose constructors are not annotated."""
    return kind()


class Shelf(KeyringBackend):
    """Keeps entries in memory."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # keyring does not annotate it
        self.entries: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.entries.pop((service, username), None) is None:
            raise PasswordDeleteError("no such entry")


class Forgetful(Shelf):
    """Takes every password and keeps another."""

    def set_password(self, service: str, username: str, password: str) -> None:
        super().set_password(service, username, "another")


class Undeletable(Shelf):
    """Says it deleted an entry and did not."""

    def delete_password(self, service: str, username: str) -> None:
        pass


class Silent(Shelf):
    """Does not answer a read until it is released, like a store that asks on a screen nobody sees."""

    def __init__(self) -> None:
        super().__init__()
        self.released = threading.Event()
        self.reads = 0
        self.last_reader: threading.Thread | None = None

    def get_password(self, service: str, username: str) -> str | None:
        self.reads += 1
        self.last_reader = threading.current_thread()
        self.released.wait()
        return super().get_password(service, username)


class Broken(Shelf):
    """Raises the error it was given, for everything."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def get_password(self, service: str, username: str) -> str | None:
        raise self.error

    def set_password(self, service: str, username: str, password: str) -> None:
        raise self.error

    def delete_password(self, service: str, username: str) -> None:
        raise self.error


class Tattling(Shelf):
    """Fails to write, and its error holds what it was to write."""

    def __init__(self, kind: type[Exception]) -> None:
        super().__init__()
        self.kind = kind

    def set_password(self, service: str, username: str, password: str) -> None:
        raise self.kind(f"cannot write {password} there")


class PlaintextKeyring(Shelf):
    """Looks like the one of keyrings.alt, which keeps passwords unprotected in a file."""

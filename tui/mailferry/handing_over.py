"""What is kept when an export is handed over: the pin in the accounts' files, and who was given what."""

from __future__ import annotations

import datetime

import msgspec

from mailferry.exporting import Export
from mailferry.model.problem import MailferryError
from mailferry.store.given import Given, Way
from mailferry.store.history import History
from mailferry.store.pinning import Pin, write_pin
from mailferry.workspace import Workspace


class HandedOver(msgspec.Struct, frozen=True, kw_only=True):
    """What was noted of it, nothing for a sheet; `warnings` say what could not be written down."""

    given: Given | None = None
    warnings: tuple[str, ...] = ()


def hand_over(workspace: Workspace, export: Export, way: Way, to: str | None = None) -> HandedOver:
    """Note that an export was written, fetched or sent: `to` is the file's path, the address or the iPhone.

    The name by which the iPhone knows an account is pinned in its file, and stays there whatever is undone.
    What cannot be written down does not stop anything, as the next export finds the same names; it is said.
    """
    warnings = []
    history = History(workspace.home.state / "history", workspace.lock)
    for pin in export.pins:
        try:
            write_pin(pin, history)
        except MailferryError as error:
            warnings.append(_unpinned(pin, error))
    given = None
    if export.given is not None:
        try:
            given = workspace.given.record(export.given, way, to, datetime.datetime.now(datetime.UTC))
        except MailferryError as error:
            warnings.append(_unwritten(error))
    return HandedOver(given=given, warnings=tuple(warnings))


def _unpinned(pin: Pin, error: MailferryError) -> str:
    return f"{pin.path.stem}: how the iPhone knows this account was not noted in its file; {error}"


def _unwritten(error: MailferryError) -> str:
    return f"what was handed over was not noted for “mailferry phones”; {error}"

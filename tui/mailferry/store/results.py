"""The last check of each account, shared by all programs that run at the same time."""

from __future__ import annotations

import datetime
import os
import threading
from collections.abc import Mapping
from pathlib import Path

import msgspec

from mailferry.model.account import Role
from mailferry.model.check import AccountCheck
from mailferry.store.files import FileError, write_atomically
from mailferry.store.locking import locked

_ROOM = 1 << 20  # bytes of outdated lines that are left before the file is written anew


class StoredCheck(msgspec.Struct, frozen=True, kw_only=True):
    """A check, when it was done, and digests of the settings that were tested: of all, and of each server."""

    when: datetime.datetime
    settings: str
    check: AccountCheck
    servers: Mapping[Role, str] = msgspec.field(default_factory=dict)


class _Line(msgspec.Struct, omit_defaults=True):
    """One line of the file; without `stored` it says that the account was forgotten."""

    account: str
    stored: msgspec.Raw = msgspec.Raw()


class Results:
    """A file of lines, one for each result, the latest of an account being the one that holds.

    Adding a line under a lock loses nothing of what other programs add. Results are decoded when they are
    asked for, and only what was added since is read again, so asking for each of thousands costs little.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / "checks.jsonl"
        self._lock = folder / "lock"
        self._raw: dict[str, bytes] = {}
        self._decoded: dict[str, StoredCheck | None] = {}
        self._inode = self._end = 0
        self._looking = threading.Lock()

    def keep(self, stored: StoredCheck) -> None:
        """Keep a result in place of the account's earlier one. Raises FileError, LockError, FolderError."""
        self._add(_Line(stored.check.account, msgspec.Raw(msgspec.json.encode(stored))))

    def forget(self, account_id: str) -> None:
        """Drop the result of an account, if there is one. Raises FileError, LockError, FolderError."""
        if self.get(account_id) is not None:
            self._add(_Line(account_id))

    def get(self, account_id: str) -> StoredCheck | None:
        """The last result of an account."""
        self._catch_up()
        return self._result(account_id)

    def all(self) -> dict[str, StoredCheck]:
        """The last result of every account that has one."""
        self._catch_up()
        return {account: stored for account in self._raw if (stored := self._result(account)) is not None}

    def _result(self, account: str) -> StoredCheck | None:
        if account not in self._decoded:
            try:
                self._decoded[account] = msgspec.json.decode(self._raw.get(account, b""), type=StoredCheck)
            except (msgspec.MsgspecError, UnicodeDecodeError):  # none, or of an older version
                self._decoded[account] = None
        return self._decoded[account]

    def _catch_up(self) -> None:
        with self._looking:
            self._take_in()

    def _take_in(self) -> None:
        """Read the lines that were added since the last look, or all of a file that was written anew."""
        try:
            stat = self._file.stat()
            if stat.st_ino != self._inode or stat.st_size < self._end:
                self._raw, self._decoded, self._end = {}, {}, 0
                self._inode = stat.st_ino
            if stat.st_size == self._end:
                return
            with self._file.open("rb") as file:
                file.seek(self._end)
                added = file.read()
        except OSError:
            self._raw, self._decoded, self._inode, self._end = {}, {}, 0, 0
            return
        whole = added[: added.rfind(b"\n") + 1]  # another program may be in the middle of a line
        self._end += len(whole)
        for line in whole.splitlines():
            try:
                entry = msgspec.json.decode(line, type=_Line)
            except (msgspec.MsgspecError, UnicodeDecodeError):
                continue  # torn by a kill; the next line is whole again
            self._decoded.pop(entry.account, None)
            if entry.stored:
                self._raw[entry.account] = bytes(entry.stored)
            else:
                self._raw.pop(entry.account, None)

    def _add(self, line: _Line) -> None:
        with locked(self._lock):
            self._catch_up()
            try:
                handle = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
                with os.fdopen(handle, "ab") as file:
                    torn = os.fstat(handle).st_size > self._end  # by a program killed while it wrote
                    file.write((b"\n" if torn else b"") + msgspec.json.encode(line) + b"\n")
            except OSError as error:
                raise FileError(self._file, f"was not written: {error.strerror}") from None
            self._catch_up()
            if self._end > _ROOM + 2 * sum(map(len, self._raw.values())):
                lines = [_Line(account, msgspec.Raw(raw)) for account, raw in self._raw.items()]
                write_atomically(self._file, b"".join(msgspec.json.encode(each) + b"\n" for each in lines))

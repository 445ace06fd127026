"""The last check of each account and its last good one, shared by all programs that run at the same time."""

from __future__ import annotations

import datetime
import os
import threading
from collections.abc import Mapping
from pathlib import Path

import msgspec

from mailferry.model.account import Role
from mailferry.model.check import AccountCheck, Change
from mailferry.store.files import FileError, write_atomically
from mailferry.store.locking import locked

_ROOM = 1 << 20  # bytes of outdated lines that are left before the file is written anew
_HEAD = 64  # bytes by which a file is known again
_TOLD_FOR = datetime.timedelta(days=7)
"""How long a change is told that nobody was seen to read."""


class StoredCheck(msgspec.Struct, frozen=True, kw_only=True):
    """A check, when it was done, and digests of the settings that were tested: of all, and of each server."""

    when: datetime.datetime
    settings: str
    check: AccountCheck
    servers: Mapping[Role, str] = msgspec.field(default_factory=dict)


class _Line(msgspec.Struct, omit_defaults=True):
    """One line of the file; without `stored` it says that the account was forgotten.

    `good` tells, without looking inside, that all was well; `news` since when it shows changes that are
    still to be told.
    """

    account: str
    stored: msgspec.Raw = msgspec.Raw()
    good: bool = False
    news: datetime.datetime | None = None


class _Head(msgspec.Struct):
    """The first line of a file written anew: no other file begins alike, whatever inode it may get."""

    written: str
    account: str = ""


class Results:
    """A file of lines, one for each result, the latest of an account being the one that holds.

    Adding a line under a lock loses nothing of what other programs add. Results are decoded when they are
    asked for, and only what was added since is read again, so asking for each of thousands costs little.
    The last good result stays until there is a better one, however often the account fails afterwards.

    A good result that shows changes (ServerCheck.changed) does not become the one that later tests are
    compared with before they have been read (`seen`), or have been told for a week: a test that runs by
    itself every morning would else tell each of them once, to nobody.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / "checks.jsonl"
        self._lock = folder / "lock"
        self._looking = threading.Lock()
        self._start_anew()

    def _start_anew(self) -> None:
        self._raw: dict[str, bytes] = {}
        self._good: dict[str, bytes] = {}
        self._familiar: dict[str, bytes] = {}
        self._news: dict[str, datetime.datetime] = {}
        self._decoded: dict[str, StoredCheck | None] = {}
        self._head = b""
        self._end = 0
        self._seen: tuple[int, ...] = ()

    def keep(self, stored: StoredCheck) -> None:
        """Keep a result in place of the account's earlier one. Raises FileError, LockError, FolderError."""
        raw, good = msgspec.Raw(msgspec.json.encode(stored)), _is_good(stored.check)
        news = self._news_since(stored) if good else None
        self._add(_Line(stored.check.account, raw, good=good, news=news))

    def _news_since(self, stored: StoredCheck) -> datetime.datetime | None:
        """Since when the changes that a good result shows are told; None for none, or none any longer."""
        if not (changes := _changes(stored.check)):
            return None
        before = self.last_good(stored.check.account)
        known = before is not None and _changes(before.check) == changes
        since = self._news.get(stored.check.account, stored.when) if known else stored.when
        return since if stored.when - since < _TOLD_FOR else None

    def seen(self, account_id: str) -> None:
        """Changes of the last good result have been read: from now on, that one is compared with.

        Raises FileError, LockError, FolderError.
        """
        self._catch_up()
        if account_id in self._news:
            good, last = self._good[account_id], self._raw[account_id]
            after = [] if last is good else [_Line(account_id, msgspec.Raw(last))]
            self._add(_Line(account_id, msgspec.Raw(good), good=True), *after)

    def forget(self, account_id: str) -> None:
        """Drop the results of an account, if there are any. Raises FileError, LockError, FolderError."""
        if self.get(account_id) is not None or self.last_good(account_id) is not None:
            self._add(_Line(account_id))

    def get(self, account_id: str) -> StoredCheck | None:
        """The last result of an account."""
        self._catch_up()
        return self._result(account_id)

    def last_good(self, account_id: str) -> StoredCheck | None:
        """The last result of an account that was well, of whatever settings it had then."""
        self._catch_up()
        return _decode(self._good.get(account_id, b""))

    def familiar(self, account_id: str) -> StoredCheck | None:
        """The last good result whose changes, if it showed any, have been told: what is compared with."""
        self._catch_up()
        return _decode(self._familiar.get(account_id, b""))

    def all(self) -> dict[str, StoredCheck]:
        """The last result of every account that has one."""
        self._catch_up()
        return {account: stored for account in self._raw if (stored := self._result(account)) is not None}

    def _result(self, account: str) -> StoredCheck | None:
        if account not in self._decoded:
            self._decoded[account] = _decode(self._raw.get(account, b""))
        return self._decoded[account]

    def _catch_up(self) -> None:
        with self._looking:
            self._take_in()

    def _take_in(self) -> None:
        """Read the lines that were added since the last look, or all of a file that was written anew."""
        try:
            if (seen := _seen(self._file.stat())) == self._seen:
                return
            with self._file.open("rb") as file:
                head = file.read(_HEAD)
                if not head.startswith(self._head) or seen[1] < self._end:
                    self._start_anew()
                file.seek(self._end)
                added = file.read()
        except OSError:
            self._start_anew()
            return
        self._seen, self._head = seen, head
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
                if entry.good:
                    self._take_in_good(entry)
            else:
                for each in (self._raw, self._good, self._familiar, self._news):
                    each.pop(entry.account, None)

    def _take_in_good(self, entry: _Line) -> None:
        self._good[entry.account] = self._raw[entry.account]
        if entry.news is not None:
            self._news[entry.account] = entry.news
        else:
            self._news.pop(entry.account, None)
            self._familiar[entry.account] = self._raw[entry.account]

    def _add(self, *lines: _Line) -> None:
        with locked(self._lock):
            self._catch_up()
            try:
                handle = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
                with os.fdopen(handle, "ab") as file:
                    torn = os.fstat(handle).st_size > self._end  # by a program killed while it wrote
                    written = b"".join(msgspec.json.encode(line) + b"\n" for line in lines)
                    file.write((b"\n" if torn else b"") + written)
            except OSError as error:
                raise FileError(self._file, f"was not written: {error.strerror}") from None
            self._catch_up()
            kept = (*self._raw.values(), *self._good.values(), *self._familiar.values())
            if self._end > _ROOM + sum(map(len, kept)):
                anew = [_Head(os.urandom(8).hex()), *self._worth_keeping()]
                write_atomically(self._file, b"".join(msgspec.json.encode(each) + b"\n" for each in anew))

    def _worth_keeping(self) -> list[_Line]:
        """Of each account the one compared with, the last good one and the last, where these are others."""
        lines = [_Line(account, msgspec.Raw(raw), good=True) for account, raw in self._familiar.items()]
        lines += [
            _Line(account, msgspec.Raw(self._good[account]), good=True, news=since)
            for account, since in self._news.items()
        ]
        return lines + [
            _Line(account, msgspec.Raw(raw))
            for account, raw in self._raw.items()
            if self._good.get(account) is not raw
        ]


def _is_good(check: AccountCheck) -> bool:
    """Whether all was well; servers that the account has none of can get neither better nor worse."""
    passed = [server.ok for server in check.servers if server.cause != "no-host"]
    return check.ok or (any(passed) and all(passed))


def _changes(check: AccountCheck) -> tuple[Change, ...]:
    return tuple(change for server in check.servers for change in server.changed)


def _seen(stat: os.stat_result) -> tuple[int, ...]:
    return stat.st_ino, stat.st_size, stat.st_mtime_ns


def _decode(raw: bytes) -> StoredCheck | None:
    try:
        return msgspec.json.decode(raw, type=StoredCheck)
    except (msgspec.MsgspecError, UnicodeDecodeError):  # none, or of an older version
        return None

"""What iPhones have been given: every profile that was handed over, one line each, by all programs."""

from __future__ import annotations

import contextlib
import datetime
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

from mailferry.store.files import FileError
from mailferry.store.locking import locked

Way = Literal["file", "link", "mail", "folder"]


class GivenAccount(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An account in a profile. `settings` are those that people may see, by their paths, never a password.

    `identifier` is that of the account's own profile, by which it is known again under another address;
    `digest` that of the settings as a test knows them.
    """

    id: str
    address: str
    identifier: str
    settings: Mapping[str, str | int]
    digest: str


class GivenSigner(msgspec.Struct, frozen=True, kw_only=True):
    """Who signed it: its name, `sha256:…` of the certificate, and until when that holds (UTC)."""

    name: str
    fingerprint: str
    lapses: datetime.datetime


class GivenProfile(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A profile as it was, or would be, handed over.

    `person` is set in the profile of all of a person's accounts; `owner` says whose iPhone a profile is for,
    where that is known. `content` is a digest of all but the words on when the settings were tested.
    `remove_on` is the day on which it vanishes from the iPhone, `consent` the text to agree to by language,
    and `organization` who made it; None where that was not noted.
    """

    identifier: str
    name: str
    content: str
    accounts: tuple[GivenAccount, ...]
    person: str | None = None
    owner: str | None = None
    signer: GivenSigner | None = None
    remove_on: datetime.date | None = None
    with_password: bool = False
    consent: Mapping[str, str] | None = None
    organization: str | None = None


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """A profile that was handed over: when (UTC), how, and to what file, address or iPhone, if that is known.

    `version` counts what profiles of this identifier have been: another content, or another signature, is
    another version.
    """

    when: datetime.datetime
    way: Way
    to: str | None
    version: int
    profile: GivenProfile


class _Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line of the file: something given, or an identifier whose profiles are gone."""

    given: Given | None = None
    forgotten: str | None = None


class GivenBook:
    """The file of what was given, shared by all programs that use the same lock.

    A line that is torn, or of some other version of the program, is skipped and stays.
    """

    def __init__(self, file: Path, lock: Path) -> None:
        self._file = file
        self._lock = lock
        self._start_anew()

    def _start_anew(self) -> None:
        self._by_identifier: dict[str, list[Given]] = {}
        self._end = 0
        self._inode = -1

    def all(self) -> dict[str, tuple[Given, ...]]:
        """All that was given and not forgotten, by identifier, oldest first."""
        self._catch_up()
        return {identifier: tuple(each) for identifier, each in self._by_identifier.items()}

    def last(self, identifier: str) -> Given | None:
        """What was given last under an identifier: what a new profile replaces on the iPhone."""
        self._catch_up()
        given = self._by_identifier.get(identifier)
        return given[-1] if given else None

    def record(self, profile: GivenProfile, way: Way, to: str | None, when: datetime.datetime) -> Given:
        """Note that a profile was handed over. The same one into the same file is noted once a day.

        Raises FileError, LockError, FolderError.
        """
        with locked(self._lock):
            last = self.last(profile.identifier)
            version = 1 if last is None else last.version + (_which(last.profile) != _which(profile))
            given = Given(when=when, way=way, to=to, version=version, profile=profile)
            if last is None or way != "file" or _without_time(last) != _without_time(given):
                self._append(_Line(given=given))
            return given

    def forget(self, identifier: str) -> bool:
        """Note that the iPhone no longer has it; False when nothing was given under that identifier.

        Raises FileError, LockError, FolderError.
        """
        with locked(self._lock):
            known = self.last(identifier) is not None
            if known:
                self._append(_Line(forgotten=identifier))
            return known

    def _append(self, line: _Line) -> None:
        """Add a line, which all that was added before has been read for, and take it in."""
        written = msgspec.json.encode(line) + b"\n"
        try:
            handle = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
            with os.fdopen(handle, "ab") as file:
                found = os.fstat(handle)
                torn = found.st_size > self._end  # by a program killed while it wrote
                file.write(b"\n" + written if torn else written)
        except OSError as error:
            raise FileError(self._file, f"was not written: {error.strerror}") from None
        self._inode = found.st_ino
        self._end = found.st_size + torn + len(written)
        self._take_in(line)

    def _catch_up(self) -> None:
        """Read the lines that were added since the last look."""
        try:
            found = self._file.stat()
            if (found.st_ino, found.st_size) == (self._inode, self._end):
                return
            with self._file.open("rb") as file:
                if found.st_ino != self._inode or found.st_size < self._end:
                    self._start_anew()
                    self._inode = found.st_ino
                file.seek(self._end)
                added = file.read()
        except OSError:
            self._start_anew()
            return
        whole = added[: added.rfind(b"\n") + 1]  # another program may be in the middle of a line
        self._end += len(whole)
        for line in whole.splitlines():
            # A line that is torn, or another version's, says nothing; the next one is whole again.
            with contextlib.suppress(msgspec.MsgspecError, UnicodeDecodeError):
                self._take_in(msgspec.json.decode(line, type=_Line))

    def _take_in(self, line: _Line) -> None:
        if line.given is not None:
            self._by_identifier.setdefault(line.given.profile.identifier, []).append(line.given)
        elif line.forgotten is not None:
            self._by_identifier.pop(line.forgotten, None)


def _which(profile: GivenProfile) -> tuple[str, str | None]:
    """What makes two files two versions: what stands in them, and who signed it."""
    return profile.content, profile.signer.fingerprint if profile.signer is not None else None


def _without_time(given: Given) -> tuple[object, ...]:
    return given.when.date(), given.way, given.to, given.profile

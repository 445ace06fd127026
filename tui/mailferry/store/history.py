"""What was saved, step by step, so that it can be taken back, also after a restart."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from mailferry.model.problem import MailferryError
from mailferry.store.files import (
    ChangedOnDiskError,
    FileError,
    extend,
    present,
    put,
    read_text,
    swap,
    write_atomically,
)
from mailferry.store.folders import make_folder
from mailferry.store.locking import locked

_KEPT = 200  # steps


class Change(msgspec.Struct, frozen=True):
    """One file made to say something else; None stands for no file."""

    path: Path
    before: str | None
    after: str | None


class Step(msgspec.Struct, frozen=True):
    """Changes that were saved together, and what they were for."""

    what: str
    when: datetime.datetime
    changes: tuple[Change, ...]


class History:
    """The last 200 steps, shared by all programs that use the same folder and lock.

    Each step is a file named by its number; the file `position` holds the number of the last step that is
    done, and steps above it can be redone. A step is written down before its changes are made and counted
    after: a program killed in between leaves a step that `_settled` finds done in part, and undo takes back.
    """

    def __init__(self, folder: Path, lock: Path) -> None:
        self._folder = folder
        self._lock = lock
        self._steps = msgspec.json.Decoder(Step, dec_hook=lambda kind, text: kind(text))

    def commit(self, what: str, changes: Sequence[Change]) -> None:
        """Make changes, all or none, and remember them as one step. What was undone cannot be redone then.

        Raises ChangedOnDiskError when a file is not what its change starts from, FileError, LockError.
        """
        with locked(self._lock):
            for change in changes:
                if (theirs := present(change.path)) != change.before:
                    raise ChangedOnDiskError(
                        change.path, base=change.before, yours=change.after, theirs=theirs
                    )
            make_folder(self._folder)
            number = self._settled() + 1
            for old in self._numbers():
                if old >= number or old <= number - _KEPT:
                    self._file(old).unlink(missing_ok=True)
            step = Step(what, datetime.datetime.now(datetime.UTC), tuple(changes))
            write_atomically(self._file(number), msgspec.json.encode(step, enc_hook=str))
            try:
                _make(changes)
            except MailferryError:
                if all(present(change.path) == change.before for change in changes):
                    self._file(number).unlink(missing_ok=True)
                raise
            self._move_to(number)

    def undo(self) -> Step | None:
        """Take back the last step and return it; None when there is none.

        Raises ChangedOnDiskError when a file is no longer what the step left, FileError, LockError.
        """
        with locked(self._lock):
            number = self._settled()
            step = self._step(number)
            if step is not None:
                _make([Change(each.path, each.after, each.before) for each in reversed(step.changes)])
                self._move_to(number - 1)
            return step

    def redo(self) -> Step | None:
        """Make the last step that was taken back again and return it; None when there is none.

        Raises ChangedOnDiskError when a file is no longer what the undoing left, FileError, LockError.
        """
        with locked(self._lock):
            number = self._settled() + 1
            step = self._step(number)
            if step is not None:
                _make(step.changes)
                self._move_to(number)
            return step

    def make_lasting(self, path: Path, change: Callable[[str], str], amend: Callable[[str], str]) -> None:
        """Change a file by what is no step: undo and redo keep it.

        `change` gives the file's new text, and raises MailferryError where it is not to be changed; `amend`
        makes the same change in whatever text a step has of that file. Raises FileError, LockError.
        """
        with locked(self._lock):
            before = read_text(path)
            after = change(before)
            if after.startswith(before):
                extend(path, after[len(before) :])
            else:
                put(path, after)
            named = msgspec.json.encode(str(path))
            for number in self._numbers():
                # Most steps are of other files; to look for the name is quicker than to decode them.
                if named in self._raw(number) and (step := self._step(number)) is not None:
                    changes = tuple(_amended(each, path, amend) for each in step.changes)
                    kept = msgspec.structs.replace(step, changes=changes)
                    write_atomically(self._file(number), msgspec.json.encode(kept, enc_hook=str))

    def _settled(self) -> int:
        """The number of the last step done, one that a killed program did in part included."""
        try:
            done = int((self._folder / "position").read_text("ascii"))
        except (OSError, ValueError):
            done = max(self._numbers(), default=0)
        following = self._step(done + 1)
        if following is not None and any(
            each.before != each.after and present(each.path) == each.after for each in following.changes
        ):
            done += 1
            self._move_to(done)
        return done

    def _move_to(self, number: int) -> None:
        write_atomically(self._folder / "position", str(number).encode())

    def _raw(self, number: int) -> bytes:
        try:
            return self._file(number).read_bytes()
        except OSError:
            return b""

    def _step(self, number: int) -> Step | None:
        try:
            return self._steps.decode(self._raw(number))
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return None  # none there, or damaged: the history ends before it

    def _file(self, number: int) -> Path:
        return self._folder / f"{number:08}.json"

    def _numbers(self) -> list[int]:
        return [int(file.stem) for file in self._folder.glob("[0-9]*.json") if file.stem.isdecimal()]


def _amended(change: Change, path: Path, amend: Callable[[str], str]) -> Change:
    if change.path != path:
        return change
    before, after = (None if text is None else amend(text) for text in (change.before, change.after))
    return Change(path, before, after)


def _make(changes: Sequence[Change]) -> None:
    """Make changes, all or none. A file that says what it should already is left as it is."""
    done: list[Change] = []
    try:
        for change in changes:
            if present(change.path) != change.after:
                swap(change.path, change.before, change.after)
                done.append(change)
    except FileError:
        for change in reversed(done):
            # What cannot be put back stays in the step, and undo will try again.
            with contextlib.suppress(FileError):
                swap(change.path, change.after, change.before)
        raise

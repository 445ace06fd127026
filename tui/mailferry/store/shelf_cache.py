"""What a shelf's files said when they were last decoded, so that thousands of accounts need no parsing."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from mailferry import __version__
from mailferry.model.problem import MailferryError
from mailferry.store.files import write_atomically
from mailferry.store.folders import make_folder

T = TypeVar("T")

Stamp = tuple[int, int, int, int]
"""What tells a changed file without reading it: mtime and ctime in nanoseconds, size in bytes, inode."""

_FORM = f"1 {__version__}"  # the number goes up when the model or the rules change within a version
_SETTLED = 100_000_000  # ns; a file that changed so recently may change again without a new time stamp


def stamp_of(stat: os.stat_result) -> Stamp:
    """The stamp of a file."""
    return (stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size, stat.st_ino)


class ShelfCache(Generic[T]):
    """One file of our own. Nothing about it is ever an error: without it, the files are decoded again."""

    def __init__(self, file: Path, type: type[T]) -> None:  # noqa: A002  it is the type of the values
        self._file = file
        self._kept: dict[str, Stamp] = {}
        self._form = msgspec.msgpack.Decoder(tuple[str, msgspec.Raw])
        self._values = msgspec.msgpack.Decoder(dict[str, tuple[Stamp, type]])  # type: ignore[valid-type]  # a type at run time

    def load(self) -> Mapping[str, tuple[Stamp, T]]:
        """File names with the stamp and value they had; nothing when the cache is missing, old or damaged."""
        try:
            form, values = self._form.decode(self._file.read_bytes())
            found = self._values.decode(values) if form == _FORM else {}
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            return {}
        self._kept = {name: stamp for name, (stamp, _) in found.items()}
        return found

    def save(self, known: Mapping[str, tuple[Stamp, T | None]]) -> None:
        """Keep the values of files that can be used and have lain still for a moment."""
        newest = time.time_ns() - _SETTLED
        values = {
            name: (stamp, value)
            for name, (stamp, value) in known.items()
            if value is not None and stamp[1] < newest
        }
        stamps = {name: stamp for name, (stamp, _) in values.items()}
        if stamps == self._kept:
            return
        self._kept = stamps
        try:
            make_folder(self._file.parent)
            write_atomically(self._file, msgspec.msgpack.encode((_FORM, values)))
        except MailferryError:
            return  # a state folder that is read-only or full must not keep anyone from reading

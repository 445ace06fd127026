"""A folder of TOML files of one kind, each decoded once and again only when it has changed."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from mailferry.model.problem import MailferryError, Problem
from mailferry.model.visible import visible
from mailferry.store.files import FileMissingError, read_text
from mailferry.store.shelf_cache import ShelfCache, Stamp, stamp_of

T = TypeVar("T")

_ENDING = ".toml"
_LONGEST_ID = 60
_DEVICES = re.compile(r"con|prn|aux|nul|(com|lpt)[0-9]")  # names that Windows keeps for itself
_NO_FILE: Stamp = (0, 0, 0, 0)


class Entry(msgspec.Struct, Generic[T], frozen=True):
    """The file `name` in `folder`. `value` is None when the file cannot be used; `problems` says why."""

    id: str
    folder: Path
    name: str
    value: T | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def path(self) -> Path:
        """The file. Put together when it is wanted: thousands of paths would fill the memory."""
        return self.folder / self.name


class Shelf(Generic[T]):
    """The `*.toml` files of a folder; hidden files are not among them. A folder that is missing is empty."""

    def __init__(
        self,
        folder: Path,
        decode: Callable[[str, str], T],
        *,
        cache: Path | None = None,
        type: type[T] | None = None,  # noqa: A002  it is the type that the cache is read as
    ) -> None:
        """With `cache` and `type`, values that `decode` gave are kept in that file for the next start."""
        self._folder = folder
        self._decode = decode
        self._cache = ShelfCache(cache, type) if cache is not None and type is not None else None
        self._known: dict[str, tuple[Stamp, Entry[T]]] | None = None
        self._entries: tuple[Entry[T], ...] = ()

    def entries(self) -> tuple[Entry[T], ...]:
        """Every file, broken ones too, sorted by id. An unchanged file gives the very same entry again."""
        stamps = self._stamps()
        before = self._remembered(stamps) if self._known is None else self._known
        known = {
            name: found
            if (found := before.get(name)) is not None and found[0] == stamp
            else (stamp, self._read(name))
            for name, stamp in stamps.items()
        }
        if self._known is None or known != self._known:
            self._entries = tuple(sorted((entry for _, entry in known.values()), key=lambda entry: entry.id))
            if self._cache is not None:
                self._cache.save({name: (stamp, entry.value) for name, (stamp, entry) in known.items()})
        self._known = known
        return self._entries

    def last_seen(self) -> tuple[Entry[T], ...]:
        """Every file as `entries` gave it last; looks at the folder only if nothing ever did."""
        return self.entries() if self._known is None else self._entries

    def get(self, id: str) -> Entry[T] | None:  # noqa: A002  the field's own name
        """The file with this stem, read again if it has changed; None when there is none."""
        if self._known is None or self.changed():
            self.entries()
        found = self._known.get(id + _ENDING) if self._known is not None else None
        return found[1] if found is not None else None

    def path(self, id: str) -> Path:  # noqa: A002  the field's own name
        """Where the file with this stem is, or would be. Raises MailferryError for what cannot be a stem."""
        if not id or id.startswith(".") or "/" in id or "\0" in id:
            raise MailferryError(f"“{visible(id)}” cannot be the name of a file")
        return self._folder / (id + _ENDING)

    def changed(self) -> bool:
        """Whether any file came, went or changed since `entries` looked. Reads no file."""
        return self._known is None or self._stamps() != {
            name: stamp for name, (stamp, _) in self._known.items()
        }

    def free_id(self, wish: str) -> str:
        """A file stem after a wish: lower-case ASCII letters, digits and hyphens, and not in use."""
        plain = unicodedata.normalize("NFKD", wish.casefold()).encode("ascii", "ignore").decode()
        slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_ID].rstrip("-") or "account"
        try:
            taken = {file.name.casefold() for file in self._folder.iterdir()}
        except OSError:
            taken = set()
        free, number = slug, 1
        while free + _ENDING in taken or _DEVICES.fullmatch(free):
            number += 1
            tail = f"-{number}"
            free = slug[: _LONGEST_ID - len(tail)].rstrip("-") + tail
        return free

    def _stamps(self) -> dict[str, Stamp]:
        stamps = {}
        try:
            with os.scandir(self._folder) as found:
                for file in found:
                    if file.name.endswith(_ENDING) and not file.name.startswith("."):
                        try:
                            stamps[file.name] = stamp_of(file.stat())
                        except OSError:  # a link that leads nowhere: reading it says so
                            stamps[file.name] = _NO_FILE
        except (FileNotFoundError, NotADirectoryError):
            return {}
        except OSError as error:
            raise MailferryError(f"the folder {self._folder} cannot be read: {error.strerror}") from None
        return stamps

    def _remembered(self, stamps: dict[str, Stamp]) -> dict[str, tuple[Stamp, Entry[T]]]:
        if self._cache is None:
            return {}
        return {
            name: (stamp, Entry(name[: -len(_ENDING)], self._folder, name, value))
            for name, (stamp, value) in self._cache.load().items()
            if stamps.get(name) == stamp
        }

    def _read(self, name: str) -> Entry[T]:
        path = self._folder / name
        shown = visible(name[: -len(_ENDING)])
        if shown != name[: -len(_ENDING)]:
            problem = Problem(file=visible(str(path)), message="has a name that cannot be shown; rename it")
            return Entry(shown, self._folder, name, None, (problem,))
        try:
            return Entry(shown, self._folder, name, self._decode(read_text(path), str(path)))
        except FileMissingError:
            problem = Problem(file=str(path), message="leads to a file that is not there")
            return Entry(shown, self._folder, name, None, (problem,))
        except MailferryError as error:
            problems = error.problems or (Problem(file=str(path), message=str(error)),)
            return Entry(shown, self._folder, name, None, problems)

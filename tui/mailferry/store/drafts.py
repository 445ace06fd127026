"""What was typed and not saved, kept for the next start."""

from __future__ import annotations

import datetime
import hashlib
from pathlib import Path

import msgspec

from mailferry.store.files import FileError, write_atomically
from mailferry.store.folders import make_folder


class Draft(msgspec.Struct, frozen=True):
    """A text that was to become the file `path`; `base` is what the file said, None when there was none."""

    path: Path
    base: str | None
    text: str
    when: datetime.datetime


class Drafts:
    """One draft for each file, in a folder of the program's own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._drafts = msgspec.json.Decoder(Draft, dec_hook=lambda kind, text: kind(text))

    def keep(self, path: Path, base: str | None, text: str) -> None:
        """Keep a draft in place of an earlier one of the same file. Raises FileError, FolderError."""
        make_folder(self._folder)
        draft = Draft(path, base, text, datetime.datetime.now(datetime.UTC))
        write_atomically(self._file(path), msgspec.json.encode(draft, enc_hook=str))

    def forget(self, path: Path) -> None:
        """Drop the draft of a file, if there is one. Raises FileError."""
        file = self._file(path)
        try:
            file.unlink(missing_ok=True)
        except OSError as error:
            raise FileError(file, f"cannot be deleted: {error.strerror}") from None

    def all(self) -> tuple[Draft, ...]:
        """Every draft, oldest first. A damaged one is passed over."""
        drafts = []
        for file in self._folder.glob("[!.]*.json"):
            try:
                drafts.append(self._drafts.decode(file.read_bytes()))
            except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
                continue
        return tuple(sorted(drafts, key=lambda draft: draft.when))

    def _file(self, path: Path) -> Path:
        return self._folder / f"{hashlib.sha256(bytes(path)).hexdigest()[:32]}.json"

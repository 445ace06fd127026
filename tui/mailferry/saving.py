"""An export as a file: where it may be written, and what it may be written over."""

from __future__ import annotations

import datetime
import os
from pathlib import Path

from mailferry.exporting import Export
from mailferry.file_names import told_apart
from mailferry.model.problem import MailferryError
from mailferry.model.visible import visible
from mailferry.store.files import read_bytes, write_atomically


def refuse_target(where: Path) -> None:
    """Raise MailferryError where no file could be written, so that it is known before there is one."""
    try:
        why = _obstacle(where)
    except OSError as error:  # such as a name that is too long
        why = error.strerror or "the system refused"
    if why is not None:
        raise MailferryError(f"{_shown(where)} cannot be written: {why}")


def _obstacle(where: Path) -> str | None:
    folder = where if where.is_dir() else where.parent
    if not folder.is_dir():
        return f"there is no folder {_shown(folder)}"
    if where.exists() and not where.is_dir() and not where.is_file():
        return "it is not an ordinary file; name another"
    if not os.access(folder, os.W_OK | os.X_OK):
        return f"you may not write in the folder {_shown(folder)}"
    return None


def save_export(export: Export, where: Path) -> Path:
    """Write an export to a file, mode 0600, or into a folder under its own name. Returns the file's path.

    A new file without an ending gets that of what it is: by it, an iPhone and a browser know what to do. In a
    folder, another profile of that name, or what is none, stays; this one is then called a little longer.
    Raises MailferryError when it cannot be written.
    """
    refuse_target(where)
    path = _free(export, where) if where.is_dir() else where
    if not path.suffix and not path.exists():
        path = path.with_name(path.name + Path(export.file_name).suffix)
    write_atomically(path, export.content)
    return path


def _free(export: Export, folder: Path) -> Path:
    path = folder / export.file_name
    if export.given is None:  # instructions do not say by a name of their own whose they are
        return path
    if _holds_another(path, export.given.identifier):
        path = path.with_stem(told_apart(path.stem, export.given.identifier))
        if _holds_another(path, export.given.identifier):
            raise MailferryError(f"{_shown(path)} holds something else; name a file")
    return path


def _holds_another(path: Path, identifier: str) -> bool:
    """Whether anything but a profile of this identifier would be written over."""
    from mailferry.iphone.reading.profile import read_profile

    if not path.exists():
        return False
    try:
        report = read_profile(read_bytes(path), now=datetime.datetime.now(datetime.UTC))
    except MailferryError:
        return True
    return report.identifier != identifier


def _shown(path: Path) -> str:
    return visible(str(path))

"""Where a file is to be written, as people type it."""

from __future__ import annotations

import os
from pathlib import Path

from mailferry.model.problem import MailferryError


class TargetError(MailferryError):
    """Nothing can be written there; the message says why."""


def target(text: str, file_name: str) -> Path:
    """The file a typed path means: `~` is the home folder, and a folder means `file_name` in it.

    Raises TargetError when nothing can be written there.
    """
    if not text.strip():
        raise TargetError("a file name is needed")
    if "\0" in text:
        raise TargetError("a file name cannot hold a null character")
    try:
        path = Path(text.strip()).expanduser().absolute()
        if path.is_dir():
            path /= file_name
        if not path.parent.is_dir():
            raise TargetError(f"there is no folder {path.parent}")
        if path.is_dir():
            raise TargetError(f"{path} is a folder")
        if not os.access(path if path.exists() else path.parent, os.W_OK):
            raise TargetError(f"{path if path.exists() else path.parent} cannot be written to")
    except RuntimeError:
        raise TargetError(f"there is no such home folder: {text.strip()}") from None
    except OSError as error:
        raise TargetError(f"{error.strerror}: {text.strip()}") from None
    return path


class TargetCheck:
    """Finds what is wrong with a typed path. A file that exists is a problem the first time only."""

    def __init__(self, file_name: str) -> None:
        self.file_name = file_name
        self._warned: Path | None = None

    def __call__(self, text: str) -> str | None:
        """What is wrong, or None."""
        try:
            path = target(text, self.file_name)
        except TargetError as error:
            return str(error)
        if path.exists() and path != self._warned:
            self._warned = path
            return f"{path.name} exists; enter again overwrites it"
        return None

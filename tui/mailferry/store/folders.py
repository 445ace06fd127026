"""Folders that only their owner can enter."""

from __future__ import annotations

import os
from pathlib import Path

from mailferry.model.problem import MailferryError


class FolderError(MailferryError):
    """A folder could not be made."""


def make_folder(folder: Path) -> None:
    """Make a folder and the parents it lacks, all with mode 0700. What is there already stays as it is.

    Raises FolderError.
    """
    missing = []
    place = folder
    while not place.is_dir():
        if place.exists():
            raise FolderError(f"{place} is a file; a folder is needed there. Move it away or choose another")
        missing.append(place)
        place = place.parent
    for place in reversed(missing):
        try:
            place.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise FolderError(f"the folder {place} cannot be made: {os.strerror(error.errno or 0)}") from None

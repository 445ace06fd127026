"""The files that come with mailferry."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from mailferry.model.problem import MailferryError

_PACKAGE = Path(__file__).resolve().parents[1]


def shipped(name: Literal["profiles", "themes"]) -> Path:
    """The folder of shipped files: inside the installed package, or in the checkout it runs from.

    Raises MailferryError when the installation is incomplete.
    """
    for folder in (_PACKAGE / name, _PACKAGE.parents[1] / name):
        if folder.is_dir():
            return folder
    raise MailferryError(f"mailferry's own {name} are missing from {_PACKAGE}; install it again")

"""A folder with page and profile, ready for a web server of one's own."""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path

import msgspec

from mailferry.consignment import Consignment
from mailferry.handing_over import hand_over
from mailferry.iphone.delivery.hosted import PICTURE, README, README_TITLE, Hosted, hosted_files
from mailferry.model.problem import MailferryError
from mailferry.store.files import read_text, write_atomically


class HostingError(MailferryError):
    """A folder cannot be written; the message says why and what to do."""


class HostedFolder(msgspec.Struct, frozen=True, kw_only=True):
    """What was written; `warnings` say what could not be noted of it."""

    files: tuple[Path, ...]
    warnings: tuple[str, ...]


_READABLE = 0o644
"""A web server runs as somebody else."""


def refuse_folder(folder: Path, url: str | None) -> None:
    """Raise HostingError where nothing could be written, or for an address that is none."""
    if url is not None:
        _checked(url)
    _refuse_foreign(folder)


def write_folder(consignment: Consignment, folder: Path, *, url: str | None = None) -> HostedFolder:
    """Write all that a web server needs; `url` is where it will be, for a picture of the QR code.

    A folder is written over if it has been written here before, and holds nothing else.

    Raises HostingError for a folder with anything else in it, and for a password in the profile.
    """
    url = _checked(url) if url is not None else None
    profile = consignment.profile
    if consignment.has_password:
        raise HostingError("a profile with a password in it is not for a web server; leave the password out")
    files = hosted_files(
        Hosted(
            page=consignment.page(),
            profile=profile.content if profile is not None else None,
            file_name=consignment.file_name,
            url=url,
        )
    )
    _refuse_foreign(folder, {*files, PICTURE})
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            write_atomically(folder / name, content)
            (folder / name).chmod(_READABLE)
    except OSError as error:
        raise HostingError(f"{folder}: cannot be written: {error.strerror}") from None
    handed = hand_over(consignment.workspace, consignment.notes, "folder", to=url or str(folder))
    return HostedFolder(files=tuple(folder / name for name in files), warnings=handed.warnings)


def _checked(url: str) -> str:
    if not url.startswith("https://") or not url.isprintable() or " " in url:
        raise HostingError(f"{url} is no address of a page with HTTPS; it begins with https://")
    return url if url.endswith("/") else f"{url}/"


def _refuse_foreign(folder: Path, ours: Container[str] | None = None) -> None:
    """Refuse a folder that was not written here, or holds anything but what is `ours`, if that is known."""
    if folder.exists() and not folder.is_dir():
        raise HostingError(f"{folder} is not a folder; name one")
    there = {each.name for each in folder.iterdir()} if folder.exists() else set()
    if not there:
        return
    readme = folder / README
    known = readme.is_file() and read_text(readme).startswith(README_TITLE)
    foreign = sorted(name for name in there if ours is not None and name not in ours)
    if not known or foreign:
        named = ", ".join((foreign or sorted(there - {README}) or [README])[:3])
        raise HostingError(f"{folder} holds something else ({named}); name an empty folder or a new one")

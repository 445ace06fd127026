"""Single text files: read with care, and replaced so that nobody ever sees half of one."""

from __future__ import annotations

import codecs
import contextlib
import errno
import os
import stat
from pathlib import Path

from mailferry.model.problem import MailferryError, Problem
from mailferry.model.visible import visible
from mailferry.store.locking import locked

_MAX_BYTES = 1 << 20  # nobody writes a megabyte of settings by hand


class FileError(MailferryError):
    """A file could not be read or written; the message names it and says why."""

    def __init__(self, path: Path, message: str, *, line: int | None = None) -> None:
        problem = Problem(file=visible(str(path)), line=line, message=message)
        super().__init__(str(problem), problems=(problem,))
        self.path = path


class FileMissingError(FileError):
    """There is no such file."""


class ChangedOnDiskError(FileError):
    """The file is no longer what the edit started from, so it was left alone.

    `base` is what the edit started from, `yours` what was to be written, `theirs` what is there now;
    None stands for no file.
    """

    def __init__(self, path: Path, *, base: str | None, yours: str | None, theirs: str | None) -> None:
        happened = {
            (True, False): "has been made by another program in the meantime",
            (False, True): "has been deleted in the meantime",
        }.get((base is None, theirs is None), "has been changed by another program in the meantime")
        super().__init__(path, f"{happened}; it was left as it is, and your text is kept")
        self.base = base
        self.yours = yours
        self.theirs = theirs

    def diff(self) -> str:
        """How your text differs from what is on disk now, as a unified diff."""
        import difflib

        return "".join(
            line if line.endswith("\n") else f"{line}\n"
            for line in difflib.unified_diff(
                (self.theirs or "").splitlines(keepends=True),
                (self.yours or "").splitlines(keepends=True),
                f"{self.path.name} (on disk)",
                f"{self.path.name} (yours)",
            )
        )


def read_text(path: Path) -> str:
    """The text of a file of settings: UTF-8, at most 1 MiB, line ends as they are, without a byte order mark.

    Raises FileMissingError, FileError.
    """
    return _decoded(path, read_bytes(path))


def present(path: Path) -> str | None:
    """The text of a file as `read_text` gives it, or None when there is no file. Raises FileError."""
    try:
        return read_text(path)
    except FileMissingError:
        return None


def replace(path: Path, before: str | None, after: str | None, *, lock: Path) -> None:
    """Make a file that says `before` say `after`, with mode 0600; None stands for no file.

    Whatever happens, the old or the new file is there, whole. A symbolic link stays and its target is
    written. Programs that pass the same `lock` wait for each other.

    Raises ChangedOnDiskError, FileError, LockError.
    """
    with locked(lock):
        swap(path, before, after)


def swap(path: Path, before: str | None, after: str | None) -> None:
    """`replace` for a caller that holds the lock itself."""
    theirs = present(path)
    if theirs != before:
        raise ChangedOnDiskError(path, base=before, yours=after, theirs=theirs)
    if after == before:
        return
    if after is None:
        _delete(path)
    else:
        put(path, after)
    _sync_folder(Path(os.path.realpath(path)).parent)


def put(path: Path, text: str) -> None:
    """Make a file say something, for a caller that holds the lock and has read it.

    The old or the new file is there, whole, also after a power cut. Raises FileError.
    """
    try:
        data = text.encode()
    except UnicodeEncodeError:
        raise FileError(path, "holds half a character (a lone surrogate) and cannot be saved") from None
    if len(data) > _MAX_BYTES:
        raise FileError(path, "would be larger than 1 MiB and was not saved")
    real = Path(os.path.realpath(path))
    # A fixed name: under the lock nobody else uses it, and what a killed program left is written over.
    _write(real, data, real.with_name(f".{real.name}.new"), durable=True)


def extend(path: Path, text: str) -> None:
    """Add text at the end of a file, for a caller that holds the lock and has read it.

    What was there is not touched, so nothing of it can be lost; after a power cut the addition may be.
    Raises FileError.
    """
    data = text.encode()
    try:
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
        try:
            size = os.fstat(handle).st_size
            if size + len(data) > _MAX_BYTES:
                raise FileError(path, "would be larger than 1 MiB and was not saved")
            if os.write(handle, data) < len(data):
                os.ftruncate(handle, size)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        finally:
            os.close(handle)
    except PermissionError:
        raise FileError(path, "was not saved, and is as it was: you may not write to it") from None
    except OSError as error:
        raise FileError(path, _why_not_saved(path, error)) from None


def write_atomically(path: Path, data: bytes) -> None:
    """Put a file of our own in place in one step, mode 0600. It survives a kill, not a power cut: no fsync.

    Raises FileError.
    """
    _write(path, data, path.with_name(f".{os.urandom(8).hex()}.new"), durable=False)


def read_bytes(path: Path, *, most: int = _MAX_BYTES) -> bytes:
    """A file's bytes, `most` of them at most. Raises FileMissingError, FileError."""
    try:
        # Not blocking: opening a named pipe would wait for a writer.
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        raise FileMissingError(path, "there is no such file") from None
    except OSError as error:
        raise FileError(path, f"cannot be read: {error.strerror}") from None
    try:
        found = os.fstat(handle)
        if stat.S_ISDIR(found.st_mode):
            raise FileError(path, "is a folder; a file is needed here")
        if not stat.S_ISREG(found.st_mode):
            raise FileError(path, "is not an ordinary file")
        with os.fdopen(handle, "rb", closefd=False) as file:
            # Asking for the most there may be would take a whole MiB of memory for each of hundreds of files.
            data = file.read(min(found.st_size, most) + 1)
            if len(data) > found.st_size:  # it has grown meanwhile
                data += file.read(most + 1 - len(data))
    except OSError as error:
        raise FileError(path, f"cannot be read: {error.strerror}") from None
    finally:
        os.close(handle)
    if len(data) > most:
        kind = "a file of settings" if most == _MAX_BYTES else "what is read here"
        raise FileError(path, f"is larger than {most >> 20} MiB; that is not {kind}")
    return data


def _decoded(path: Path, data: bytes) -> str:
    try:
        return data.removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        guess = "UTF-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "Latin-1"
        raise FileError(
            path,
            f"is not UTF-8 (byte 0x{error.object[error.start]:02x}; perhaps {guess}); save it as UTF-8",
            line=error.object.count(b"\n", 0, error.start) + 1,
        ) from None


def _write(path: Path, data: bytes, temporary: Path, *, durable: bool) -> None:
    try:
        if path.is_dir():  # os.replace would say so only after all has been written
            raise FileError(path, "is a folder; a file is needed here")
        temporary.unlink(missing_ok=True)
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                if durable:
                    os.fsync(handle)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise FileError(path, _why_not_saved(path, error)) from None


def _delete(path: Path) -> None:
    try:
        path.unlink()
    except OSError as error:
        raise FileError(path, _why_not_saved(path, error)) from None


def _sync_folder(folder: Path) -> None:
    # The new name is in place already; a file system that cannot sync folders changes nothing about that.
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _why_not_saved(path: Path, error: OSError) -> str:
    why = {
        errno.ENOSPC: "the disk is full",
        errno.EDQUOT: "your disk quota is used up",
        errno.EROFS: "the file system is read-only",
        errno.EACCES: f"you may not write in the folder {path.parent}",
        errno.EPERM: f"you may not write in the folder {path.parent}",
        errno.ENOENT: f"there is no folder {path.parent}",
    }.get(error.errno or 0, error.strerror or "the system refused")
    return f"was not saved, and is as it was: {why}"

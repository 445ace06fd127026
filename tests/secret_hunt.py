"""After every test: no password that it used stands in anything it printed, logged, wrote or started.

Every `Secret` made while a test runs is remembered. When the test has passed, each is looked for, in every
form that a program could give it, in what was captured, in the files of its folders, and in the arguments
and own environment of the processes it started.
"""

from __future__ import annotations

import base64
import html
import json
import os
import subprocess
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from mailferry.model.secret import Secret

MARKER = "plants_secrets"
_LEAST = 6
_MAX_FILE = 4 * 1024 * 1024
_MAX_FILES = 2_000


class Hunt:
    """What one test used and left behind."""

    def __init__(self) -> None:
        self.secrets: set[str] = set()
        self.seen: list[tuple[str, bytes]] = []
        self.planted: set[Path] = set()

    def begin(self) -> None:
        """A test begins: what the last one used is forgotten."""
        self.secrets.clear()
        self.seen.clear()

    def note(self, where: str, text: str | bytes) -> None:
        """Keep something that the program showed or handed on."""
        self.seen.append((where, text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text))

    def finds(self, folders: tuple[Path, ...]) -> list[str]:
        """Where a secret stands, and in which form."""
        forms = [form for secret in self.secrets if _telling(secret) for form in all_forms(secret).items()]
        if not forms:
            return []
        found = {
            where: name
            for where, text in (*self.seen, *self._files(folders))
            for name, form in forms
            if form in text
        }
        return [f"{where}, in the form “{name}”" for where, name in found.items()]

    def _files(self, folders: tuple[Path, ...]) -> Iterator[tuple[str, bytes]]:
        left = _MAX_FILES
        for folder in folders:
            for place, _, names in os.walk(folder):
                for name in names:
                    path = Path(place, name)
                    left -= 1
                    if left < 0:
                        return
                    if path in self.planted or not path.is_file():
                        continue
                    with path.open("rb") as file:
                        yield str(path), file.read(_MAX_FILE)


def _telling(secret: str) -> bool:
    """Whether finding it says something: a short one, or a plain word, stands everywhere."""
    return len(secret) >= _LEAST and not (secret.isascii() and secret.islower() and secret.isalpha())


def all_forms(secret: str) -> dict[str, bytes]:
    """A secret in every form that a program could give it; of base64, what is the same in any company."""
    text = secret.encode("utf-8", "surrogateescape")
    quoted = text.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
    forms = {
        "as it is": text,
        "quoted": quoted,
        "repr": repr(secret)[1:-1].encode("utf-8", "surrogateescape"),
        "ascii": ascii(secret)[1:-1].encode(),
        "repr of bytes": repr(text)[2:-1].encode(),
        "JSON": json.dumps(secret)[1:-1].encode(),
        "percent": urllib.parse.quote(text).encode(),
        "percent, all": urllib.parse.quote(text, safe="").encode(),
        "form": urllib.parse.quote_plus(text).encode(),
        "HTML": html.escape(secret).encode("utf-8", "surrogateescape"),
        "hexadecimal": text.hex().encode(),
        "HEXADECIMAL": text.hex().upper().encode(),
        "UTF-16, little end first": secret.encode("utf-16-le", "surrogatepass"),
        "UTF-16, big end first": secret.encode("utf-16-be", "surrogatepass"),
    }
    for before in range(3):
        # Digits that a neighbour has a share in are left out; the rest is the same whatever stands around.
        digits = base64.b64encode(b"\0" * before + text)
        first, last = -(-before * 8 // 6), (before + len(text)) * 8 // 6
        forms[f"base64 after {before}"] = digits[first:last]
        forms[f"base64 for addresses after {before}"] = digits[first:last].translate(
            bytes.maketrans(b"+/", b"-_")
        )
    return forms


HUNT = Hunt()


def install() -> None:
    """Watch secrets being made, output being read, and processes being started, from now on."""
    # Watched, not changed, whatever their types say.
    secret, popen, capture = cast(Any, Secret), cast(Any, subprocess.Popen), cast(Any, pytest.CaptureFixture)
    make, start, read = secret.__init__, popen.__init__, capture.readouterr

    def made(new: Secret, text: str) -> None:
        make(new, text)
        HUNT.secrets.add(text)

    def started(process: Any, args: Any, *more: Any, env: Any = None, **options: Any) -> None:
        HUNT.note(
            "arguments of a process", os.fsencode(args) if isinstance(args, str | bytes) else repr(args)
        )
        for value in args if isinstance(args, list | tuple) else ():
            HUNT.note("arguments of a process", os.fsencode(value))
        for name, value in (env or {}).items():
            if os.environ.get(name) != value:
                HUNT.note(f"environment of a process, {name}", os.fsencode(value))
        start(process, args, *more, env=env, **options)

    def readouterr(fixture: pytest.CaptureFixture[Any]) -> Any:
        result = read(fixture)
        HUNT.note("standard output", result.out)
        HUNT.note("standard error", result.err)
        return result

    secret.__init__, popen.__init__, capture.readouterr = made, started, readouterr


def plant(path: Path, text: str) -> Path:
    """Write a file that is meant to hold a password: what a password command reads, a server's users."""
    HUNT.planted.add(path)
    path.write_text(text, encoding="utf-8")
    return path


def search(item: pytest.Item, report: pytest.TestReport) -> None:
    """Fail a test that has passed and left a secret somewhere."""
    if report.when != "call" or not report.passed or item.get_closest_marker(MARKER):
        return
    for title, text in report.sections:
        HUNT.note(title, text)
    values = getattr(item, "funcargs", {}).values()
    named = (os.environ[name] for name in ("HOME", "MAILFERRY_HOME") if name in os.environ)
    folders = {
        place
        for place in (*values, *map(Path, named))
        if isinstance(place, Path) and place.is_dir() and not Path.cwd().is_relative_to(place)
    }
    outermost = tuple(folder for folder in folders if not any(other in folder.parents for other in folders))
    if found := HUNT.finds(outermost):
        report.outcome = "failed"
        report.longrepr = "a password that this test used was found in:\n" + "\n".join(found[:10])

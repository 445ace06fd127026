"""Running the command line in this process, as a script would: no terminal, both outputs caught."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mailferry.cli.main import main
from tests.cli.harbour import harbour, sandbox

__all__ = ["harbour", "sandbox"]


@dataclass(frozen=True)
class Outcome:
    """What a command did."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON document printed."""
        return json.loads(self.out)

    @property
    def json_lines(self) -> list[Any]:
        """The JSON objects printed, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]


class _Terminal(io.StringIO):
    """What somebody types."""

    def isatty(self) -> bool:
        return True


Run = Callable[..., Outcome]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty home folder."""
    return tmp_path / "home"


@pytest.fixture
def run(home: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Run:
    """`run("list", "--json")` runs a command on the home folder."""

    def run_command(*arguments: str, stdin: str = "", terminal: bool = False) -> Outcome:
        monkeypatch.setattr("sys.stdin", _Terminal(stdin) if terminal else io.StringIO(stdin))
        capfdbinary.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(["--home", str(home), *arguments])
        caught = capfdbinary.readouterr()
        assert isinstance(ended.value.code, int)
        assert b"Traceback" not in caught.err
        return Outcome(ended.value.code, caught.out.decode(), caught.err.decode())

    return run_command


@pytest.fixture
def write(home: Path) -> Callable[[str, str], Path]:
    """`write("accounts/mum.toml", text)` puts a file into the home folder."""

    def write_file(name: str, text: str) -> Path:
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_text(text, encoding="utf-8")
        return path

    return write_file

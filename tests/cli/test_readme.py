"""Every command that the README shows runs, in its order, and all that it points to is there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from mailferry.cli.main import COMMANDS
from tests.cli.conftest import Run
from tests.cli.harbour import Write
from tests.secrets.backends import Shelf, made

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "README.md").read_text(encoding="utf-8")
_ALONE = """\
[delivery]
host = "127.0.0.1"
expires = 1

[lookup]
resolver = "127.0.0.1:9"
ispdb = ""
timeout = 0.2

[checks]
timeout = 0.5

[checks.connect_to]
"mail.centurylink.net:993" = "127.0.0.1:9"
"smtp.centurylink.net:587" = "127.0.0.1:9"
"""
"""Whatever the commands ask, they ask on this computer, where nothing listens on port 9."""


def commands() -> list[str]:
    blocks = re.findall(r"^```\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.startswith("mailferry ")]


def test_every_command_runs_in_the_order_in_which_it_is_shown(
    run: Run, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("keyring.core._keyring_backend", made(Shelf))
    write("config.toml", _ALONE)
    write("accounts/dad.toml", 'address = "dad@icloud.com"\n[incoming]\nport = 143\n')
    shown = commands()
    assert len(shown) >= 15
    for line in shown:
        line = re.sub(r"\d{4}-\d\d-\d\d", "2199-12-31", line)  # the page's own day passes
        done = run(*shlex.split(line)[1:], stdin="typed\n" if "password" in line else "")
        assert done.status in (0, 1), (line, done.err)


def test_every_command_that_is_named_exists() -> None:
    assert {line.split()[1] for line in commands()} <= set(COMMANDS)
    for name in ("export", "deliver", "read", "phones"):
        assert f"mailferry {name} " in PAGE + " " or f"mailferry {name}\n" in PAGE


def test_all_that_it_points_to_is_there() -> None:
    places = re.findall(r"\]\(([\w./-]+)\)", PAGE) + re.findall(r'src="([\w./-]+)"', PAGE)
    assert {"docs/iphone.md", "docs/iphone-trials.md", "docs/pictures/link.png"} <= set(places)
    assert [place for place in places if not (ROOT / place).exists()] == []

"""Every command that the page about testing shows runs, and every option that there is stands on it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mailferry.cli.check_command import command
from tests.cli.conftest import Run
from tests.cli.harbour import Write

PAGE = (Path(__file__).parents[2] / "docs" / "checks.md").read_text(encoding="utf-8")


def commands() -> list[str]:
    blocks = re.findall(r"^```\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.startswith("mailferry ")]


def test_every_command_runs(
    run: Run, harbour: Write, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    joe = home / "accounts" / "joe.toml"
    harbour("accounts/mum.toml", joe.read_text() + '[incoming]\nhost = "closed.harbour.example"\n')
    joe.unlink()
    shown = commands()
    assert len(shown) >= 7
    for line in shown:
        done = run(*line.split()[1:])
        assert done.status in (0, 1), (line, done.err)


def test_every_option_is_explained() -> None:
    options = {name for parameter in command.params for name in parameter.opts if name.startswith("--")}
    assert {name for name in options if f"`{name}" not in PAGE} == set()


def test_what_the_page_points_to_is_there() -> None:
    folder = Path(__file__).parents[2] / "docs"
    for name, heading in re.findall(r"\]\((\w[\w.-]*\.md)(?:#([\w-]+))?\)", PAGE):
        page = folder / name
        assert page.exists(), name
        titles = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
        assert not heading or heading in {
            re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles
        }, (name, heading)

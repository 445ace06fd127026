from __future__ import annotations

from pathlib import Path

import pytest

from mailferry.store.home import Home
from tests.ui.stage import home_with


@pytest.fixture(autouse=True)
def utf8(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "C.UTF-8")
    for category in ("LC_ALL", "LC_CTYPE"):  # Python sets the second itself where there is no locale
        monkeypatch.delenv(category, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return home_with(tmp_path)

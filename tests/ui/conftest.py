from __future__ import annotations

from pathlib import Path

import pytest

from mailferry.catalog.discovery import online
from mailferry.store.home import Home
from tests.catalog.sources import silent
from tests.ui.online import Sources
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


@pytest.fixture
def sources(monkeypatch: pytest.MonkeyPatch) -> Sources:
    made = Sources()
    made.give(silent("mx", "firm.example has no mail exchanger."))
    monkeypatch.setattr(online, "all_sources", lambda: made.answers)
    monkeypatch.setattr(online, "ask_guess", lambda question: made.guess(question))
    return made

"""What all tests share: where CI asks for the real programs, a test skipped for want of one fails."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

REAL_REQUIRED = bool(os.environ.get("MAILFERRY_REAL_REQUIRED"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if (
        REAL_REQUIRED
        and report.skipped
        and item.get_closest_marker("real")
        and not hasattr(report, "wasxfail")
    ):
        reason: Any = report.longrepr
        report.outcome = "failed"
        report.longrepr = f"a test against a real program was skipped, which CI does not allow: {reason}"
    return report


@pytest.fixture(scope="session")
def surroundings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder that is nobody's. Tests that write have a folder of their own besides."""
    return tmp_path_factory.mktemp("surroundings")


@pytest.fixture(autouse=True)
def _own_surroundings(monkeypatch: pytest.MonkeyPatch, surroundings: Path) -> None:
    """No test sees or changes the files of whoever runs it."""
    for variable in ("MAILFERRY_HOME", "SSL_CERT_FILE", "SSL_CERT_DIR", "NO_COLOR"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", str(surroundings))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(surroundings / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(surroundings / "state"))

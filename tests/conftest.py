"""What all tests share: where CI asks for the real programs, a test skipped for want of one fails."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests import secret_hunt

# The same examples in every run; HYPOTHESIS_PROFILE=search looks for others, to be kept as tests.
settings.register_profile("fixed", derandomize=True, database=None, deadline=None)
settings.register_profile("search", deadline=None, max_examples=2_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))

secret_hunt.install()

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
    secret_hunt.search(item, report)
    return report


def pytest_runtest_setup() -> None:
    """What the last test used is none of this one's secrets."""
    secret_hunt.HUNT.begin()


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


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test asks a name server: names but localhost are not found, here as anywhere."""
    look_up = socket.getaddrinfo

    def answer(host: Any, *arguments: Any, **options: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name in (None, "", "localhost") or _is_address(str(name)):
            return look_up(host, *arguments, **options)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", answer)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return True

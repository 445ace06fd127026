"""Whatever a test does to a server, nothing is left for the program's user to wonder about."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def nothing_unhandled(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """asyncio logs errors that nobody has handled, and a terminal would show them."""
    yield
    unhandled = [record for record in caplog.get_records("call") if record.levelno >= logging.WARNING]
    assert not unhandled

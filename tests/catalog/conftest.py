"""Name servers for the tests of look-ups."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.catalog.nameserver import NameServer, ServeZones


@pytest.fixture
def serve_zones(tmp_path: Path) -> Iterator[ServeZones]:
    """Starts a NameServer with such zones, as often as it is called; for tests marked `real`."""
    with ExitStack() as running:
        folders = (tmp_path / f"nameserver{number}" for number in itertools.count())

        def serve(zones: Mapping[str, str], *, broken: tuple[str, ...] = ()) -> NameServer:
            return running.enter_context(NameServer(next(folders), zones, broken=broken))

        yield serve

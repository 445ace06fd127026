"""Real mail servers for the tests in this folder, one of each for all of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from tests.real import dovecot as dovecots
from tests.real import postfix as postfixes
from tests.real.dovecot import Dovecot
from tests.real.servers import Ports


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """The CA of the servers' certificates."""
    return trustme.CA()


@pytest.fixture(scope="session")
def ca_file(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The CA's certificate."""
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return path


@pytest.fixture(scope="session")
def dovecot(authority: trustme.CA) -> Iterator[Dovecot]:
    """A running Dovecot."""
    with dovecots.dovecot(authority) as running:
        yield running


@pytest.fixture(scope="session")
def postfix(authority: trustme.CA, dovecot: Dovecot) -> Iterator[Ports]:
    """A running Postfix."""
    with postfixes.postfix(authority, dovecot.auth_socket) as ports:
        yield ports

"""Certificates for the servers of these tests."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
import trustme

from tests.checks.asking import HOST


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """A CA that tests may trust."""
    return trustme.CA()


@pytest.fixture(scope="session")
def ca_file(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its certificate as a file."""
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return path


@pytest.fixture(scope="session")
def server_tls(authority: trustme.CA) -> ssl.SSLContext:
    """A server's side, with a good certificate for HOST."""
    return server_context(authority.issue_cert(HOST))


def server_context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    """A server's side with a certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context

"""A provider called Harbour, its servers in the sandbox, and a home folder with an account there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mailferry.sandbox.cast import SandboxMailbox, SandboxServer, Scene
from mailferry.sandbox.server import Sandbox
from tests.secret_hunt import plant

Write = Callable[[str, str], Path]

PASSWORD = 'correct-Hörse \\"battery'
SCENE = Scene(
    servers=(
        SandboxServer(host="imap.harbour.example", port=993, protocol="imap", security="tls"),
        SandboxServer(host="imap.harbour.example", port=143, protocol="imap", security="starttls"),
        SandboxServer(host="smtp.harbour.example", port=587, protocol="smtp", security="starttls"),
        SandboxServer(host="old.harbour.example", port=993, protocol="imap", security="tls", expired=True),
        SandboxServer(
            host="closed.harbour.example", port=993, protocol="imap", security="tls", listens=False
        ),
    ),
    mailboxes=(
        SandboxMailbox(address="joe@harbour.example", password=PASSWORD),
        SandboxMailbox(address="ann@harbour.example", password="other"),
    ),
)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(SCENE) as running:
        yield running


@pytest.fixture
def harbour(write: Write, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Write:
    """A home that dials the sandbox, trusts its CA, and has a provider for it."""
    monkeypatch.setenv("SSL_CERT_FILE", str(sandbox.ca_file))
    routes = "".join(f'"{name}" = "{where}"\n' for name, where in sandbox.connect_to.items())
    write("config.toml", f"[checks]\ntimeout = 5\n[checks.connect_to]\n{routes}")
    write(
        "providers/harbour.toml",
        'name = "Harbour"\ndomains = ["harbour.example"]\n'
        '[[incoming]]\nprotocol = "imap"\nhost = "imap.harbour.example"\nport = 993\nsecurity = "tls"\n'
        '[[outgoing]]\nhost = "smtp.harbour.example"\nport = 587\nsecurity = "starttls"\n',
    )
    secret = plant(tmp_path / "secret", PASSWORD + "\n")
    write(
        "accounts/joe.toml",
        f'address = "joe@harbour.example"\n[password]\nfrom = "command"\ncommand = ["cat", "{secret}"]\n',
    )
    return write

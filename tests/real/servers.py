"""What the real servers have in common: free loopback ports, a folder that goes with them, certificates."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme

HOST = "mail.example.test"
ELSEWHERE = "127.0.0.2"
PASSWORDS = {
    "joe": "correct horse",
    "quotes": "a\"b'c\\d",
    "blanks": "  two ahead, one behind ",
    "umlaut": "grün straße",
    "euro": "10€ or £9",
    "emoji": "🐎🔋",
    "percent": "100%s %u {3}",
    "brackets": "(x) [y] {z} *",
}

_CYRUS = "/usr/lib/cyrus/bin"
_UNPACKED = Path(__file__).parents[2] / ".ci" / "servers"
"""Where .ci/run unpacks the programs whose packages conflict with those of other servers."""


@dataclass(frozen=True)
class Ports:
    """Where a server listens: in clear (with STARTTLS), and with TLS from the start."""

    plain: int
    tls: int


def program(name: str) -> str:
    """A program's path, or the test is skipped."""
    folders = (os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", _CYRUS, f"{_UNPACKED}{_CYRUS}")
    found = shutil.which(name, path=":".join(folders))
    if found is None:
        pytest.skip(f"{name} is not installed; on Debian .ci/run gets it, and all else that these tests need")
    return found


def as_root(name: str) -> None:
    """Skip the test unless root runs it."""
    if os.geteuid() != 0:
        pytest.skip(f"{name} starts as root only; run the tests as root, for instance in a container")


@contextmanager
def folder() -> Iterator[Path]:
    """A folder that the servers' own users may enter, unlike pytest's; short, for the sake of sockets."""
    path = Path(tempfile.mkdtemp(prefix="mf-", dir="/tmp"))
    path.chmod(0o755)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on, all different."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def two_ports() -> Ports:
    """Two ports that nobody listens on."""
    return Ports(*free_ports(2))


def write_certificate(issued: trustme.LeafCert, path: Path, name: str = "") -> None:
    """A certificate with what is above it, and its key, as NAMEcert.pem and NAMEkey.pem."""
    chain = b"".join(pem.bytes() for pem in issued.cert_chain_pems)
    (path / f"{name}cert.pem").write_bytes(chain)
    issued.private_key_pem.write_to_path(path / f"{name}key.pem")
    (path / f"{name}key.pem").chmod(0o600)


def wait_for(port: int, log: Path) -> None:
    """Wait until something listens."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)  # no event to wait for: it is another program
    pytest.fail(f"nothing listens on {port}; the log says:\n{log.read_text() if log.exists() else '(none)'}")


@contextmanager
def running(command: list[str], port: int, log: Path) -> Iterator[None]:
    """A server in the foreground, so that it is our child and ends with us."""
    with log.open("ab") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        wait_for(port, log)
        yield
    finally:
        process.terminate()
        process.wait(20)

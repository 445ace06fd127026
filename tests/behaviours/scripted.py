"""Servers of the tests' own, tested through the whole engine and explained by the shipped book."""

from __future__ import annotations

import atexit
import contextlib
import datetime
import shutil
import socket
import ssl
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any
from unittest import mock

import trustme

from mailferry.advice.explain import explain
from mailferry.checks.options import CheckOptions
from mailferry.checks.request import ServerRequest
from mailferry.checks.server import check_server
from mailferry.failure_files import shipped_book
from mailferry.model.account import Protocol, Security
from mailferry.model.cause import Cause, Stage
from mailferry.model.check import Certificate, ServerCheck
from mailferry.model.failure import FailureBook
from mailferry.model.recommendation import Recommendation
from mailferry.model.secret import Secret
from mailferry.model.settings import ServerSettings
from tests.behaviours.case import Behaviour
from tests.checks.asking import HOST, PASSWORD
from tests.checks.fault_server import FaultServer, Script

PORTS: dict[tuple[Protocol, Security], int] = {
    ("imap", "tls"): 993,
    ("imap", "starttls"): 143,
    ("imap", "none"): 143,
    ("pop3", "tls"): 995,
    ("pop3", "starttls"): 110,
    ("pop3", "none"): 110,
    ("smtp", "tls"): 465,
    ("smtp", "starttls"): 587,
    ("smtp", "none"): 587,
}
_NOBODY = Recommendation(address="joe@mail.test", how="none")


@cache
def book() -> FailureBook:
    """The failure book as it is shipped."""
    return shipped_book()


@cache
def folder() -> Path:
    """A folder that goes with the process."""
    path = Path(tempfile.mkdtemp(prefix="mailferry-behaviours-"))
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


@cache
def authority() -> trustme.CA:
    """A CA that the tests trust."""
    return trustme.CA()


@cache
def ca_file() -> Path:
    """Its certificate as a file."""
    path = folder() / "ca.pem"
    authority().cert_pem.write_to_path(path)
    return path


def server_side(certificate: trustme.LeafCert) -> ssl.SSLContext:
    """A server's side with a certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


@cache
def good_tls() -> ssl.SSLContext:
    """A server's side with nothing wrong."""
    return server_side(authority().issue_cert(HOST))


def behaviour(
    name: str,
    does: str,
    stage: Stage | None,
    cause: Cause,
    script: Script,
    protocol: Protocol = "imap",
    security: Security = "none",
    *,
    tls: Callable[[], ssl.SSLContext] | None = None,
    **more: Any,
) -> Behaviour:
    """What a script does; with `tls` it is spoken inside TLS from the start."""

    def run() -> ServerCheck:
        with FaultServer(script, tls=tls() if tls else None) as server:
            return diagnosed(protocol, security, server.port, **more)

    return Behaviour(name, does, protocol, security, stage, cause, "script", run)


def diagnosed(
    protocol: Protocol,
    security: Security,
    leads_to: int | str | None,
    *,
    timeout: float = 3.0,
    secret: Callable[[], Secret] = lambda: Secret(PASSWORD),
    withhold: str | None = None,
    stopped: bool = False,
    doors: tuple[ServerSettings, ...] = (),
    recommendation: Recommendation = _NOBODY,
    name_server_says: int | None = None,
    trusted: Callable[[], Path] = ca_file,
    other_ports: Mapping[int, int] = MappingProxyType({}),
    **stated: Any,
) -> ServerCheck:
    """A server on the usual port of a host of the tests, which in truth is here; its failure explained."""
    port = stated.pop("port", PORTS[protocol, security])
    settings = ServerSettings(
        role="outgoing" if protocol == "smtp" else "incoming",
        protocol=protocol,
        security=security,
        port=port,
        **({"host": HOST, "username": "joe"} | stated),
    )
    cancel = threading.Event()
    if stopped:
        cancel.set()
    led = {f"{HOST}:{other}": f"127.0.0.1:{here}" for other, here in other_ports.items()}
    if leads_to is not None:
        led[f"{HOST}:{port}"] = leads_to if isinstance(leads_to, str) else f"127.0.0.1:{leads_to}"
    options = CheckOptions(
        timeout=timeout,
        ca_files=(trusted(),),
        connect_to=led,
        resolve_only=name_server_says is None,
    )
    request = ServerRequest(settings=settings, secret=secret, withhold=withhold, doors=doors)
    with contextlib.nullcontext() if name_server_says is None else _name_server(name_server_says):
        check = check_server(request, options, on_stage=lambda _: None, cancel=cancel)
    return explain(check, book(), recommendation)


def as_found(protocol: Protocol, security: Security, stage: Stage, cause: Cause) -> ServerCheck:
    """What is said of a failure that was found elsewhere."""
    found = ServerCheck(
        role="outgoing" if protocol == "smtp" else "incoming",
        protocol=protocol,
        host=HOST,
        port=PORTS[protocol, security],
        security=security,
        ok=False,
        failed_stage=stage,
        cause=cause,
        certificate=_ANOTHERS if stage == "tls" else None,
    )
    return explain(found, book(), _NOBODY)


_ANOTHERS = Certificate(
    subject="other.test",
    names=("other.test",),
    issuer="Harbour Authority",
    not_before=datetime.datetime(2097, 1, 1, tzinfo=datetime.UTC),
    not_after=datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC),
    days_left=0,
    fingerprint="sha256:00",
)
"""Everything that can be wrong with one; each failure speaks of its own."""

_RESOLVER = threading.Lock()


@contextlib.contextmanager
def _name_server(number: int) -> Iterator[None]:
    """While this lasts, the system's resolver answers with an error; one behaviour at a time."""

    look_up = socket.getaddrinfo

    def refuse(host: Any, *arguments: Any, **options: Any) -> Any:
        if host == HOST:
            raise socket.gaierror(number, "words")
        return look_up(host, *arguments, **options)  # others are being tested at the same time

    with _RESOLVER, mock.patch("socket.getaddrinfo", refuse):
        yield


@contextlib.contextmanager
def full_queue() -> Iterator[int]:
    """A port whose queue is full, so that the system drops who knocks, as a firewall does."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(0)
    port: int = listener.getsockname()[1]
    waiting = []
    for _ in range(4):
        knocker = socket.socket()
        knocker.setblocking(False)
        knocker.connect_ex(("127.0.0.1", port))
        waiting.append(knocker)
    try:
        yield port
    finally:
        for knocker in waiting:
            knocker.close()
        listener.close()


def closed_port() -> int:
    """A port on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port

"""A real HTTPS server on loopback for many host names, each with the pages a test gives it."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import trustme


@dataclass(frozen=True)
class Answer:
    """What is served at one place."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


class HttpsServer:
    """Serves `pages`, by “host/path”, and notes in `asked` the whole address of every request.

    One certificate names `hosts`; a test that dials it for another host gets a wrong certificate.
    """

    def __init__(self, authority: trustme.CA, *hosts: str) -> None:
        self.pages: dict[str, Answer] = {}
        self.asked: list[str] = []
        self.headers: list[Mapping[str, str]] = []
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(*hosts).configure_cert(context)
        self._server = _Server(self, context)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    def serve(self, place: str, body: str | bytes, **headers: str) -> None:
        """Serve a page at “host/path” with status 200."""
        self.pages[place] = Answer(body.encode() if isinstance(body, str) else body, headers=headers)

    def redirect(self, place: str, location: str, status: int = 302) -> None:
        """Send whoever asks for “host/path” elsewhere."""
        self.pages[place] = Answer(status=status, headers={"Location": location})

    def connect_to(self, *hosts: str) -> dict[str, str]:
        """What to give to Web so that these hosts are dialled here."""
        return {f"{host}:443": f"127.0.0.1:{self.port}" for host in hosts}

    def __enter__(self) -> HttpsServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # so that closing waits for the requests under way

    def __init__(self, shared: HttpsServer, context: ssl.SSLContext) -> None:
        self.shared = shared
        self._context = context
        super().__init__(("127.0.0.1", 0), _Handler)

    def finish_request(self, request: Any, client_address: Any) -> None:
        # The handshake happens in the request's own thread: a client that stalls must not stall the others.
        request.settimeout(10)
        with self._context.wrap_socket(request, server_side=True) as secured:
            super().finish_request(secured, client_address)

    def shutdown_request(self, request: Any) -> None:
        if isinstance(request, socket.socket):
            self.close_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up, or do not trust the certificate, are what these tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        host = (self.headers["Host"] or "").partition(":")[0]
        path = urlsplit(self.path).path
        shared = self.server.shared
        shared.asked.append(f"https://{self.headers['Host']}{self.path}")
        shared.headers.append(dict(self.headers.items()))
        answer = shared.pages.get(f"{host}{path}", Answer(b"nothing here", status=404))
        self.send_response(answer.status)
        for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
            self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(answer.body)
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class's name
        """Nothing is printed."""

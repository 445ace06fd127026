"""A provider's token endpoint, of which Dovecot asks whom an OAuth2 token belongs to (RFC 7662)."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager

GOOD_TOKEN = "a-token-that-holds"


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        good = self.path.endswith(GOOD_TOKEN)
        answer = json.dumps(
            {"email": "joe", "scope": "mail"} if good else {"error": "invalid_token"}
        ).encode()
        self.send_response(200 if good else 401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        """Standard error belongs to the tests."""


@contextmanager
def token_server() -> Iterator[int]:
    """Its port; GOOD_TOKEN is joe's, and every other has run out."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()

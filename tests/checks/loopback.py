"""The other end of a wire, without a server: a socket that has its answers ready, and a pair of real ones."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

from mailferry.checks.deadline import Deadline
from mailferry.checks.wire import Wire

_READABLE = os.open(os.devnull, os.O_RDONLY)
"""To be polled: like a connection at whose other end nobody is, it can always be read."""


class ReadySocket:
    """Says its first answer at once, and the next after each line that is sent; then it has hung up."""

    def __init__(self, answers: Sequence[bytes]) -> None:
        self._answers = list(answers)
        self._unread = self._next()

    def recv(self, size: int) -> bytes:
        """What can be read now; nothing when the server has hung up, as it does if it is asked for more."""
        taken, self._unread = self._unread[:size], self._unread[size:]
        return taken

    def send(self, data: Any) -> int:
        """Every line brings an answer."""
        for _ in range(bytes(data).count(b"\n")):
            self._unread += self._next()
        return len(data)

    def fileno(self) -> int:
        """What can be polled."""
        return _READABLE

    def getsockname(self) -> tuple[str, int]:
        """This machine."""
        return "127.0.0.1", 1

    getpeername = getsockname

    def close(self) -> None:
        """There is nothing to close."""

    def _next(self) -> bytes:
        return self._answers.pop(0) if self._answers else b""


def wire_to(answers: Sequence[bytes]) -> Wire:
    """A wire to a server that says these things, one for each line that it hears."""
    return Wire(cast(socket.socket, ReadySocket(answers)), Deadline(60.0, threading.Event()))


@contextmanager
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Two connected sockets on loopback: the client's, non-blocking, and the server's."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname())
        server, _ = listener.accept()
    with client, server:
        client.setblocking(False)
        yield client, server

"""A server on loopback that does to each connection what a test's script says."""

from __future__ import annotations

import os
import socket
import ssl
import threading
from collections.abc import Callable
from types import TracebackType


class Peer:
    """The server's end of one connection."""

    def __init__(self, sock: socket.socket, server: FaultServer) -> None:
        self._sock = sock
        self._file = sock.makefile("rb")
        self._server = server

    def say(self, data: bytes) -> None:
        """Send bytes."""
        self._sock.sendall(data)

    def hear(self) -> bytes:
        """The client's next line, without its end. Raises ConnectionError when it has hung up.

        A client that only looks whether TLS is spoken here says no line: its bytes are anything.
        """
        line = self._file.readline()
        if not line:
            raise ConnectionResetError("the client has hung up")
        if line.startswith(b"\x16\x03"):
            raise ConnectionResetError("the client begins with TLS")
        self._server.heard.append(line.rstrip(b"\r\n"))
        return line.rstrip(b"\r\n")

    def say_beneath_tls(self, data: bytes) -> None:
        """Send bytes past the TLS that runs."""
        os.write(self._sock.fileno(), data)

    def take(self) -> bytes:
        """Whatever the client sends next, as bytes."""
        return self._sock.recv(65536)

    def stall(self) -> None:
        """Say nothing until the client hangs up."""
        while self._sock.recv(65536):
            pass

    def drip(self, data: bytes, seconds: float) -> None:
        """Send `data` byte by byte, one every so many seconds, until the test is over."""
        for byte in data:
            if self._server.closing.wait(seconds):
                return
            self.say(bytes([byte]))

    def start_tls(self, context: ssl.SSLContext) -> None:
        """Shake hands as the server."""
        self._sock = context.wrap_socket(self._sock, server_side=True)
        self._file = self._sock.makefile("rb")

    def hang_up(self) -> None:
        """Close at once."""
        self._file.close()
        self._sock.close()


Script = Callable[[Peer], None]


class FaultServer:
    """Listens from the start; `heard` holds all lines of all clients, `peak` the most clients at a time.

    A client that hangs up ends a script quietly; any other fault in a script fails the test.
    """

    def __init__(self, script: Script, *, tls: ssl.SSLContext | None = None, port: int = 0) -> None:
        self._script = script
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", port), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        self.heard: list[bytes] = []
        self.connections = 0
        self.peak = 0
        self._open = 0
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._sockets: list[socket.socket] = []
        self._faults: list[Exception] = []
        self.closing = threading.Event()
        self._acceptor = threading.Thread(target=self._accept)

    def __enter__(self) -> FaultServer:
        self._acceptor.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._acceptor.join()
        self._listener.close()
        for thread in self._threads:
            thread.join(10)
            assert not thread.is_alive(), "a script waits for a client that never hangs up"
        if self._faults and error is None:
            raise self._faults[0]

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(sock,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, sock: socket.socket) -> None:
        with self._lock:
            self.connections += 1
            self._open += 1
            self.peak = max(self.peak, self._open)
        peer = Peer(sock, self)
        try:
            if self._tls is not None:
                peer.start_tls(self._tls)
            self._script(peer)
        except (OSError, ValueError):
            pass  # the client has hung up, which most tests bring about
        except Exception as error:  # noqa: BLE001 - handed to the test
            self._faults.append(error)
        finally:
            with self._lock:
                self._open -= 1
            peer.hang_up()

"""A server that plays what another one once said, so that a posted transcript is a case to run.

It needs no twisted: threads and the standard library's sockets.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import tempfile
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from mailferry.model.host_name import canonical_host
from mailferry.model.transcript import NO_TLS, ServerTranscript
from mailferry.sandbox.authority import Authority
from mailferry.sandbox.replayed import Conversation

LOOPBACK = "127.0.0.1"
_AT_ONCE = 8
"""Clients served at the same time; more are turned away."""
REPLAYED = "replay.invalid"
"""The name in a replayed server's certificate, besides the recorded host's."""


class ReplayServer:
    """Plays one conversation to every client, on a free port of this machine, until the end of a `with`.

    TLS begins where it began, with a certificate that `ca_file` vouches for. `connect_to` leads from the
    recorded host and port to this machine, `heard` holds what clients sent, `ran_out` is set when one has
    come to the end of a recording that breaks off.
    """

    def __init__(self, transcript: ServerTranscript) -> None:
        self._transcript = transcript
        self._stack = contextlib.ExitStack()
        self._free = threading.BoundedSemaphore(_AT_ONCE)
        self._running: dict[threading.Thread, Conversation] = {}
        self._lock = threading.Lock()
        self.heard: list[bytes] = []
        self.ran_out = threading.Event()

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mailferry-replay-")))
            self.ca_file = folder / "ca.pem"
            self._tls = _server_context(self._transcript, folder, self.ca_file)
            self._listener = stack.enter_context(socket.create_server((LOOPBACK, 0)))
            self.port: int = self._listener.getsockname()[1]
            self.connect_to = {f"{self._transcript.host}:{self._transcript.port}": f"{LOOPBACK}:{self.port}"}
            acceptor = threading.Thread(target=self._accept, name="replay", daemon=True)
            acceptor.start()
            stack.callback(acceptor.join)
            stack.callback(self._hang_up_all)
            stack.callback(self._listener.shutdown, socket.SHUT_RDWR)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # closing the listener ends this
            while True:
                sock, _ = self._listener.accept()
                if not self._free.acquire(blocking=False):
                    sock.close()
                    continue
                conversation = Conversation(sock, self._transcript, self._tls, self.heard, self.ran_out)
                thread = threading.Thread(
                    target=self._serve, args=(conversation,), name="replay", daemon=True
                )
                with self._lock:
                    self._running[thread] = conversation
                thread.start()

    def _serve(self, conversation: Conversation) -> None:
        try:
            with contextlib.suppress(OSError, EOFError):  # the client has gone
                conversation.play()
        finally:
            with self._lock:
                del self._running[threading.current_thread()]
            self._free.release()

    def _hang_up_all(self) -> None:
        with self._lock:
            running = dict(self._running)
        for thread, conversation in running.items():
            conversation.break_off()
            thread.join()


def _server_context(transcript: ServerTranscript, folder: Path, ca_file: Path) -> ssl.SSLContext:
    """TLS as the recorded server had it, as far as the note of a failure tells."""
    fault = _fault(transcript)
    authority = Authority()
    # The first name is the subject's, which must be short.
    names = [REPLAYED] if fault == "cert-hostname-mismatch" else [REPLAYED, canonical_host(transcript.host)]
    issued = authority.issue(*filter(str.isascii, names), expired=fault == "cert-expired")
    pem = folder / "server.pem"
    pem.touch(mode=0o600)
    pem.write_bytes(issued.certificate_pem + issued.key_pem)
    unknown = fault in ("cert-unknown-issuer", "cert-self-signed")
    ca_file.write_bytes(Authority().ca_pem if unknown else authority.ca_pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


def _fault(transcript: ServerTranscript) -> str:
    """The cause for which there was no TLS; empty where nothing went wrong."""
    notes = (line.data.decode("utf-8", "replace") for line in transcript.lines if line.direction == "note")
    failed = next((note for note in notes if note.startswith(NO_TLS)), NO_TLS)
    return failed.removeprefix(NO_TLS).partition(",")[0]

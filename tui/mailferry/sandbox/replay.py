"""A server that plays what another one once said, so that a posted transcript is a case to run.

It needs no twisted: threads and the standard library's sockets.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from mailferry.model.host_name import canonical_host
from mailferry.model.transcript import HUNG_UP, NO_TLS, TLS_BEGAN, ServerTranscript, TranscriptLine
from mailferry.sandbox.authority import Authority

LOOPBACK = "127.0.0.1"
_AT_ONCE = 8
"""Clients served at the same time; more are turned away."""
_SILENCE = 60.0
"""Seconds until a client that does nothing is given up."""
_MAX_LINE = 64 * 1024
_MAX_LINES = 10_000
"""What one client may send where a message is expected."""

REPLAYED = "replay.invalid"
"""The name in a replayed server's certificate, besides the recorded host's."""
_INSTEAD_OF_TLS = {
    "port-speaks-plaintext": b"* OK\r\n",
    # Alerts (RFC 8446 section 6): protocol_version, handshake_failure
    "tls-too-old": bytes.fromhex("15030100020246"),
    "tls-no-shared-cipher": bytes.fromhex("15030100020228"),
}


class ReplayServer:
    """Plays one conversation to every client, on a free port of this machine, until the end of a `with`.

    It says what was received and waits for as many lines as were sent, whatever they say. TLS begins where
    it began, with a certificate that `ca_file` vouches for. It hangs up where the server did; at the end of
    the recording it is silent. `connect_to` leads from the recorded host and port to this machine, `heard`
    holds what clients sent.
    """

    def __init__(self, transcript: ServerTranscript) -> None:
        self._transcript = transcript
        self._stack = contextlib.ExitStack()
        self._free = threading.BoundedSemaphore(_AT_ONCE)
        self._running: dict[threading.Thread, _Conversation] = {}
        self._lock = threading.Lock()
        self.heard: list[bytes] = []

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
                conversation = _Conversation(sock, self._transcript, self._tls, self.heard)
                thread = threading.Thread(
                    target=self._serve, args=(conversation,), name="replay", daemon=True
                )
                with self._lock:
                    self._running[thread] = conversation
                thread.start()

    def _serve(self, conversation: _Conversation) -> None:
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


class _Conversation:
    """The recording as one client hears it."""

    def __init__(
        self, sock: socket.socket, transcript: ServerTranscript, tls: ssl.SSLContext, heard: list[bytes]
    ) -> None:
        sock.settimeout(_SILENCE)
        self._sock = sock
        self._file = sock.makefile("rb")
        self._imap = transcript.protocol == "imap"
        self._lines = transcript.lines
        self._tls = tls
        self._heard = heard
        self._tags: dict[bytes, bytes] = {}

    def play(self) -> None:
        """Go through the recording; raises EOFError or OSError when the client has gone."""
        try:
            lines = iter(self._lines)
            for line in lines:
                if line.direction == "received":
                    self._sock.sendall(self._retagged(line.data) + b"\r\n")
                    if line.data.startswith(b"354") and not self._imap:
                        self._take_message(lines)
                elif line.direction == "sent":
                    self._hear(line.data)
                elif not self._happens(line.data.decode("utf-8", "replace")):
                    return
            while self._file.read(1):
                pass
        finally:
            self._file.close()
            self._sock.close()

    def break_off(self) -> None:
        """Hang up; may be called from another thread."""
        with contextlib.suppress(OSError):
            socket.socket.shutdown(self._sock, socket.SHUT_RDWR)

    def _happens(self, note: str) -> bool:
        """Do what a note tells; False where the connection ends."""
        if note.startswith(TLS_BEGAN):
            # What a client sends before TLS and is still unread would be read as if inside TLS.
            self._file.close()
            self._sock = self._tls.wrap_socket(self._sock, server_side=True)
            self._file = self._sock.makefile("rb")
        elif note.startswith(NO_TLS):
            fault = note.removeprefix(NO_TLS).partition(",")[0]
            if fault in _INSTEAD_OF_TLS:
                self._sock.sendall(_INSTEAD_OF_TLS[fault])
            elif fault.startswith("cert-"):
                self._tls.wrap_socket(self._sock, server_side=True).close()
            return False
        return note != HUNG_UP

    def _take_message(self, lines: Iterator[TranscriptLine]) -> None:
        """A message may have other lines than it had then: it ends with a dot alone (RFC 5321, 4.1.1.4)."""
        for line in lines:
            if line.direction == "sent" and line.data == b".":
                break
        for _ in range(_MAX_LINES):
            if self._read_line() == b".":
                return
        raise EOFError

    def _hear(self, recorded: bytes) -> None:
        line = self._read_line()
        if self._imap:
            self._tags[recorded.split(b" ", 1)[0]] = line.split(b" ", 1)[0]

    def _read_line(self) -> bytes:
        line = self._file.readline(_MAX_LINE)
        if not line.endswith(b"\n"):
            raise EOFError
        self._heard.append(line.rstrip(b"\r\n"))
        return self._heard[-1]

    def _retagged(self, line: bytes) -> bytes:
        """The client chose other tags than the one that was recorded (RFC 3501 section 2.2.1)."""
        tag, blank, rest = line.partition(b" ")
        return self._tags.get(tag, tag) + blank + rest


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

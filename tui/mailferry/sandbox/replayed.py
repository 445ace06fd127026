"""A recorded conversation as one client hears it again."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading

from mailferry.model.account import Protocol
from mailferry.model.transcript import HUNG_UP, NO_TLS, TLS_BEGAN, ServerTranscript

_SILENCE = 60.0
"""Seconds until a client that does nothing is given up."""
_MAX_LINE = 64 * 1024
_MAX_LINES = 10_000
"""What one client may send where a message is expected."""
_INSTEAD_OF_TLS = {
    "port-speaks-plaintext": b"* OK\r\n",
    # Alerts (RFC 8446 section 6): protocol_version, handshake_failure
    "tls-too-old": bytes.fromhex("15030100020246"),
    "tls-no-shared-cipher": bytes.fromhex("15030100020228"),
}
_ALIKE = ({b"LOGIN", b"AUTHENTICATE"}, {b"EXAMINE", b"SELECT"}, {b"EHLO", b"HELO"})
"""Commands that may stand for each other."""
_NOT_RECORDED: dict[Protocol, bytes] = {
    "imap": b"%t BAD not in the recording\r\n",
    "pop3": b"-ERR not in the recording\r\n",
    "smtp": b"502 5.5.1 not in the recording\r\n",
}


class Conversation:
    """Says what was received, and waits where something was sent.

    A client need not say the same as the recorded one. Another command is looked for further on, but not
    past TLS, and refused if it is nowhere; arguments and what a sign-in sends are not compared. It hangs up
    where the server did. At the end of a recording that says why it ended it is silent; where one breaks off,
    `ran_out` is set, and nothing more comes.
    """

    def __init__(
        self,
        sock: socket.socket,
        transcript: ServerTranscript,
        tls: ssl.SSLContext,
        heard: list[bytes],
        ran_out: threading.Event,
    ) -> None:
        sock.settimeout(_SILENCE)
        self._sock = sock
        self._file = sock.makefile("rb")
        self._protocol = transcript.protocol
        self._lines = transcript.lines
        self._place = 0
        self._tls = tls
        self._heard = heard
        self._ran_out = ran_out
        self._tags: dict[bytes, bytes] = {}

    def play(self) -> None:
        """Go through the recording; raises EOFError or OSError when the client has gone."""
        try:
            while self._place < len(self._lines):
                line = self._lines[self._place]
                self._place += 1
                if line.direction == "received":
                    self._sock.sendall(self._retagged(line.data) + b"\r\n")
                    if self._protocol == "smtp" and line.data.startswith(b"354"):
                        self._take_message()
                elif line.direction == "sent":
                    self._hear(line.data)
                elif not self._happens(line.data.decode("utf-8", "replace")):
                    return
            if self._breaks_off():
                self._ran_out.set()
                socket.socket.shutdown(self._sock, socket.SHUT_WR)
            while self._file.read(1):
                pass
        finally:
            self._file.close()
            self._sock.close()

    def break_off(self) -> None:
        """Hang up; may be called from another thread."""
        with contextlib.suppress(OSError):
            socket.socket.shutdown(self._sock, socket.SHUT_RDWR)

    def _breaks_off(self) -> bool:
        """Whether the recording ends in the middle of a conversation, without a note of what happened."""
        last = self._lines[-1] if self._lines else None
        return last is None or last.direction != "note" or last.data.startswith(TLS_BEGAN.encode())

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

    def _take_message(self) -> None:
        """A message may have other lines than it had then: it ends with a dot alone (RFC 5321, 4.1.1.4)."""
        while self._place < len(self._lines) and self._lines[self._place].direction == "sent":
            self._place += 1
        for _ in range(_MAX_LINES):
            if self._read_line() == b".":
                return
        raise EOFError

    def _hear(self, recorded: bytes) -> None:
        while True:
            line = self._read_line()
            wanted, command = self._command(recorded), self._command(line)
            ahead = None if _alike(wanted, command) else self._ahead(command)
            if ahead is not None:
                recorded, self._place = self._lines[ahead].data, ahead + 1
                wanted = self._command(recorded)
            if _alike(wanted, command):
                break
            self._refuse(line, command)
        if wanted not in (None, command):
            self._skip_exchange()
        self._tags[recorded.split(b" ", 1)[0]] = line.split(b" ", 1)[0]

    def _command(self, line: bytes) -> bytes | None:
        """The name of the command; None for what is none, such as a step of a sign-in."""
        words = (
            line.upper().split(b" ", 2)[1:2] if self._protocol == "imap" else line.upper().split(b" ", 1)[:1]
        )
        return words[0] if words and words[0].isalpha() else None

    def _ahead(self, command: bytes | None) -> int | None:
        for place in range(self._place, len(self._lines)):
            line = self._lines[place]
            if line.direction == "note" or command is None:
                break
            if (
                line.direction == "sent"
                and self._command(line.data)
                and _alike(self._command(line.data), command)
            ):
                return place
        return None

    def _skip_exchange(self) -> None:
        """Another way to sign in has other steps; what counts is what the server said of it at last."""
        while self._place < len(self._lines):
            line = self._lines[self._place]
            if line.direction == "note" or (line.direction == "received" and line.data[:1] != b"+"):
                return
            self._place += 1

    def _refuse(self, line: bytes, command: bytes | None) -> None:
        answer = _NOT_RECORDED[self._protocol]
        if self._protocol == "imap" and command == b"ID":
            answer = b"* ID NIL\r\n%t OK done\r\n"  # whoever asks wants to go on (RFC 2971)
        self._sock.sendall(answer.replace(b"%t", line.split(b" ", 1)[0]))

    def _read_line(self) -> bytes:
        line = self._file.readline(_MAX_LINE)
        if not line.endswith(b"\n"):
            raise EOFError
        self._heard.append(line.rstrip(b"\r\n"))
        return self._heard[-1]

    def _retagged(self, line: bytes) -> bytes:
        """The client chose other tags than the one that was recorded (RFC 3501 section 2.2.1)."""
        if self._protocol != "imap":
            return line
        tag, blank, rest = line.partition(b" ")
        return self._tags.get(tag, tag) + blank + rest


def _alike(wanted: bytes | None, command: bytes | None) -> bool:
    return wanted in (None, command) or any({wanted, command} <= alike for alike in _ALIKE)

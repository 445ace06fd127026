"""The connection that imaplib and smtplib talk over: limited in time and bytes, recorded, cancellable.

It stands in for their socket and for their socket's file. They never see an end of file or a time-out:
those leave as StageFailure, so no library can retry, swallow or reword them.
"""

from __future__ import annotations

import ipaddress
import select
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from mailferry.checks import distrust, tls
from mailferry.checks.deadline import Deadline
from mailferry.checks.failure import StageFailure
from mailferry.checks.transcript import Transcript, as_said
from mailferry.model.cause import Stage
from mailferry.model.transcript import HUNG_UP, NO_TLS, TLS_BEGAN

_MAX_LINE = 64 * 1024
_MAX_STAGE = 1024 * 1024
_LINE_COST = 40
"""Bytes that a line counts for besides its own: very many short ones take long to look at."""


class Wire:
    """One connection. `begin` starts a stage: its deadline holds until the next one."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self._sock = sock
        self._buffer = bytearray()
        self._signing_in = False
        self.transcript = Transcript()
        self.begin(deadline, "connect")

    def begin(self, deadline: Deadline, stage: Stage) -> None:
        """A new stage: a new deadline and a new allowance of bytes."""
        self._deadline = deadline
        self._allowance = _MAX_STAGE
        self.transcript.new_stage(stage)

    @property
    def encrypted(self) -> bool:
        """Whether TLS runs on this connection."""
        return isinstance(self._sock, ssl.SSLSocket)

    @property
    def peer(self) -> str:
        """The other end's address. Raises StageFailure (`server-closed`) when it is gone already."""
        try:
            return str(self._sock.getpeername()[0])
        except OSError:
            raise self._closed() from None

    @property
    def peer_is_loopback(self) -> bool:
        """Whether the other end is this machine."""
        peer = ipaddress.ip_address(self.peer.partition("%")[0])
        mapped = peer.ipv4_mapped if isinstance(peer, ipaddress.IPv6Address) else None
        return (mapped or peer).is_loopback

    @property
    def own_address(self) -> str:
        """This end's address as an SMTP address literal (RFC 5321 section 4.1.3)."""
        address = str(self._sock.getsockname()[0]).partition("%")[0]
        return f"[IPv6:{address}]" if ":" in address else f"[{address}]"

    @contextmanager
    def signing_in(self) -> Iterator[None]:
        """While this lasts, nothing that is sent is recorded but the names of commands."""
        self._signing_in = True
        try:
            yield
        finally:
            self._signing_in = False

    def expect_silence(self) -> None:
        """See that nothing came since the answer to STARTTLS: whatever did, nobody vouches for.

        Raises StageFailure (`starttls-injection`; CVE-2011-0411).
        """
        if self._buffer or self._readable_now():
            self.heard()
            self.transcript.note("what came between the STARTTLS answer and TLS was thrown away")
            raise StageFailure("starttls-injection", "text came between the STARTTLS answer and TLS")

    def start_tls(self, context: ssl.SSLContext, name: str) -> ssl.SSLSocket:
        """Do the handshake. Raises StageFailure, and ssl.SSLCertVerificationError for who looks closer."""
        try:
            self._sock = secured = tls.handshake(self._sock, context, name, self._deadline)
        except ssl.SSLCertVerificationError as error:
            cause = distrust.cause_of(error)
            self.transcript.note(f"{NO_TLS}{cause}, {error.verify_message}")
            raise
        except StageFailure as failure:
            if failure.said is not None:
                self.transcript.received(failure.said.encode("utf-8", "replace") + b"\r\n")
            self.transcript.note(f"{NO_TLS}{failure.cause}, {failure.detail}")
            raise
        version = (secured.version() or "").removeprefix("TLSv")
        cipher = secured.cipher()
        self.transcript.note(f"{TLS_BEGAN}{version}, {cipher[0] if cipher else 'no cipher'}")
        return secured

    def speaks_within(self, seconds: float) -> bool:
        """Whether the server says anything, or hangs up, in the next `seconds`."""
        if self._buffer or (isinstance(self._sock, ssl.SSLSocket) and self._sock.pending()):
            return True
        patience = self._deadline.sooner(seconds)
        try:
            patience.wait(self._sock, select.POLLIN)
        except StageFailure as failure:
            if failure.cause != "timeout":
                raise
            return False
        return True

    def heard(self) -> tuple[bytes, ...]:
        """The server's lines in this stage, those included that nobody has read yet."""
        while b"\n" in self._buffer:
            self._take(self._buffer.index(b"\n") + 1)
        if self._buffer:
            self._take(len(self._buffer))
        return self.transcript.heard

    def bid_farewell(self, command: bytes) -> None:
        """Send a last command, without waiting for an answer, and hang up."""
        self.transcript.sent(command, signing_in=False)
        with suppress(OSError, StageFailure):
            self._sock.send(command)
        self.close()

    # What imaplib and smtplib use of a socket and of its file.

    def makefile(self, _mode: str) -> Wire:
        """The reading side: this object itself, so that it alone knows what is still unread."""
        return self

    def sendall(self, data: bytes) -> None:
        """Send everything. Raises StageFailure (`timeout`, `cancelled`, `server-closed`)."""
        self.transcript.sent(data, signing_in=self._signing_in)
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[self._sock.send(rest) :]
            except ssl.SSLWantReadError:
                self._wait(select.POLLIN)
            except (ssl.SSLWantWriteError, BlockingIOError):
                self._wait(select.POLLOUT)
            except OSError as error:
                raise self._broken(error) from None

    def readline(self, _limit: int = -1) -> bytes:
        """One line with its end. Raises StageFailure, `protocol-error` for one longer than 64 KiB."""
        searched = 0
        while (end := self._buffer.find(b"\n", searched)) < 0:
            searched = len(self._buffer)
            if searched > _MAX_LINE:
                raise StageFailure("protocol-error", "the server sent a line without an end")
            self._receive()
        return self._take(end + 1)

    def read(self, size: int) -> bytes:
        """Exactly `size` bytes. Raises StageFailure, `protocol-error` for more than a stage may hold."""
        if size > self._allowance + len(self._buffer):
            raise StageFailure("protocol-error", f"the server announced {size} bytes where few are expected")
        while len(self._buffer) < size:
            self._receive()
        return self._take(size)

    def settimeout(self, _seconds: float | None) -> None:
        """The stage's deadline holds, whatever a library wishes."""

    def shutdown(self, _how: int) -> None:
        """Closing is enough."""

    def close(self) -> None:
        """Hang up. May be called again."""
        self._sock.close()

    def _take(self, size: int) -> bytes:
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        self.transcript.received(taken)
        return taken

    def _receive(self) -> None:
        try:
            chunk = self._sock.recv(65536)
        except (ssl.SSLWantReadError, BlockingIOError):
            self._wait(select.POLLIN)
            return
        except ssl.SSLWantWriteError:
            self._wait(select.POLLOUT)
            return
        except OSError as error:
            raise self._broken(error) from None
        if not chunk:
            raise self._closed()
        with self._noting_failure():
            self._deadline.slice()
        self._allowance -= len(chunk) + _LINE_COST * chunk.count(b"\n")
        if self._allowance < 0:
            raise StageFailure("protocol-error", "the server sends far more than it was asked for")
        self._buffer += chunk

    def _wait(self, events: int) -> None:
        with self._noting_failure():
            self._deadline.wait(self._sock, events)

    @contextmanager
    def _noting_failure(self) -> Iterator[None]:
        try:
            yield
        except StageFailure as failure:
            self.heard()  # half a line may have come
            self.transcript.note(failure.detail)
            raise

    def _readable_now(self) -> bool:
        poll = select.poll()
        poll.register(self._sock, select.POLLIN)
        if not poll.poll(0):
            return False
        try:
            return bool(self._sock.recv(1, socket.MSG_PEEK))
        except OSError:
            return False

    def _broken(self, error: OSError) -> StageFailure:
        if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
            return self._closed()
        if isinstance(error, ssl.SSLError):
            return tls.explain_broken(error)
        return self._closed()

    def _closed(self) -> StageFailure:
        # Words before hanging up say more than the hanging up; what they mean is for others to tell.
        words = [line for line in self.heard() if _is_parting(line)]
        self.transcript.note(HUNG_UP)
        if words:
            return StageFailure("unknown", HUNG_UP, as_said(words))
        return StageFailure("server-closed", HUNG_UP)


def _is_parting(line: bytes) -> bool:
    return line[:5].upper() == b"* BYE" or line[:4].upper() == b"-ERR" or line[:1] in (b"4", b"5")

"""Stage `connect`: a TCP connection to whichever address answers first."""

from __future__ import annotations

import errno
import os
import select
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest

from mailferry.checks.deadline import Deadline
from mailferry.checks.failure import StageFailure
from mailferry.checks.resolve import Address
from mailferry.model.cause import Cause

_HEAD_START = 0.25
"""Seconds an address has before the next one is tried beside it (RFC 8305 section 8)."""

_CAUSES: dict[int, Cause] = {
    errno.ECONNREFUSED: "connection-refused",
    errno.ETIMEDOUT: "timeout",
    errno.ECONNRESET: "server-closed",
}
_TELLING: tuple[Cause, ...] = ("connection-refused", "server-closed", "timeout", "network-unreachable")
"""Which of several addresses' failures says most, the best first."""


@dataclass(frozen=True)
class Attempt:
    """A connection to one address that is over; `failure` says why it failed."""

    address: Address
    seconds: float
    failure: StageFailure | None = None


@dataclass(frozen=True)
class Dialling:
    """A connection to one address that is under way on a non-blocking socket."""

    address: Address
    sock: socket.socket
    started: float

    def over(self) -> Attempt:
        """What came of it, once the socket is writable; the socket stays open."""
        number = self.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        return self.ended(_failure(self.address, number) if number else None)

    def ended(self, failure: StageFailure | None) -> Attempt:
        """The attempt as it ends now."""
        return Attempt(self.address, time.perf_counter() - self.started, failure)


def dial(addresses: Sequence[Address], deadline: Deadline) -> socket.socket:
    """Connect to the first address that answers, both families in turn, as “happy eyeballs” do.

    The socket is non-blocking. Raises StageFailure (`connection-refused`, `network-unreachable`,
    `server-closed`, `timeout`, `cancelled`).
    """
    race = Race(addresses)
    try:
        return race.run(deadline)
    finally:
        race.drop_losers()


def begin(address: Address) -> Dialling | Attempt:
    """Start to connect to one address, without waiting for it."""
    started = time.perf_counter()
    try:
        sock = socket.socket(address.family, socket.SOCK_STREAM)
    except OSError as error:  # a family this machine does not have
        return Attempt(address, 0.0, _failure(address, error.errno or 0))
    sock.setblocking(False)
    dialling = Dialling(address, sock, started)
    number = sock.connect_ex(address.sockaddr)
    if number in (0, errno.EINPROGRESS):
        return dialling
    sock.close()
    return dialling.ended(_failure(address, number))


class Race:
    """Addresses that are dialled beside each other until one answers.

    `attempts` holds those that are over, the winner's last; `running` those that are not, which are the
    caller's to close (`drop_losers`) or to take over.
    """

    def __init__(self, addresses: Sequence[Address]) -> None:
        self._waiting = _families_in_turn(addresses)
        self.running: dict[int, Dialling] = {}
        self.attempts: list[Attempt] = []

    def run(self, deadline: Deadline) -> socket.socket:
        """The first connection. Raises StageFailure as `dial` does."""
        poll = select.poll()
        next_start = 0.0
        while self._waiting or self.running:
            pause = deadline.slice()
            now = time.monotonic()
            if self._waiting and (not self.running or now >= next_start):
                self._start(self._waiting.pop(0), poll)
                next_start = now + _HEAD_START
            for descriptor, _ in poll.poll(pause * 1000) if self.running else ():
                poll.unregister(descriptor)
                dialling = self.running.pop(descriptor)
                attempt = dialling.over()
                self.attempts.append(attempt)
                if attempt.failure is None:
                    return dialling.sock
                dialling.sock.close()
        failures = [attempt.failure for attempt in self.attempts if attempt.failure is not None]
        raise min(failures, key=lambda failure: _TELLING.index(failure.cause))

    def drop_losers(self) -> None:
        """Hang up on whoever has not answered."""
        for dialling in self.running.values():
            dialling.sock.close()
        self.running.clear()

    def _start(self, address: Address, poll: select.poll) -> None:
        begun = begin(address)
        if isinstance(begun, Attempt):
            self.attempts.append(begun)
        else:
            self.running[begun.sock.fileno()] = begun
            poll.register(begun.sock, select.POLLOUT)


def _families_in_turn(addresses: Sequence[Address]) -> list[Address]:
    first = [address for address in addresses if address.family == addresses[0].family]
    second = [address for address in addresses if address.family != addresses[0].family]
    return [address for address in chain(*zip_longest(first, second)) if address is not None]


def _failure(address: Address, number: int) -> StageFailure:
    host, port = address.sockaddr[:2]
    cause = _CAUSES.get(number, "network-unreachable")
    words = {
        "connection-refused": f"nothing listens on port {port} of {host}",
        "timeout": f"{host} does not answer on port {port}",
        "server-closed": f"{host} closed the connection at once",
    }
    return StageFailure(cause, words.get(cause, f"no way to {host}: {os.strerror(number)}"))

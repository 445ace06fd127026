"""Stage `connect`: a TCP connection to whichever address answers first."""

from __future__ import annotations

import errno
import os
import select
import socket
import time
from collections.abc import Sequence
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


def dial(addresses: Sequence[Address], deadline: Deadline) -> socket.socket:
    """Connect to the first address that answers, both families in turn, as “happy eyeballs” do.

    The socket is non-blocking. Raises StageFailure (`connection-refused`, `network-unreachable`,
    `server-closed`, `timeout`, `cancelled`).
    """
    race = _Race(_families_in_turn(addresses))
    try:
        return race.run(deadline)
    finally:
        race.drop_losers()


def _families_in_turn(addresses: Sequence[Address]) -> list[Address]:
    first = [address for address in addresses if address.family == addresses[0].family]
    second = [address for address in addresses if address.family != addresses[0].family]
    return [address for address in chain(*zip_longest(first, second)) if address is not None]


class _Race:
    def __init__(self, addresses: list[Address]) -> None:
        self._waiting = addresses
        self._running: dict[int, tuple[socket.socket, Address]] = {}
        self._poll = select.poll()
        self._failures: list[StageFailure] = []

    def run(self, deadline: Deadline) -> socket.socket:
        next_start = 0.0
        while self._waiting or self._running:
            pause = deadline.slice()
            now = time.monotonic()
            if self._waiting and (not self._running or now >= next_start):
                self._start(self._waiting.pop(0))
                next_start = now + _HEAD_START
            for descriptor, _ in self._poll.poll(pause * 1000) if self._running else ():
                self._poll.unregister(descriptor)
                sock, address = self._running.pop(descriptor)
                number = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                if not number:
                    return sock
                self._failed(sock, address, number)
        raise min(self._failures, key=lambda failure: _TELLING.index(failure.cause))

    def drop_losers(self) -> None:
        for sock, _ in self._running.values():
            sock.close()

    def _start(self, address: Address) -> None:
        try:
            sock = socket.socket(address.family, socket.SOCK_STREAM)
        except OSError as error:  # a family this machine does not have
            self._failures.append(_failure(address, error.errno or 0))
            return
        sock.setblocking(False)
        number = sock.connect_ex(address.sockaddr)
        if number in (0, errno.EINPROGRESS):
            self._running[sock.fileno()] = sock, address
            self._poll.register(sock, select.POLLOUT)
        else:
            self._failed(sock, address, number)

    def _failed(self, sock: socket.socket, address: Address, number: int) -> None:
        sock.close()
        self._failures.append(_failure(address, number))


def _failure(address: Address, number: int) -> StageFailure:
    host, port = address.sockaddr[:2]
    cause = _CAUSES.get(number, "network-unreachable")
    words = {
        "connection-refused": f"nothing listens on port {port} of {host}",
        "timeout": f"{host} does not answer on port {port}",
        "server-closed": f"{host} closed the connection at once",
    }
    return StageFailure(cause, words.get(cause, f"no way to {host}: {os.strerror(number)}"))

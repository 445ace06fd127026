"""IPv4 and IPv6 timed apart, where a server has both."""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Sequence

from mailferry.checks.deadline import Deadline
from mailferry.checks.dial import Attempt, Dialling, Race, begin
from mailferry.checks.failure import StageFailure
from mailferry.checks.resolve import Address
from mailferry.model.check import AddressCheck

_GRACE = 2.0
"""Seconds that the slower family has; enough for one lost packet to be sent again."""


class Families:
    """The race of a server's addresses, which goes on for the family that does not win.

    The loser is timed by a thread beside the rest of the test, and hung up on as soon as it answers.
    """

    def __init__(self, addresses: Sequence[Address]) -> None:
        self._race = Race(addresses)
        self._firsts = _first_of_each(addresses)
        self._both = len(self._firsts) > 1
        self._other: Attempt | None = None
        self._thread: threading.Thread | None = None

    def connect(self, deadline: Deadline) -> socket.socket:
        """The first connection. Raises StageFailure as `dial` does."""
        try:
            sock = self._race.run(deadline)
            if self._both:
                self._time_the_other(deadline)
            return sock
        except StageFailure as failure:
            self._race.attempts += [each.ended(failure) for each in self._race.running.values()]
            raise
        finally:
            self._race.drop_losers()

    @property
    def remark(self) -> str | None:
        """What people should know of a family that does not answer while the other does, if it is known."""
        return _remark(self._other) if self._other is not None else None

    def wait(self) -> tuple[AddressCheck, ...]:
        """Both families, once the slower one is known too; nothing where there is only one."""
        if self._thread is not None:
            self._thread.join()
        if not self._both:
            return ()
        attempts = [*self._race.attempts, *([self._other] if self._other else [])]
        return tuple(
            _check(_telling(of_family))
            for first in self._firsts
            if (of_family := [each for each in attempts if each.address.family == first.family])
        )

    def _time_the_other(self, deadline: Deadline) -> None:
        winner = self._race.attempts[-1].address.family
        first = next(address for address in self._firsts if address.family != winner)
        failed = [each for each in self._race.attempts if each.address.family == first.family]
        under_way = [each for each in self._race.running.values() if each.address.family == first.family]
        if failed:
            self._other = failed[0]
        elif under_way:
            self._watch(under_way[0], deadline)
        else:
            begun = begin(first)
            if isinstance(begun, Dialling):
                self._watch(begun, deadline)
            else:
                self._other = begun

    def _watch(self, dialling: Dialling, deadline: Deadline) -> None:
        self._race.running.pop(dialling.sock.fileno(), None)
        grace = deadline.sooner(_GRACE)

        def watch() -> None:
            try:
                grace.wait(dialling.sock, select.POLLOUT)
                self._other = dialling.over()
            except StageFailure as failure:
                self._other = dialling.ended(failure)
            finally:
                dialling.sock.close()

        self._thread = threading.Thread(target=watch, name="other family", daemon=True)
        self._thread.start()


def _first_of_each(addresses: Sequence[Address]) -> list[Address]:
    firsts: dict[int, Address] = {}
    for address in addresses:
        firsts.setdefault(address.family, address)
    return list(firsts.values())


def _telling(attempts: Sequence[Attempt]) -> Attempt:
    """Of several attempts in one family the one that says how it fares."""
    return next((each for each in attempts if each.failure is None), attempts[0])


def _check(attempt: Attempt) -> AddressCheck:
    failure = attempt.failure
    return AddressCheck(
        family="ipv6" if attempt.address.family == socket.AF_INET6 else "ipv4",
        address=str(attempt.address.sockaddr[0]),
        ok=failure is None,
        seconds=round(attempt.seconds, 4),
        detail="connected" if failure is None else failure.detail,
    )


def _remark(attempt: Attempt) -> str | None:
    name = "IPv6" if attempt.address.family == socket.AF_INET6 else "IPv4"
    match attempt.failure.cause if attempt.failure is not None else None:
        case "timeout":
            return f"{name} does not answer; programs that try it first will be slow"
        case "connection-refused" | "server-closed":
            return f"{name} is refused"
        case _:  # it answers, or this machine has no way there, which is not the server's fault
            return None

"""Stage `dns`: from a host's name to addresses."""

from __future__ import annotations

import ipaddress
import socket
import threading
from dataclasses import dataclass
from typing import Any, ClassVar

from mailferry.checks.deadline import Deadline
from mailferry.checks.failure import StageFailure
from mailferry.checks.options import CheckOptions
from mailferry.model.address import AddressError, domain_to_ascii
from mailferry.model.host_name import is_ip_address, is_loopback

_NOT_FOUND = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}


ROUTED = "routed to "
"""How it is told that a host was not looked up but is dialled as `connect_to` says."""


@dataclass(frozen=True)
class Address:
    """Somewhere to connect to, in the socket module's words."""

    family: int
    sockaddr: tuple[Any, ...]


@dataclass(frozen=True)
class Endpoint:
    """A server that was found. `name` is the host's ASCII form, for SNI and the certificate.

    `tunnelled`: the addresses lead to another machine by a way that nobody here knows.
    """

    name: str
    port: int
    addresses: tuple[Address, ...]
    detail: str
    tunnelled: bool = False


def resolve(
    host: str, port: int, options: CheckOptions, deadline: Deadline, *, known: str | None = None
) -> Endpoint:
    """Find a host's addresses. `known` is one that answered lately, so that no name server need be asked.

    Raises StageFailure (`bad-host-name`, `host-not-found`, `dns-unavailable`, `timeout`, `cancelled`).
    """
    name = _ascii_name(host)
    route = route_of(host, port, options) or route_of(name, port, options)
    if route is not None:
        address, _, real_port = route.rpartition(":")
        if not (address and real_port.isascii() and real_port.isdigit()):
            raise StageFailure("bad-host-name", f"connect_to: “{route}” is not written as address:port")
        found = _addresses(address.strip("[]"), int(real_port), deadline)
        # Where no name server is asked, nothing but this machine is reached.
        tunnelled = not options.resolve_only and not is_loopback(name)
        return Endpoint(name, port, found, f"{ROUTED}{route}", tunnelled)
    if options.resolve_only:
        raise StageFailure("host-not-found", f"{name} does not exist")
    found = _addresses(known or name, port, deadline)
    return Endpoint(name, port, found, _count(found))


def route_of(host: str, port: int, options: CheckOptions) -> str | None:
    """Where a host and port are routed to, by the name as it is written; None for nowhere else."""
    return options.connect_to.get(f"{host}:{port}")


def _count(addresses: tuple[Address, ...]) -> str:
    count = "1 address" if len(addresses) == 1 else f"{len(addresses)} addresses"
    six = sum(address.family == socket.AF_INET6 for address in addresses)
    four = len(addresses) - six
    return f"{count} ({four} IPv4, {six} IPv6)" if four and six else count


def _ascii_name(host: str) -> str:
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    if host != host.strip():
        raise StageFailure("bad-host-name", f"“{host}” has a blank at its start or end")
    try:
        return domain_to_ascii(host)
    except AddressError as error:
        raise StageFailure("bad-host-name", str(error)) from None


_Answer = tuple[Address, ...] | Exception


class _Question:
    """A name being looked up. getaddrinfo knows no time limit, so it runs in a thread that is left behind
    when it hangs; all who ask the same meanwhile wait for the one thread."""

    _under_way: ClassVar[dict[tuple[str, int], _Question]] = {}
    _lock: ClassVar[threading.Lock] = threading.Lock()

    def __init__(self, name: str, port: int) -> None:
        self._name = name
        self._port = port
        self._done = threading.Event()
        self._answer: _Answer = ()

    @classmethod
    def ask(cls, name: str, port: int) -> _Question:
        """The question under way, or a new one."""
        with cls._lock:
            question = cls._under_way.get((name, port))
            if question is None:
                question = cls._under_way[name, port] = cls(name, port)
                threading.Thread(target=question._look_up, name=f"dns {name}", daemon=True).start()
        return question

    def answer(self, deadline: Deadline) -> _Answer:
        """Addresses, or what went wrong. Raises StageFailure (`timeout`, `cancelled`)."""
        while not self._done.wait(deadline.slice()):
            pass
        return self._answer

    def _look_up(self) -> None:
        try:
            self._answer = _look_up(self._name, self._port)
        finally:
            with self._lock:
                del self._under_way[self._name, self._port]
            self._done.set()


def _look_up(name: str, port: int) -> _Answer:
    try:
        rows = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
        return tuple(dict.fromkeys(Address(row[0], row[4]) for row in rows))
    except (OSError, UnicodeError) as error:
        return error


def _addresses(name: str, port: int, deadline: Deadline) -> tuple[Address, ...]:
    literal = is_ip_address(name)  # asks nobody, so it cannot hang
    found = _look_up(name, port) if literal else _Question.ask(name, port).answer(deadline)
    if isinstance(found, tuple) and found:
        return found
    if isinstance(found, UnicodeError):
        raise StageFailure("bad-host-name", f"“{name}” is not a host name")
    if not found or (isinstance(found, socket.gaierror) and found.errno in _NOT_FOUND):
        raise StageFailure("host-not-found", f"{name} does not exist")
    raise StageFailure("dns-unavailable", f"no name server answers ({found})")

"""Stage `dns`: from a host's name to addresses."""

from __future__ import annotations

import ipaddress
import socket
import threading
from dataclasses import dataclass
from typing import Any

from mailferry.checks.deadline import Deadline
from mailferry.checks.failure import StageFailure
from mailferry.checks.options import CheckOptions
from mailferry.model.address import AddressError, domain_to_ascii

_NOT_FOUND = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}


@dataclass(frozen=True)
class Address:
    """Somewhere to connect to, in the socket module's words."""

    family: int
    sockaddr: tuple[Any, ...]


@dataclass(frozen=True)
class Endpoint:
    """A server that was found. `name` is the host's ASCII form, for SNI and the certificate."""

    name: str
    port: int
    addresses: tuple[Address, ...]
    detail: str


def resolve(host: str, port: int, options: CheckOptions, deadline: Deadline) -> Endpoint:
    """Find a host's addresses.

    Raises StageFailure (`bad-host-name`, `host-not-found`, `dns-unavailable`, `timeout`, `cancelled`).
    """
    name = _ascii_name(host)
    route = options.connect_to.get(f"{host}:{port}") or options.connect_to.get(f"{name}:{port}")
    if route is not None:
        address, _, real_port = route.rpartition(":")
        if not (address and real_port.isascii() and real_port.isdigit()):
            raise StageFailure("bad-host-name", f"connect_to: “{route}” is not written as address:port")
        found = _addresses(address.strip("[]"), int(real_port), deadline)
        return Endpoint(name, port, found, f"routed to {route}")
    if options.resolve_only:
        raise StageFailure("host-not-found", f"{name} does not exist")
    found = _addresses(name, port, deadline)
    return Endpoint(name, port, found, "1 address" if len(found) == 1 else f"{len(found)} addresses")


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


def _addresses(name: str, port: int, deadline: Deadline) -> tuple[Address, ...]:
    # getaddrinfo knows no time limit, so it runs in a thread that is left behind when it hangs.
    answer: list[tuple[Address, ...] | Exception] = []
    done = threading.Event()

    def ask() -> None:
        try:
            rows = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
            answer.append(tuple(dict.fromkeys(Address(row[0], row[4]) for row in rows)))
        except (OSError, UnicodeError) as error:
            answer.append(error)
        finally:
            done.set()

    threading.Thread(target=ask, name=f"dns {name}", daemon=True).start()
    while not done.wait(deadline.slice()):
        pass
    found = answer[0]
    if isinstance(found, tuple):
        return found
    if isinstance(found, UnicodeError):
        raise StageFailure("bad-host-name", f"“{name}” is not a host name")
    if isinstance(found, socket.gaierror) and found.errno in _NOT_FOUND:
        raise StageFailure("host-not-found", f"{name} does not exist")
    raise StageFailure("dns-unavailable", f"no name server answers ({found})")

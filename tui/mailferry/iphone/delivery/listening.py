"""The sockets on which a link is reached."""

from __future__ import annotations

import errno
import socket
from ipaddress import ip_address

import msgspec

from mailferry.model.address import AddressError, domain_to_ascii
from mailferry.model.problem import MailferryError

_BACKLOG = 512


class ListeningError(MailferryError):
    """Nothing can listen there; the message says why and what to do."""


class Listener(msgspec.Struct, frozen=True):
    """Open sockets. `everywhere` tells that they take connections on all addresses of this computer."""

    sockets: tuple[socket.socket, ...]
    port: int
    everywhere: bool


def link_host(text: str) -> str:
    """A host as it stands in a link: a name in ASCII, or an IP address without brackets.

    Raises ListeningError for what no iPhone could open.
    """
    bare = text.strip().removeprefix("[").removesuffix("]")
    try:
        address = ip_address(bare)
    except ValueError:
        try:
            return domain_to_ascii(text)
        except AddressError as error:
            raise ListeningError(f"“{text}” is no address and no host name: {error}") from None
    if address.is_unspecified or address.is_multicast:
        raise ListeningError(f"{address} is no address that an iPhone can open; name one of this computer’s")
    if address.version == 6 and address.is_link_local:
        raise ListeningError(f"{address} holds on one cable only and cannot stand in a link; name another")
    return str(address)


def listen(host: str, port: int) -> Listener:
    """Listen on `host` if it is an address of this computer, and on all of its addresses otherwise.

    A name, or an address of a router that passes connections on, is not ours to listen on. Port 0 takes one
    that is free. Raises ListeningError.
    """
    try:
        address = ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError:
        return _everywhere(host, port)
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
    try:
        opened = socket.create_server((str(address), port), family=family, backlog=_BACKLOG)
    except OSError as error:
        if error.errno == errno.EADDRNOTAVAIL and not address.is_loopback:
            return _everywhere(host, port)
        raise _refused(host, port, error) from None
    return Listener((opened,), opened.getsockname()[1], everywhere=False)


def _everywhere(host: str, port: int) -> Listener:
    if socket.has_dualstack_ipv6():
        try:
            opened = socket.create_server(
                ("::", port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=_BACKLOG
            )
        except OSError as error:
            if error.errno not in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                raise _refused(host, port, error) from None
        else:
            return Listener((opened,), opened.getsockname()[1], everywhere=True)
    try:
        opened = socket.create_server(("", port), backlog=_BACKLOG)
    except OSError as error:
        raise _refused(host, port, error) from None
    return Listener((opened,), opened.getsockname()[1], everywhere=True)


def _refused(host: str, port: int, error: OSError) -> ListeningError:
    if error.errno == errno.EADDRINUSE:
        return ListeningError(f"port {port} is taken by another program; name another one, or 0 for any")
    if error.errno == errno.EACCES:
        return ListeningError(f"you may not listen on port {port}; name one above 1023, or 0 for any")
    return ListeningError(f"cannot listen on {host}, port {port}: {error.strerror}")

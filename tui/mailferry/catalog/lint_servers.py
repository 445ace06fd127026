"""Servers that contradict themselves, each other, or the domains of their provider."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from mailferry.catalog.server_domains import (
    Server,
    domains_of,
    stands_outside,
)
from mailferry.model.account import Security
from mailferry.model.host_name import is_ip_address, registered_domain
from mailferry.model.mail_port import port_owner
from mailferry.model.problem import Problem
from mailferry.model.provider import IncomingServer, Provider
from mailferry.model.slip import is_slip

# RFC 8314 section 3 and RFC 6409: what these ports speak everywhere.
_SPOKEN: dict[int, Security] = {
    993: "tls",
    995: "tls",
    465: "tls",
    143: "starttls",
    110: "starttls",
    587: "starttls",
    25: "starttls",
}


def server_problems(provider: Provider) -> Iterator[Problem]:
    """All that is doubtful about the servers of a file, each with the number of its table in the key."""
    for role, servers in _roles(provider):
        listed: set[tuple[str, str, int]] = set()
        for index, server in enumerate(servers):
            at = f"{role}.{index}"
            yield from _port(provider, at, server)
            yield from _host(provider, at, server)
            yield from _username(at, server)
            way = (_protocol(server), server.host.lower(), server.port)
            if way in listed:
                yield Problem(key=f"{at}.host", message=f"{server.host}:{server.port} is listed twice")
            listed.add(way)
        if servers and not provider.notice and all(map(_in_the_clear, servers)):
            yield Problem(
                key="notice",
                message=f"missing; none of the {role} servers is encrypted, and everybody there must know",
            )


def speaks_unusually(server: Server) -> bool:
    """Whether a server is given with an encryption that its port has nowhere else."""
    return _SPOKEN.get(server.port, server.security) != server.security


def _roles(provider: Provider) -> tuple[tuple[str, tuple[Server, ...]], ...]:
    return (("incoming", provider.incoming), ("outgoing", provider.outgoing))


def _protocol(server: Server) -> str:
    return server.protocol if isinstance(server, IncomingServer) else "smtp"


def _port(provider: Provider, at: str, server: Server) -> Iterator[Problem]:
    if _explained(provider, server.port):
        return
    where, protocol, owner = f"{server.host}:{server.port}", _protocol(server), port_owner(server.port)
    if owner is not None and owner != protocol:
        yield Problem(
            key=f"{at}.port",
            message=f"port {server.port} is {owner.upper()}'s everywhere else, and {where} is given for"
            f" {protocol.upper()}; if that is so, say it under doubts",
        )
    if server.security == "none":
        message = f"{where} has no encryption; if the provider really says so, say it under doubts"
    elif speaks_unusually(server):
        message = (
            f"port {server.port} speaks “{_SPOKEN[server.port]}” everywhere else, but {where} is given as"
            f" “{server.security}”; if that is so, say it under doubts"
        )
    else:
        return
    yield Problem(key=f"{at}.security", message=message)


def _explained(provider: Provider, port: int) -> bool:
    words = (*provider.doubts, *(evidence.source for evidence in provider.evidence))
    return any(re.search(rf"\b{port}\b", text) for text in words)


def _host(provider: Provider, at: str, server: Server) -> Iterator[Problem]:
    """A host outside the provider's domains is a slip, a stranger's server, or a domain left unsaid."""
    customers_alone = provider.mx and not provider.domains and not provider.suffixes
    if "{domain}" in server.host and customers_alone:
        yield Problem(key=f"{at}.host", message=f"{server.host}: there are no domains that could stand in it")
    if server.host.endswith("."):
        yield Problem(key=f"{at}.host", message=f"{server.host}: leave out the dot at the end")
    if stands_outside(server, provider):
        home = registered_domain(server.host)
        meant = next((domain for domain in domains_of(provider) if is_slip(home, domain)), None)
        if meant is not None:
            message = (
                f"{server.host} looks like a slip of {meant}; if {home} really is the provider's as well, say"
                " so under server_domains"
            )
        else:
            message = (
                f"{server.host} is outside the domains of this file; if the provider's servers stand there,"
                f' say so: server_domains = ["{home}"]'
            )
        yield Problem(key=f"{at}.host", message=message)


def _username(at: str, server: Server) -> Iterator[Problem]:
    forms = (server.username, *server.username_also)
    if len(set(forms)) < len(forms):
        yield Problem(
            key=f"{at}.username_also", message=f"{server.host}:{server.port} has one form of name twice"
        )
    if not server.auth:
        yield Problem(
            key=f"{at}.auth", message=f"{server.host}:{server.port} takes no way of signing in; name one"
        )


def _in_the_clear(server: Server) -> bool:
    return server.security == "none" and not (
        is_ip_address(server.host) and ipaddress.ip_address(server.host).is_loopback
    )

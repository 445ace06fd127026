"""Mail servers that a domain publishes as SRV records (RFC 6186, RFC 8314 section 5)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from mailferry.catalog.discovery.asking import SourceError
from mailferry.catalog.discovery.dns import DnsUnavailableError, NoRecordsError, ServiceRecord
from mailferry.catalog.discovery.question import Question
from mailferry.model.account import Protocol, Security
from mailferry.model.address import Address, AddressError, domain_to_ascii
from mailferry.model.recommendation import RecommendedServer, SourceAnswer, fill_username


@dataclass(frozen=True)
class _Service:
    name: str
    protocol: Protocol
    security: Security
    ports: tuple[int, ...]  # its own, of those that are somebody's


# In order of preference: IMAP before POP3, TLS from the start before STARTTLS (RFC 8314 section 3).
_SERVICES = (
    _Service("_imaps", "imap", "tls", (993,)),
    _Service("_imap", "imap", "starttls", (143,)),
    _Service("_pop3s", "pop3", "tls", (995,)),
    _Service("_pop3", "pop3", "starttls", (110,)),
    _Service("_submissions", "smtp", "tls", (465,)),
    _Service("_submission", "smtp", "starttls", (587, 25)),  # small servers have one port for all mail
)
# Where FTP, SSH, Telnet, DNS, HTTP or another kind of mail is spoken, this kind is not.
_OWNED_PORTS = {21, 22, 23, 53, 80, *(port for service in _SERVICES for port in service.ports)}
_ASSUMED = (  # RFC 6186 section 4
    "SRV records do not say how to sign in; where nobody else does, it is with the address, or else with what"
    " stands before the @."
)
_MOST_RECORDS = 5  # of one service; who publishes more does not mean well


@dataclass(frozen=True, kw_only=True)
class _Published:
    """What a domain publishes about one service: servers that can be used, and why others cannot."""

    service: _Service
    servers: tuple[RecommendedServer, ...] = ()
    faults: tuple[str, ...] = ()
    refused: bool = False
    unknown: DnsUnavailableError | None = None


async def ask_srv(question: Question) -> SourceAnswer:
    """The servers that the domain publishes, by priority and within it by weight, the greatest first.

    RFC 2782 has clients draw lots by weight to spread the load; a recommendation is the same every time. A
    target of "." says that the service is not offered, and takes nothing away from the others. Raises
    SourceError when nothing is published that can be used, or when DNS is unavailable.
    """
    domain = question.address.domain
    published = await asyncio.gather(*(_published(question, service) for service in _SERVICES))
    servers = [server for each in published for server in each.servers]
    said = [fault for each in published for fault in each.faults]
    refused = [each.service.name for each in published if each.refused]
    if refused:
        said.append(f"{domain} says that it does not offer {_listing(refused)}.")
    unknown = [each for each in published if each.unknown]
    if not servers:
        raise _nothing(domain, said, unknown)
    outside = tuple(dict.fromkeys(server.host for server in servers if not _within(server.host, domain)))
    if outside:
        said.append(f"Outside {domain}, with nothing but DNS to vouch for it: {_listing(outside)}.")
    if unknown:
        names = _listing([each.service.name for each in unknown])
        said.append(f"Whether {domain} publishes {names} is not known. {unknown[0].unknown}")
    return SourceAnswer(
        source="srv",
        ok=True,
        incoming=tuple(server for server in servers if server.protocol != "smtp"),
        outgoing=tuple(server for server in servers if server.protocol == "smtp"),
        outside=outside,
        remarks=(*said, _ASSUMED),
    )


async def _published(question: Question, service: _Service) -> _Published:
    name = f"{service.name}._tcp.{question.address.domain}"
    try:
        records = await question.resolver.srv(name)
    except DnsUnavailableError as error:
        return _Published(service=service, unknown=error)
    except SourceError:
        return _Published(service=service)
    offered = [record for record in records if record.target]
    servers, faults = [], []
    for record in offered[:_MOST_RECORDS]:
        fault = _fault(record, service)
        if fault is None:
            servers.append(_server(record, service, question.address))
        else:
            faults.append(f"A {service.name} record is left out: {fault}.")
    if len(offered) > _MOST_RECORDS:
        faults.append(
            f"Of {len(offered)} {service.name} records, those after the first {_MOST_RECORDS} are left out."
        )
    return _Published(
        service=service,
        servers=tuple(dict.fromkeys(servers)),
        faults=tuple(dict.fromkeys(faults)),
        refused=not offered,
    )


def _fault(record: ServiceRecord, service: _Service) -> str | None:
    """Why a record cannot be used; None for one that can."""
    if not _is_host_name(record.target):
        return f"“{record.target[:80]}” is not the full name of a host"
    if record.port == 0:
        return f"it gives {record.target} the port 0"
    if record.port in _OWNED_PORTS and record.port not in service.ports:
        return f"port {record.port} of {record.target} is for something else"
    return None


def _server(record: ServiceRecord, service: _Service, address: Address) -> RecommendedServer:
    return RecommendedServer(
        protocol=service.protocol,
        host=record.target,
        port=record.port,
        security=service.security,
        username=fill_username("address", address),
        auth=("password",),
    )


def _nothing(domain: str, said: list[str], unknown: list[_Published]) -> SourceError:
    if said:
        return SourceError(
            " ".join([f"No SRV record of {domain} names a server that can be used.", *said[:3]])
        )
    if unknown:
        return DnsUnavailableError(str(unknown[0].unknown))
    return NoRecordsError(f"{domain} publishes no mail servers in DNS (SRV records).")


def _is_host_name(text: str) -> bool:
    try:
        labels = domain_to_ascii(text).split(".")
    except AddressError:
        return False
    return len(labels) > 1 and not labels[-1].isdigit()  # 192.0.2.1 has the form of a name and is none


def _within(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")


def _listing(names: list[str] | tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"

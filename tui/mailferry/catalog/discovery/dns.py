"""Questions to a name server. Whatever stands in a record was written by strangers."""

from __future__ import annotations

import asyncio
import ipaddress
import re
from dataclasses import dataclass, field
from typing import Any

import dns.asyncresolver
import dns.exception
import dns.message
import dns.name
import dns.resolver

from mailferry.catalog.discovery.asking import Announce, Asking, SourceError
from mailferry.model.address import AddressError, domain_to_ascii
from mailferry.model.problem import MailferryError
from mailferry.model.visible import visible

_TRY = 2.0  # seconds for one try at one server
_LIFETIME = 6.0  # seconds for one question, all tries; a source's own deadline may be shorter
_WITH_PORT = re.compile(r"(?:\[(?P<v6>.*)\]|(?P<v4>[^:]*))(?::(?P<port>[0-9]{1,5}))?")
_RESOLV_CONF = "/etc/resolv.conf"


class NoSuchDomainError(SourceError):
    """The name does not exist (NXDOMAIN)."""


class NoRecordsError(SourceError):
    """The name exists, but has no record of the type asked for."""


class DnsUnavailableError(SourceError):
    """DNS gave no answer that can be used, so nothing is known about the name."""


class NameServerError(DnsUnavailableError):
    """The name server itself is silent, cannot be reached or refuses, whatever name it is asked about."""


@dataclass(frozen=True, order=True)
class MailExchanger:
    """An MX record (RFC 5321 section 5.1), lowest preference first. In a null MX (RFC 7505) `host` is ""."""

    preference: int
    host: str


@dataclass(frozen=True)
class ServiceRecord:
    """An SRV record (RFC 2782).

    `target` is as DNS gives it, escapes written out, and may be no host name; it is "" for a service that
    is not offered.
    """

    priority: int
    weight: int
    port: int
    target: str


@dataclass(frozen=True, kw_only=True)
class Resolver:
    """Asks one name server, or the system's where `nameserver` is None.

    `nameserver` is “address” or “address:port”, an IPv6 address with a port in brackets. What has been
    answered is kept as long as the resolver lives, failures too, so make a new one for each look-up. A copy
    made with `dataclasses.replace` shares the answers and even questions under way. `announce` is called
    once for each question that leaves the machine.

    Every name is absolute: the system's search list is not used. All methods raise NoSuchDomainError,
    NoRecordsError, DnsUnavailableError, or SourceError for a name that cannot exist.
    """

    nameserver: str | None
    announce: Announce
    _questions: dict[tuple[str, str], _Shared] = field(default_factory=dict, repr=False, compare=False)
    _waiting: dict[tuple[str, str], str] = field(init=False, default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Raises MailferryError when the text is no name server's address."""
        if self.nameserver is not None:
            _address_and_port(self.nameserver)

    async def mx(self, domain: str) -> tuple[MailExchanger, ...]:
        """The domain's mail exchangers, in order of preference."""
        records = await self._ask(domain, "MX")
        return tuple(sorted(MailExchanger(each.preference, _host(each.exchange, domain)) for each in records))

    async def srv(self, name: str) -> tuple[ServiceRecord, ...]:
        """The servers of a service such as `_imaps._tcp.example.org`, by priority and then by weight."""
        found = [
            ServiceRecord(each.priority, each.weight, each.port, _text(each.target))
            for each in await self._ask(name, "SRV")
        ]
        return tuple(sorted(found, key=lambda each: (each.priority, -each.weight, each.target, each.port)))

    async def addresses(self, host: str) -> tuple[str, ...]:
        """The host's IPv4 and IPv6 addresses; one of the two kinds is enough."""
        answers = await asyncio.gather(self._addresses(host, "A"), self._addresses(host, "AAAA"))
        found = [address for answer in answers if not isinstance(answer, SourceError) for address in answer]
        if found:
            return tuple(found)
        errors = [answer for answer in answers if isinstance(answer, SourceError)]
        # What is unknown weighs more than “no records”: the host may well have an address of that kind.
        raise next((error for error in errors if not isinstance(error, NoRecordsError)), errors[0])

    async def cname(self, host: str) -> str | None:
        """The name that the host is an alias of; None where it is none."""
        try:
            records = await self._ask(host, "CNAME")
        except NoRecordsError:
            return None
        return _host(records[0].target, host)

    async def txt(self, name: str) -> tuple[str, ...]:
        """The name's texts, the parts of each joined, control characters written out."""
        return tuple(
            sorted(
                visible(b"".join(each.strings).decode("utf-8", "backslashreplace"))
                for each in await self._ask(name, "TXT")
            )
        )

    def silent(self) -> str | None:
        """The name server that still owes an answer to who asks by this copy; None where none does."""
        return next(iter(self._waiting.values()), None)

    async def _addresses(self, host: str, kind: str) -> tuple[str, ...] | SourceError:
        try:
            return tuple(each.address for each in await self._ask(host, kind))
        except SourceError as error:
            return error

    async def _ask(self, text: str, kind: str) -> tuple[Any, ...]:
        name = _askable(text)
        shared = self._questions.get((name, kind))
        if shared is None:
            engine, server = self._engine()
            self.announce(Asking(host=server, about=name))
            shared = _Shared(server, asyncio.create_task(_answer(engine, server, name, kind)))
            self._questions[name, kind] = shared
        self._waiting[name, kind] = shared.server
        try:
            outcome = await shared.outcome()
            self._waiting.pop((name, kind), None)  # it stays where a deadline ends the wait: it is the reason
        finally:
            if shared.given_up():
                self._questions.pop((name, kind), None)
        if isinstance(outcome, SourceError):
            raise outcome.with_traceback(None)  # it is raised again for each who asks
        return outcome

    def _engine(self) -> tuple[dns.asyncresolver.Resolver, str]:
        """dnspython's resolver, and what the server is called before people."""
        if self.nameserver is None:
            try:
                engine = dns.asyncresolver.Resolver(_RESOLV_CONF)
            except (dns.exception.DNSException, ValueError):
                raise DnsUnavailableError(
                    f"This machine names no usable name server in {_RESOLV_CONF}, so DNS cannot be asked."
                ) from None
            server = " or ".join(map(str, engine.nameservers))
        else:
            address, engine_port = _address_and_port(self.nameserver)
            engine = dns.asyncresolver.Resolver(configure=False)
            engine.nameservers = [address]
            engine.port = engine_port
            server = self.nameserver
        engine.timeout = _TRY
        engine.lifetime = _LIFETIME
        return engine, f"name server {server}"


class _Shared:
    """One question under way, for all who wait for its answer; it ends when nobody waits any more."""

    def __init__(self, server: str, task: asyncio.Task[tuple[Any, ...] | SourceError]) -> None:
        self.server = server
        self._task = task
        self._waiting = 0

    async def outcome(self) -> tuple[Any, ...] | SourceError:
        self._waiting += 1
        try:
            return await asyncio.shield(self._task)
        finally:
            self._waiting -= 1
            if not self._waiting:
                self._task.cancel()  # without effect once it is done

    def given_up(self) -> bool:
        return not self._waiting and (not self._task.done() or self._task.cancelled())


async def _answer(
    engine: dns.asyncresolver.Resolver, server: str, name: str, kind: str
) -> tuple[Any, ...] | SourceError:
    try:
        return tuple(await engine.resolve(f"{name}.", kind))  # absolute: no search list
    except dns.resolver.NXDOMAIN:
        return NoSuchDomainError(f"{name} does not exist in DNS.")
    except dns.resolver.NoAnswer:
        return NoRecordsError(f"{name} has no {kind} record in DNS.")
    except dns.resolver.LifetimeTimeout:
        return NameServerError(f"{_capital(server)} gave no usable answer within {_LIFETIME:g} seconds.")
    except dns.resolver.NoNameservers as error:
        _, over_tcp, _, why, _ = error.kwargs["errors"][-1]
        return _failure(_capital(server), name, why, over_tcp=over_tcp)
    except dns.exception.DNSException as error:
        return _failure(_capital(server), name, error, over_tcp=False)


def _failure(server: str, name: str, why: Exception | str, *, over_tcp: bool) -> DnsUnavailableError:
    """Why the last server asked gave no answer; `why` is what dnspython noted, or the response code."""
    match why:
        case "REFUSED":
            return NameServerError(f"{server} refuses to answer (REFUSED).")
        case OSError() if not over_tcp:
            return NameServerError(f"{server} cannot be reached ({_reason(why)}).")
        case OSError():
            said = f"answers about {name} in part only, and not at all over TCP ({_reason(why)})"
        case "SERVFAIL":
            said = f"could not find out about {name} (SERVFAIL)"
        case str():
            said = f"answers about {name} with the error {why}"
        case dns.message.ChainTooLong():
            return DnsUnavailableError(
                f"The aliases (CNAME) of {name} go round in circles or on without end."
            )
        case _:
            said = f"gives an answer about {name} that cannot be read"
    return DnsUnavailableError(f"{server} {said}.")


def _reason(error: OSError) -> str:
    return visible(error.strerror or type(error).__name__)


def _askable(text: str) -> str:
    try:
        name = domain_to_ascii(text)
        dns.name.from_text(f"{name}.")
    except (AddressError, dns.exception.DNSException):
        raise SourceError(f"“{visible(text[:80])}” cannot be a name in DNS, so nobody was asked.") from None
    return name


def _host(name: dns.name.Name, owner: str) -> str:
    text = _text(name)
    try:
        return domain_to_ascii(text) if text else ""
    except AddressError:
        raise SourceError(f"DNS names “{text[:80]}” for {owner}, which is no host name.") from None


def _text(name: dns.name.Name) -> str:
    """The name in printable ASCII; dnspython writes everything else out as escapes."""
    return "" if name == dns.name.root else name.to_text(omit_final_dot=True).lower()


def _address_and_port(text: str) -> tuple[str, int]:
    address, port = text, "53"
    if found := _WITH_PORT.fullmatch(text):
        address, port = found["v6"] or found["v4"], found["port"] or port
    try:
        ipaddress.ip_address(address)
        if not 0 < int(port) < 1 << 16:
            raise ValueError(port)
    except ValueError:
        raise MailferryError(
            f"config.toml: lookup.resolver: “{visible(text)}” is no name server's address; write an IP"
            ' address, like "192.0.2.53", "192.0.2.53:5353" or "[2001:db8::53]:5353"'
        ) from None
    return address, int(port)


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]

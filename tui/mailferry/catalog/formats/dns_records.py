"""The DNS records that the owner of a domain publishes, as lines of a zone file.

SRV records by RFC 6186 and RFC 8314 section 5.1, TXT and names of PACC and autoconfig.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailferry.catalog.formats.pacc_json import (
    PACC_DRAFT,
    PACC_HOST,
    PACC_RECORD,
    PaccError,
    pacc_digest,
    write_pacc,
)
from mailferry.model.address import AddressError, domain_to_ascii
from mailferry.model.problem import MailferryError
from mailferry.model.provider import IncomingServer, OfferedServer, Provider

_SERVICES = {
    ("imap", "tls"): "_imaps",
    ("imap", "starttls"): "_imap",
    ("pop3", "tls"): "_pop3s",
    ("pop3", "starttls"): "_pop3",
    ("smtp", "tls"): "_submissions",
    ("smtp", "starttls"): "_submission",
}
_STEP = 10
"""Between priorities, so that a record can be put between two later."""
_WEIGHT = 1
"""As in RFC 6186's examples. No two records share a priority here, so that weights decide nothing."""


def dns_records(provider: Provider) -> str:
    """The records for all domains of a provider, with comments that say what each is for.

    Priorities follow the order of the provider's file; a service without a server gets the target “.”, which
    says that it is not offered. Raises MailferryError for a provider without domains or with names that
    cannot stand in a zone.
    """
    if not provider.domains:
        raise MailferryError("the provider has no domains, so there is no zone to publish records in")
    lines = [f"; DNS records for {_comment(provider.name)}, to be added to the zones of its domains."]
    for text in provider.domains:
        domain = _name(text, "domain")
        lines += ["", f"; ---- {domain} ----", *_services(provider, domain)]
        lines += [*_exchangers(provider, domain), *_pacc(provider, domain), *_autoconfig(domain)]
    return "\n".join([*lines, ""])


def _services(provider: Provider, domain: str) -> Iterator[str]:
    yield "; Where mail programs read and send: RFC 6186, RFC 8314. The lowest first number is preferred."
    offered: dict[str, list[str]] = {service: [] for service in _SERVICES.values()}
    for servers in (provider.incoming, provider.outgoing):
        for rank, server in enumerate(servers):
            service = _SERVICES.get((_protocol(server), server.security))
            host = _name(server.host.replace("{domain}", domain), "host")
            if service is None:
                yield f"; {host}, port {server.port}, is left out: SRV records are for encrypted servers."
                continue
            offered[service].append(f"{rank * _STEP} {_WEIGHT} {server.port} {host}.")
    for service, records in offered.items():
        for record in records or ["0 0 0 ."]:
            note = "" if records else "  ; not offered"
            yield f"{service}._tcp.{domain}. IN SRV {record}{note}"


def _exchangers(provider: Provider, domain: str) -> Iterator[str]:
    """MX records, where the provider's file names the exchanger in full."""
    hosts = {server.host.replace("{domain}", domain) for server in (*provider.incoming, *provider.outgoing)}
    named = [_name(each, "mail exchanger") for each in provider.mx if each in hosts]
    if named:
        yield "; Where mail for the domain is delivered: RFC 5321 section 5.1."
    for rank, exchanger in enumerate(named, start=1):
        yield f"{domain}. IN MX {rank * _STEP} {exchanger}."
    if not named:
        yield (
            "; MX records stay as they are: the provider's file does not name its mail exchangers in full."
        )


def _pacc(provider: Provider, domain: str) -> Iterator[str]:
    try:
        document = write_pacc(provider).encode()
    except PaccError:
        return
    yield f"; PACC, a draft standard ({PACC_DRAFT}): the digest of the PACC document, to the byte."
    yield f'{PACC_RECORD}.{domain}. IN TXT "{pacc_digest(document)}"'
    yield "; The document's web server; put its name here and take the semicolon away:"
    yield f"; {PACC_HOST}.{domain}. IN CNAME www.{domain}."


def _autoconfig(domain: str) -> Iterator[str]:
    yield "; The web server with the autoconfig file; likewise:"
    yield f"; autoconfig.{domain}. IN CNAME www.{domain}."


def _protocol(server: OfferedServer) -> str:
    return server.protocol if isinstance(server, IncomingServer) else "smtp"


def _name(text: str, what: str) -> str:
    """A name in A-labels. `domain_to_ascii` lets nothing through that means something in a zone file."""
    try:
        return domain_to_ascii(text)
    except AddressError as error:
        raise MailferryError(f"this {what} cannot stand in a zone: {error}") from None


def _comment(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)

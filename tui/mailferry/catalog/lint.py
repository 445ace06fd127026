"""What a provider file that reads well may still have wrong: contradictions, and values without evidence."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

import msgspec

from mailferry.catalog.catalogue import Catalogue
from mailferry.model.account import Security
from mailferry.model.address import AddressError, domain_to_ascii
from mailferry.model.problem import Problem
from mailferry.model.provider import IncomingServer, OutgoingServer, Provider

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
_STALE_YEARS = 3


def lint_provider(
    provider_id: str, provider: Provider, catalogue: Catalogue, *, today: datetime.date | None = None
) -> tuple[Problem, ...]:
    """All that is doubtful about a provider's file, in the order in which such a file is written.

    Reads nothing but the catalogue. The age of evidence is measured against `today`, by default this day.
    """
    found = (
        *_status(provider, catalogue),
        *_domains(provider_id, provider, catalogue),
        *_servers(provider),
        *_sign_in(provider),
        *_evidence_there(provider_id, provider, catalogue),
        *_evidence(provider, today or datetime.datetime.now(tz=datetime.UTC).date()),
        *_old_hosts(provider),
        *_failures(provider),
    )
    return tuple(msgspec.structs.replace(problem, file=f"{provider_id}.toml") for problem in found)


def _status(provider: Provider, catalogue: Catalogue) -> Iterator[Problem]:
    if provider.status != "active" and not provider.notice:
        yield Problem(
            key="notice", message=f"a provider that is “{provider.status}” must say what to do instead"
        )
    if provider.status == "moved" and provider.successor is None:
        yield Problem(key="successor", message="missing; name the provider file that took over")
    if provider.successor is not None and provider.successor not in catalogue.ids():
        yield Problem(key="successor", message=f"there is no provider file “{provider.successor}”")
    has_servers = bool(provider.incoming or provider.outgoing)
    if has_servers and provider.status == "no-mail-programs":
        yield Problem(key="status", message="“no-mail-programs”, and yet servers are listed")
    if provider.status == "active":
        for role in ("incoming", "outgoing"):
            if not getattr(provider, role):
                yield Problem(key=role, message=f"missing; an active provider has an [[{role}]] server")


def _domains(provider_id: str, provider: Provider, catalogue: Catalogue) -> Iterator[Problem]:
    ids = catalogue.ids()
    seen = set()
    for written in provider.domains:
        try:
            domain = domain_to_ascii(written)
        except AddressError as error:
            yield Problem(key="domains", message=str(error))
            continue
        if domain in seen:
            yield Problem(key="domains", message=f"{domain} is listed twice")
        seen.add(domain)
        other = catalogue.find_domain(domain)
        if other is None or other == provider_id:
            continue
        if not (provider_id in ids and _own_over_shipped(catalogue, other, provider_id)):
            yield Problem(key="domains", message=f"{domain} is listed by {other}.toml as well")


def _own_over_shipped(catalogue: Catalogue, winner: str, loser: str) -> bool:
    return catalogue.origin(winner) != "shipped" and catalogue.origin(loser) == "shipped"


def _servers(provider: Provider) -> Iterator[Problem]:
    for role, servers in (("incoming", provider.incoming), ("outgoing", provider.outgoing)):
        for server in servers:
            if _explained(provider, server.port):
                continue
            where = f"{server.host}:{server.port}"
            spoken = _SPOKEN.get(server.port)
            if server.security == "none":
                message = f"{where} has no encryption; if the provider really says so, say it under doubts"
            elif spoken is not None and spoken != server.security:
                message = (
                    f"port {server.port} speaks “{spoken}” everywhere else, but {where} is given as"
                    f" “{server.security}”; if that is so, say it under doubts"
                )
            else:
                continue
            yield Problem(key=f"{role}.security", message=message)


def _explained(provider: Provider, port: int) -> bool:
    words = (*provider.doubts, *(evidence.source for evidence in provider.evidence))
    return any(re.search(rf"\b{port}\b", text) for text in words)


def _all_servers(provider: Provider) -> tuple[IncomingServer | OutgoingServer, ...]:
    return (*provider.incoming, *provider.outgoing)


def _sign_in(provider: Provider) -> Iterator[Problem]:
    sign_in = provider.sign_in
    for server in _all_servers(provider):
        if sign_in.oauth2 == "required" and set(server.auth) != {"oauth2"}:
            yield Problem(
                key="sign_in.oauth2",
                message=f"“required”, and yet {server.host}:{server.port} takes {', '.join(server.auth)}",
            )
        if sign_in.oauth2 == "no" and "oauth2" in server.auth:
            yield Problem(
                key="sign_in.oauth2", message=f"“no”, and yet {server.host}:{server.port} takes oauth2"
            )
    wants_app_password = sign_in.app_password == "required"  # noqa: S105  a word of the file format
    if wants_app_password and sign_in.app_password_url is None:
        yield Problem(key="sign_in.app_password_url", message="missing; where is the app password made?")
    if sign_in.oauth2 == "required" and provider.iphone.payload == "mail":
        yield Problem(
            key="iphone.payload", message="a mail profile carries passwords only, and sign-in needs oauth2"
        )


def _evidence_there(provider_id: str, provider: Provider, catalogue: Catalogue) -> Iterator[Problem]:
    # Who writes a file for oneself need not prove anything; who shares one must.
    for_oneself = provider_id in catalogue.ids() and catalogue.origin(provider_id) == "own"
    if not provider.evidence and not for_oneself:
        yield Problem(key="evidence", message="missing; say where the values come from")


def _evidence(provider: Provider, today: datetime.date) -> Iterator[Problem]:
    for evidence in provider.evidence:
        if evidence.read is not None:
            if evidence.read > today:
                yield Problem(key="evidence.read", message=f"{evidence.read} is still to come")
            elif (today - evidence.read).days > _STALE_YEARS * 365:
                yield Problem(
                    key="evidence.read",
                    message=f"“{evidence.source}” was read on {evidence.read}, over {_STALE_YEARS} years ago;"
                    " read it again",
                )
        for about in evidence.about:
            if about.split(".")[0] not in Provider.__struct_fields__:
                yield Problem(key="evidence.about", message=f"“{about}” is no part of a provider file")


def _old_hosts(provider: Provider) -> Iterator[Problem]:
    current = {server.host for server in _all_servers(provider)}
    for old in provider.old_host:
        if old.host in current:
            yield Problem(key="old_host.host", message=f"{old.host} is listed as a current server as well")
        if old.use not in current:
            yield Problem(key="old_host.use", message=f"{old.use} is not among the servers of this file")


def _failures(provider: Provider) -> Iterator[Problem]:
    for rule in provider.failure:
        try:
            re.compile(rule.matches)
        except re.error as error:
            yield Problem(
                key="failure.matches", message=f"“{rule.matches}” is no regular expression: {error}"
            )

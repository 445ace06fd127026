"""What the settings of an address should be, and who says so."""

from __future__ import annotations

from typing import Literal

import msgspec

from mailferry.model.account import AuthMethod, Protocol, Security
from mailferry.model.address import Address
from mailferry.model.failure import FailureRule
from mailferry.model.provider import Evidence, IPhone, OfferedServer, OldHost, Provider, SignIn, Status

How = Literal["own", "domain", "mx", "srv", "autoconfig", "ispdb", "guess", "none"]


class RecommendedServer(msgspec.Struct, frozen=True, kw_only=True):
    """A provider's server, written out for one address.

    `username` is None where the provider gives no form for it and the owner must be asked.
    """

    protocol: Protocol
    host: str
    port: int
    security: Security
    username: str | None
    auth: tuple[AuthMethod, ...]
    username_also: tuple[str, ...] = ()


class Recommendation(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of a look-up. With `how` "none" there are no servers, and none are invented."""

    address: str
    how: How
    provider: str | None = None
    name: str | None = None
    status: Status = "active"
    notice: str | None = None
    docs: str | None = None
    incoming: tuple[RecommendedServer, ...] = ()
    outgoing: tuple[RecommendedServer, ...] = ()
    sign_in: SignIn = SignIn()
    iphone: IPhone = IPhone()
    evidence: tuple[Evidence, ...] = ()
    doubts: tuple[str, ...] = ()
    old_hosts: tuple[OldHost, ...] = ()
    failures: tuple[FailureRule, ...] = ()
    warnings: tuple[str, ...] = ()

    def servers(self, role: Literal["incoming", "outgoing"]) -> tuple[RecommendedServer, ...]:
        """All servers recommended for reading or for sending, in order of preference."""
        return self.incoming if role == "incoming" else self.outgoing


def recommend(address: Address, provider_id: str, provider: Provider, how: How) -> Recommendation:
    """Write a provider's file out for one address: user names filled in, the rest as the file says."""
    warnings = []
    if provider.notice:
        warnings.append(provider.notice)
    if "+" in address.local:
        warnings.append(
            f"The part from “+” on is a tag; the name to sign in with is probably"
            f" {address.local.split('+')[0]}@{address.domain}."
        )
    return Recommendation(
        address=str(address),
        how=how,
        provider=provider_id,
        name=provider.name,
        status=provider.status,
        notice=provider.notice,
        docs=provider.docs,
        incoming=tuple(_written_out(server, server.protocol, address) for server in provider.incoming),
        outgoing=tuple(_written_out(server, "smtp", address) for server in provider.outgoing),
        sign_in=provider.sign_in,
        iphone=provider.iphone,
        evidence=provider.evidence,
        doubts=provider.doubts,
        old_hosts=provider.old_host,
        failures=provider.failure,
        warnings=tuple(warnings),
    )


def fill_username(form: str, address: Address) -> str | None:
    """A provider's form of user name for one address, without a plus-tag; None for "ask"."""
    if form == "ask":
        return None
    local = (
        address.local if address.local.startswith('"') else address.local.split("+", 1)[0] or address.local
    )
    if form == "address":
        return f"{local}@{address.domain}"
    if form == "local-part":
        return local
    return (
        form.replace("{address}", f"{local}@{address.domain}")
        .replace("{local}", local)
        .replace("{domain}", address.domain)
    )


def _written_out(server: OfferedServer, protocol: Protocol, address: Address) -> RecommendedServer:
    also = (fill_username(form, address) for form in server.username_also)
    return RecommendedServer(
        protocol=protocol,
        host=server.host,
        port=server.port,
        security=server.security,
        username=fill_username(server.username, address),
        auth=server.auth,
        username_also=tuple(name for name in also if name is not None),
    )

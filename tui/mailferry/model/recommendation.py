"""What the settings of an address should be, and who says so."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Literal

import msgspec

from mailferry.model.account import AuthMethod, Protocol, Quirk, Security
from mailferry.model.address import Address, AddressError, domain_to_ascii
from mailferry.model.failure import FailureRule
from mailferry.model.provider import (
    Evidence,
    IPhone,
    OfferedServer,
    OldHost,
    Provider,
    SignIn,
    Status,
    Translation,
)

How = Literal["own", "domain", "mx", "srv", "autoconfig", "ispdb", "guess", "none"]


class RecommendedServer(msgspec.Struct, frozen=True, kw_only=True):
    """A provider's server, written out for one address.

    `username` is None where the provider gives no form for it and the owner must be asked; `username_not`
    holds what then looks right and cannot be.
    """

    protocol: Protocol
    host: str
    port: int
    security: Security
    username: str | None
    auth: tuple[AuthMethod, ...]
    username_also: tuple[str, ...] = ()
    username_not: tuple[str, ...] = ()
    quirks: tuple[Quirk, ...] = ()


SourceName = Literal[
    "own",  # a provider file of the user's own
    "domain",  # a shipped provider file that lists the domain
    "mx",  # the domain's mail exchanger belongs to a listed provider
    "srv",  # RFC 6186 and RFC 8314
    "autoconfig",  # the domain's own autoconfig file, over HTTPS
    "ispdb",  # Thunderbird's database
    "pacc",  # draft-ietf-mailmaint-pacc
    "autodiscover",  # Microsoft's; recognised, never asked for servers
    "guess",  # usual names, tried because the user asked for it
    "tested",  # a test on this machine that signed in
]


class SourceAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What one source says about an address, or why it says nothing.

    `ok` tells whether the source had something to say. `error` is why not: a whole sentence. `asked` names
    the hosts that were asked. `provider` is a listed provider that the answer points to. `outside` holds
    hosts outside the address's domain that nothing but DNS vouches for. `remarks` are whole sentences.
    `url` is the address of the file that answered. `read` is the day of the answer, where it is not today.
    `no_mail` is set where DNS says that the domain takes no mail (RFC 7505). `seconds` is the time the source
    took.
    """

    source: SourceName
    ok: bool
    error: str | None = None
    asked: tuple[str, ...] = ()
    provider: str | None = None
    name: str | None = None
    docs: str | None = None
    url: str | None = None
    incoming: tuple[RecommendedServer, ...] = ()
    outgoing: tuple[RecommendedServer, ...] = ()
    outside: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    read: datetime.date | None = None
    no_mail: bool = False
    seconds: float = 0.0

    def servers(self, role: Literal["incoming", "outgoing"]) -> tuple[RecommendedServer, ...]:
        """The servers that the source names for reading or for sending, in its order of preference."""
        return self.incoming if role == "incoming" else self.outgoing


class Recommendation(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of a look-up. With `how` "none" there are no servers, and none are invented.

    `sources` is what each source said when they were asked, and `choice` a sentence that says why the
    recommendation follows the one it follows.
    """

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
    translations: Mapping[Literal["de", "fr", "es"], Translation] = msgspec.field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    sources: tuple[SourceAnswer, ...] = ()
    choice: str | None = None

    @property
    def takes_no_mail(self) -> bool:
        """Whether the domain says of itself in DNS that it takes no mail, so that guessing is of no use."""
        return any(answer.no_mail for answer in self.sources)

    def servers(self, role: Literal["incoming", "outgoing"]) -> tuple[RecommendedServer, ...]:
        """All servers recommended for reading or for sending, in order of preference."""
        return self.incoming if role == "incoming" else self.outgoing


def recommend(address: Address, provider_id: str, provider: Provider, how: How) -> Recommendation:
    """Write a provider's file out for one address: user names and hosts filled in, the rest as the file says.

    A server named after the domain of the address is left out where that domain is not the provider's own:
    its host would be a stranger's. A provider that only a person can name, having no domains and no mail
    exchangers, names its servers after its customers' domains.
    """
    tag = tag_warning(address)
    warnings = (*((provider.notice,) if provider.notice else ()), *((tag,) if tag else ()))
    served = serves_domain(provider, address.domain)
    fills_domain = served or not (provider.domains or provider.suffixes or provider.mx)
    own_form = None if served else provider.own_domain_username
    return Recommendation(
        address=str(address),
        how=how,
        provider=provider_id,
        name=provider.name,
        status=provider.status,
        notice=provider.notice,
        docs=provider.docs,
        incoming=tuple(
            _written_out(server, server.protocol, address, own_form)
            for server in provider.incoming
            if fills_domain or "{domain}" not in server.host
        ),
        outgoing=tuple(
            _written_out(server, "smtp", address, own_form)
            for server in provider.outgoing
            if fills_domain or "{domain}" not in server.host
        ),
        sign_in=provider.sign_in,
        iphone=provider.iphone,
        evidence=provider.evidence,
        doubts=provider.doubts,
        old_hosts=provider.old_host,
        failures=provider.failure,
        translations=provider.translations,
        warnings=warnings,
    )


def tag_warning(address: Address) -> str | None:
    """What to know of an address with a tag (`joe+shop`); None for one without."""
    untagged = fill_username("address", address)
    if untagged == str(address):
        return None
    return f"The part from “+” on is a tag; the name to sign in with is probably {untagged}."


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


def serves_domain(provider: Provider, domain: str) -> bool:
    """Whether a domain, in lower-case A-labels, is the provider's own and not a customer's."""
    if domain in provider.domains:
        return True  # nearly always, and a provider may list hundreds
    return domain in map(_ascii_domain, provider.domains) or any(
        domain.endswith("." + _ascii_domain(suffix)) for suffix in provider.suffixes
    )


def _ascii_domain(text: str) -> str:
    try:
        return domain_to_ascii(text)
    except AddressError:
        return text  # lint says that it is no domain


def _written_out(
    server: OfferedServer, protocol: Protocol, address: Address, own_form: str | None
) -> RecommendedServer:
    username = fill_username(own_form or server.username, address)
    also = () if own_form else (fill_username(form, address) for form in server.username_also)
    return RecommendedServer(
        protocol=protocol,
        host=server.host.replace("{domain}", address.domain),
        port=server.port,
        security=server.security,
        username=username,
        auth=server.auth,
        username_also=tuple(name for name in also if name is not None),
        username_not=(str(address), address.local) if own_form and username is None else (),
        quirks=server.quirks,
    )

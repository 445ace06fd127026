"""The text of an own provider file: from what a look-up found, or from an autoconfig file."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from mailferry.catalog.dated_doubts import dated
from mailferry.catalog.lint_servers import speaks_unusually
from mailferry.catalog.server_domains import Server, all_servers, stands_outside
from mailferry.model.address import Address, parse_address
from mailferry.model.host_name import registered_domain
from mailferry.model.problem import MailferryError
from mailferry.model.provider import Evidence, IncomingServer, IPhone, OutgoingServer, Provider
from mailferry.model.recommendation import Recommendation, RecommendedServer, fill_username
from mailferry.model.visible import visible
from mailferry.store.compose import compose

if TYPE_CHECKING:
    from mailferry.catalog.formats.published import Published

_PLACEHOLDERS = re.compile(r"\{(address|local|domain)\}")

S = TypeVar("S", IncomingServer, OutgoingServer)


class NothingToSaveError(MailferryError):
    """A look-up gave nothing that an own provider file could hold; the message says why."""


def found_provider(found: Recommendation, today: datetime.date) -> tuple[Provider, str]:
    """A provider for the domain of an address, of what a look-up found, and the comment to begin its file.

    User names become forms again (`address`, `local-part`), a name that is nobody else's becomes `ask`. What
    was doubtful stays so under `doubts`, with the day; a guess is called one in `notice`. Where servers
    outside the domain stand is answered in `server_domains`, except for those that nothing but DNS names:
    only a person can vouch for them, and lint asks for it.

    Raises NothingToSaveError when nothing was found, or when a provider file is followed already.
    """
    if found.provider is not None:
        raise NothingToSaveError(
            f"{found.address} follows the provider file {found.provider} ({found.name}); there is nothing to"
            " save."
        )
    if not found.incoming and not found.outgoing:
        raise NothingToSaveError(f"No server was found for {found.address}; there is nothing to save.")
    address = parse_address(found.address)
    provider = Provider(
        name=visible(found.name or address.domain),
        domains=(address.domain,),
        docs=found.docs,
        incoming=tuple(
            IncomingServer(
                protocol="pop3" if each.protocol == "pop3" else "imap",
                host=each.host,
                port=each.port,
                security=each.security,
                auth=each.auth,
                **_username(each, address),
            )
            for each in found.incoming
        ),
        outgoing=tuple(
            OutgoingServer(
                host=each.host,
                port=each.port,
                security=each.security,
                auth=each.auth,
                **_username(each, address),
            )
            for each in found.outgoing
        ),
        sign_in=found.sign_in,
        iphone=found.iphone,
        evidence=tuple(
            Evidence(source=visible(each.source), url=each.url, read=each.read or today, about=each.about)
            for each in found.evidence
        ),
        notice=_guessed(today) if found.how == "guess" else None,
        doubts=tuple(dated(visible(doubt), today) for doubt in (*_unvouched_doubts(found), *found.doubts)),
    )
    comment = " ".join((f"Found online on {today:%-d %B %Y}.", visible(found.choice or ""))).rstrip()
    return _answered(
        provider, _named_by_dns_alone(found)
    ), f"{comment}\nNobody has looked it over yet: correct what is wrong."


def autoconfig_provider(
    provider_id: str, file: Published, source: str, today: datetime.date
) -> tuple[Provider, str]:
    """A provider of an autoconfig file, and the comment to begin its own file.

    `source` names the autoconfig file; what could not be taken from it is kept as doubts.
    """
    provider = file.provider(provider_id)
    provider = msgspec.structs.replace(
        provider,
        incoming=tuple(map(_asked_if_fixed, provider.incoming)),
        outgoing=tuple(map(_asked_if_fixed, provider.outgoing)),
        evidence=(Evidence(source=visible(f"Autoconfig file {source}"), read=today),),
        doubts=file.remarks,
    )
    return _answered(provider), f"Read from the autoconfig file {visible(source)} on {today:%-d %B %Y}."


def provider_text(provider: Provider, comment: str) -> str:
    """A provider's file in full."""
    values: dict[str, Any] = msgspec.to_builtins(provider, builtin_types=(datetime.date,))
    said = {key: value for key, value in values.items() if value != {}}
    if provider.incoming:
        said["incoming"] = [{"protocol": each["protocol"], **each} for each in values["incoming"]]
    return compose({"schema": 1, **said}, comment=comment)


def _username(server: RecommendedServer, address: Address) -> dict[str, Any]:
    also = (_form(name, address) for name in server.username_also)
    form = "ask" if server.username is None else _form(server.username, address)
    return {
        "username": form,
        "username_also": tuple(dict.fromkeys(each for each in also if each not in (form, "ask"))),
    }


def _form(username: str, address: Address) -> str:
    """The form that gives this user name for this address; "ask" where no form does."""
    for form in ("address", "local-part"):
        if username == fill_username(form, address):
            return form
    local = fill_username("local-part", address) or address.local
    if "{" in username or "}" in username:
        return "ask"
    text = username
    for written, placeholder in (
        (f"{local}@{address.domain}", "{address}"),
        (address.domain, "{domain}"),
        (local, "{local}"),
    ):
        # a word of its own: “al” is no part of “mail-al”
        text = re.sub(rf"(?<![\w{{-]){re.escape(written)}(?![\w}}-])", placeholder, text)
    return text if _PLACEHOLDERS.search(text) else "ask"


def _asked_if_fixed(server: S) -> S:
    """A server whose user name is the same for everybody, as a file made for one person gives it."""
    known = server.username in ("address", "local-part", "ask") or _PLACEHOLDERS.search(server.username)
    return server if known else msgspec.structs.replace(server, username="ask")


def _named_by_dns_alone(found: Recommendation) -> tuple[str, ...]:
    """Hosts outside the domain that no source but SRV records names."""
    vouching = {
        server.host.lower()
        for answer in found.sources
        if answer.ok and answer.source in ("autoconfig", "pacc", "ispdb")
        for server in (*answer.incoming, *answer.outgoing)
    }
    used = {server.host.lower() for server in (*found.incoming, *found.outgoing)}
    outside = dict.fromkeys(host.lower() for answer in found.sources for host in answer.outside)
    return tuple(host for host in outside if host in used and host not in vouching)


def _unvouched_doubts(found: Recommendation) -> Iterator[str]:
    domain = found.address.rpartition("@")[2]
    for host in _named_by_dns_alone(found):
        yield (
            f"{visible(host)} lies outside {domain}, and nothing but SRV records in DNS names it; ask who"
            " runs the domain before signing in. If it is right, add its domain to server_domains."
        )


def _guessed(today: datetime.date) -> str:
    return (
        f"These servers were guessed on {today:%-d %B %Y}: they answered under usual names, and nobody who"
        " runs the domain has named them."
    )


def _answered(provider: Provider, unvouched: Collection[str] = ()) -> Provider:
    """The provider with an answer to what lint would ask of it, but for hosts that nobody vouches for."""
    oauth2 = ["oauth2" in server.auth for server in all_servers(provider)]
    only = all(set(server.auth) == {"oauth2"} for server in all_servers(provider))
    if only or any(oauth2):
        sign_in = msgspec.structs.replace(provider.sign_in, oauth2="required" if only else "offered")
        provider = msgspec.structs.replace(
            provider, sign_in=sign_in, iphone=IPhone(payload="none") if only else provider.iphone
        )
    outside = [server.host for server in all_servers(provider) if stands_outside(server, provider)]
    unconfirmed = {registered_domain(host) for host in unvouched}
    domains = dict.fromkeys(registered_domain(host) for host in outside)
    doubts = (doubt for server in all_servers(provider) for doubt in _port_doubts(server))
    notices = (provider.notice, _unencrypted(provider))
    return msgspec.structs.replace(
        provider,
        server_domains=tuple(domain for domain in domains if domain not in unconfirmed),
        notice=" ".join(filter(None, notices)) or None,
        doubts=tuple(dict.fromkeys((*provider.doubts, *doubts))),
    )


def _unencrypted(provider: Provider) -> str | None:
    """Which half of the mail is known without encryption alone."""
    does = (("reading", "mail"), ("sending", "what is sent"))
    plain = [
        words
        for words, servers in zip(does, (provider.incoming, provider.outgoing), strict=True)
        if servers and all(server.security == "none" for server in servers)
    ]
    if not plain:
        return None
    doing = " and ".join(doing for doing, _ in plain)
    what = "mail" if len(plain) > 1 else plain[0][1]
    return (
        f"For {doing}, no encrypted server is known: the password and {what} can be seen on the way. Use it"
        " on no network that you do not trust, and ask for an encrypted way."
    )


def _port_doubts(server: Server) -> Iterator[str]:
    if server.security == "none":
        yield f"{server.host} on port {server.port} is given without encryption."
    elif speaks_unusually(server):
        yield (
            f"{server.host} is given with “{server.security}” on port {server.port}, which is unusual;"
            " test it before you rely on it."
        )

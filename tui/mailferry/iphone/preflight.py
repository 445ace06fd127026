"""Before a profile is made: what it cannot carry, and what its owner should know."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from mailferry.iphone.plain import is_exact
from mailferry.iphone.provider_name import provider_name
from mailferry.model.account import Protocol
from mailferry.model.address import AddressError, domain_to_ascii
from mailferry.model.provider import Status
from mailferry.model.recommendation import Recommendation
from mailferry.model.settings import ROLES, ServerSettings, Settings

TLS_PORT: dict[Protocol, int] = {"imap": 993, "pop3": 995, "smtp": 465}
"""The one port per protocol on which iOS begins TLS at once; on every other it uses STARTTLS."""


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """Why a profile cannot carry an account, and what works instead; both whole sentences.

    `by_hand` tells whether typing the settings into the iPhone can still work.
    """

    why: str
    instead: str
    by_hand: bool


class Preflight(msgspec.Struct, frozen=True, kw_only=True):
    """No refusals: a profile can be made. Warnings are worth reading all the same."""

    refusals: tuple[Refusal, ...]
    warnings: tuple[str, ...]


def preflight(settings: Settings, recommendation: Recommendation) -> Preflight:
    """Look an account over before it goes into a profile."""
    refusals = tuple(_refusals(settings, recommendation))
    return Preflight(
        refusals=refusals,
        warnings=() if refusals else tuple(_warnings(settings, recommendation)),
    )


def _refusals(settings: Settings, recommendation: Recommendation) -> Iterator[Refusal]:
    impossible = _impossible(recommendation.status, _provider(recommendation))
    if impossible is not None:
        yield impossible
        return
    if recommendation.sign_in.oauth2 == "required" or "oauth2" in (
        settings.incoming.auth,
        settings.outgoing.auth,
    ):
        yield _web_sign_in(recommendation)
        return
    if recommendation.iphone.payload == "none":
        yield Refusal(
            why=f"A profile cannot set up {_provider(recommendation)} accounts.",
            instead=_button(recommendation) or "Set it up by hand; the sheet for this account has the steps.",
            by_hand=True,
        )
    for role in ROLES:
        server = settings.server(role)
        yield from _missing(server)
        yield from _unfit(server)
        yield from _port_contradicts_security(server)


def _impossible(status: Status, provider: str) -> Refusal | None:
    own_app = f"Install {provider}’s own app from the App Store, or use its web page."
    match status:
        case "retired":
            why, instead = f"{provider} no longer offers mail.", "Ask its owner for the new address."
        case "bridge-only":
            why, instead = (
                f"Mail programs reach {provider} only through its bridge on the same computer, and there is"
                " none for the iPhone.",
                own_app,
            )
        case "no-mail-programs":
            why, instead = f"{provider} cannot be used with mail programs, the iPhone’s included.", own_app
        case "active" | "moved":
            return None
    return Refusal(why=why, instead=instead, by_hand=False)


def _web_sign_in(recommendation: Recommendation) -> Refusal:
    provider = _provider(recommendation)
    return Refusal(
        why=f"{provider} wants a sign-in on its web page (OAuth 2), and a mail profile cannot do that.",
        instead=_button(recommendation) or f"Install {provider}’s own app from the App Store.",
        by_hand=False,
    )


def _button(recommendation: Recommendation) -> str | None:
    button = recommendation.iphone.add_account
    if button == "Other":
        return None
    return f"On the iPhone, tap “Add Account”, then “{button}”; the sheet for this account has the steps."


def _missing(server: ServerSettings) -> Iterator[Refusal]:
    needed = ["host", "port", "security", "auth"]
    if server.role == "incoming" or server.auth != "none":
        needed.append("username")
    for field in needed:
        if not getattr(server, field):
            yield Refusal(
                why=f"The {server.role} server has no {_FIELD_WORDS.get(field, field)}.",
                instead=f"Fill in {server.role}.{field}.",
                by_hand=True,
            )


_FIELD_WORDS = {"username": "user name", "host": "host name", "auth": "way to sign in"}


def _unfit(server: ServerSettings) -> Iterator[Refusal]:
    if server.host:
        try:
            domain_to_ascii(server.host)
        except AddressError as error:
            yield Refusal(
                why=f"The {server.role} server’s host is not a host name: {error}.",
                instead=f"Correct {server.role}.host.",
                by_hand=False,
            )
    if server.username and not is_exact(server.username):
        yield Refusal(
            why=f"The {server.role} user name has a character that does not belong there, or an outer blank.",
            instead=f"Type {server.role}.username anew.",
            by_hand=False,
        )


def _port_contradicts_security(server: ServerSettings) -> Iterator[Refusal]:
    tls_port = TLS_PORT[server.protocol]
    name = server.protocol.upper()
    if server.security is None or server.port is None:
        return
    if server.security == "tls" and server.port != tls_port:
        yield Refusal(
            why=f"{name} with TLS from the start on port {server.port}: an iPhone does that on port"
            f" {tls_port} only, on any other port it uses STARTTLS.",
            instead=f"Use port {tls_port}, or STARTTLS, if the server offers one of them.",
            by_hand=True,
        )
    if server.security != "tls" and server.port == tls_port:
        without = "STARTTLS" if server.security == "starttls" else "no TLS"
        yield Refusal(
            why=f"{name} with {without} on port {tls_port}: there an iPhone uses TLS from the start.",
            instead=f"Set {server.role}.security to tls, or use the port that goes with {without}.",
            by_hand=True,
        )


def _warnings(settings: Settings, recommendation: Recommendation) -> Iterator[str]:
    button = recommendation.iphone.add_account
    if button != "Other":
        yield f"The iPhone’s own “Add Account > {button}” is the simpler way; the sheet has the steps."
    if not settings.name:
        yield "No sender’s name: the iPhone will ask for it."
    sign_in = recommendation.sign_in
    where = f", made at {sign_in.app_password_url}" if sign_in.app_password_url else ""
    if sign_in.app_password == "required":  # noqa: S105  a word of the file format, not a password
        yield f"The iPhone will want an app-specific password{where}, not the account’s own."
    elif sign_in.app_password == "with-2fa":  # noqa: S105  as above
        yield f"With two-factor authentication the iPhone will want an app-specific password{where}."
    for role in ROLES:
        server = settings.server(role)
        if server.security == "none":
            yield f"No TLS to the {role} server: mail and password travel readable for others."
        if server.ca_file or server.fingerprint:
            yield (
                f"The {role} server’s certificate is a private one: the iPhone does not trust it until its CA"
                " is installed and switched on in Settings > General > About > Certificate Trust Settings."
            )
        if server.host and _is_this_computer(server.host):
            yield f"{server.host} is the computer itself: no iPhone can reach the {role} server there."


def _is_this_computer(host: str) -> bool:
    return host.lower().rstrip(".") == "localhost" or host.startswith("127.")


def _provider(recommendation: Recommendation) -> str:
    return provider_name(recommendation) or "The provider"

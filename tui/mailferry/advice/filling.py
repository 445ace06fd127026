"""What the placeholders in the failure book's texts stand for in one check."""

from __future__ import annotations

from mailferry.advice.situation import (
    answering_protocol,
    is_providers,
    offered_mechanisms,
    other_auth,
    recommended_of,
    username_of,
)
from mailferry.advice.words import provider_name, say_date, say_value
from mailferry.model.account import Account, Protocol
from mailferry.model.check import ServerCheck
from mailferry.model.recommendation import Recommendation, RecommendedServer
from mailferry.model.visible import visible

_LONGEST_VALUE = 200
_NAMES_SHOWN = 5
_FROM_THE_START: dict[Protocol, int] = {"imap": 993, "pop3": 995, "smtp": 465}
"""The ports for TLS from the start (RFC 8314 section 3)."""


def values(
    check: ServerCheck, recommendation: Recommendation, account: Account | None = None
) -> dict[str, str]:
    """What the placeholders stand for. What a server said of itself is made harmless and cut."""
    certificate = check.certificate
    server = recommended_of(check, recommendation)
    provided = is_providers(check, recommendation)
    runs = provider_name(recommendation) if provided else "whoever runs the server"
    web_page = "the provider's web page" if provided else "the server's web page (if it has one)"
    return {
        "host": harmless(check.host) if check.host else "the server",
        "port": str(check.port) if check.port else "the port",
        "username": harmless(username_of(check, recommendation, account) or "") or "your user name",
        "username_form": _username_form(server),
        "recommended_host": server.host if server is not None else "the one you were given",
        "recommended": _recommended(server),
        "other_way": _other_way(check, recommendation),
        "protocol": say_value("protocol", check.protocol),
        "answering": answering_protocol(check) or "another one",
        "provider": runs,
        "web_page": web_page,
        "names": _names(certificate.names) if certificate is not None else "other names",
        "not_after": say_date(certificate.not_after) if certificate is not None else "some day",
        "not_before": say_date(certificate.not_before) if certificate is not None else "some day",
        "issuer": harmless(certificate.issuer) if certificate is not None else "somebody unknown",
        "mechanisms": harmless(", ".join(offered_mechanisms(check))) or "nothing",
        "other_auth": other_auth(check, recommendation, account) or "password",
        "table": f"[{check.role}]",
        "app_password_url": recommendation.sign_in.app_password_url or f"on {web_page}",
    }


def _username_form(server: RecommendedServer | None) -> str:
    if server is not None and server.username_not:
        return "neither the address nor the part before the @ here, but the name that the provider gave you"
    return "usually the whole address"


def _recommended(server: RecommendedServer | None) -> str:
    if server is None:
        return "those that whoever runs the server gives"
    return f"the recommended ones ({server.host}, port {server.port})"


def _other_way(check: ServerCheck, recommendation: Recommendation) -> str:
    """Port and encryption that are recommended, or usual, where they are not those that were tested."""
    servers = [each for each in recommendation.servers(check.role) if each.protocol == check.protocol]
    ways = [(f"the recommended port {each.port}", each.port, each.security) for each in servers]
    usual = _FROM_THE_START[check.protocol]
    for port_words, port, security in (*ways, (f"port {usual}", usual, "tls")):
        if security != "none" and (port, security) != (check.port, check.security):
            return f"{say_value('security', security)} on {port_words}"
    return "the port and the encryption that whoever runs the server gives"


def _names(names: tuple[str, ...]) -> str:
    if not names:
        return "no name at all"
    shown = ", ".join(harmless(name) for name in names[:_NAMES_SHOWN])
    hidden = len(names) - _NAMES_SHOWN
    return f"{shown} and {hidden} more" if hidden > 0 else shown


def harmless(text: str) -> str:
    """What a server said of itself, fit for a terminal and not too long."""
    return visible(text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…")

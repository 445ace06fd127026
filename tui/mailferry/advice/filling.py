"""What the placeholders in the failure book's texts stand for in one check."""

from __future__ import annotations

from mailferry.advice.words import provider_name, say_date, say_value
from mailferry.model.check import ServerCheck
from mailferry.model.recommendation import Recommendation
from mailferry.model.visible import visible

_LONGEST_VALUE = 200
_NAMES_SHOWN = 5


def values(check: ServerCheck, recommendation: Recommendation) -> dict[str, str]:
    """What the placeholders stand for. What a server said of itself is made harmless and cut."""
    certificate = check.certificate
    server = next(
        (each for each in recommendation.servers(check.role) if each.protocol == check.protocol), None
    )
    return {
        "host": harmless(check.host) if check.host else "the server",
        "port": str(check.port) if check.port else "the port",
        "username": (server.username if server is not None else None) or "your user name",
        "recommended_host": server.host if server is not None else "the one your provider gives",
        "protocol": say_value("protocol", check.protocol),
        "provider": provider_name(recommendation),
        "names": _names(certificate.names) if certificate is not None else "other names",
        "not_after": say_date(certificate.not_after) if certificate is not None else "some day",
        "not_before": say_date(certificate.not_before) if certificate is not None else "some day",
        "issuer": harmless(certificate.issuer) if certificate is not None else "somebody unknown",
        "mechanisms": _mechanisms(check.capabilities) or "nothing",
        "app_password_url": recommendation.sign_in.app_password_url or "on the provider's account page",
    }


def _names(names: tuple[str, ...]) -> str:
    if not names:
        return "no name at all"
    shown = ", ".join(harmless(name) for name in names[:_NAMES_SHOWN])
    hidden = len(names) - _NAMES_SHOWN
    return f"{shown} and {hidden} more" if hidden > 0 else shown


def _mechanisms(capabilities: tuple[str, ...]) -> str:
    """The ways to sign in that a server offers: `AUTH=PLAIN` (IMAP) or `AUTH PLAIN LOGIN` (SMTP)."""
    offered: list[str] = []
    for capability in capabilities:
        head, _, rest = capability.upper().replace("=", " ", 1).partition(" ")
        if head in ("AUTH", "SASL"):
            offered += rest.split()
    return harmless(", ".join(dict.fromkeys(offered)))


def harmless(text: str) -> str:
    """What a server said of itself, fit for a terminal and not too long."""
    return visible(text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…")

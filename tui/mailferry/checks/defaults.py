"""Port and security where neither the account nor a recommendation says them."""

from __future__ import annotations

import msgspec

from mailferry.model.account import Protocol, Security
from mailferry.model.settings import ServerSettings

_STARTTLS_PORTS = (143, 110, 587, 25)
_PORTS: dict[tuple[Protocol, bool], int] = {
    ("imap", True): 993,
    ("imap", False): 143,
    ("pop3", True): 995,
    ("pop3", False): 110,
    ("smtp", True): 465,
    ("smtp", False): 587,
}
"""By protocol, and whether TLS runs from the start (RFC 8314 section 7)."""


def complete(settings: ServerSettings) -> ServerSettings:
    """Fill in what nobody says: TLS from the start (RFC 8314), unless the port is one for STARTTLS."""
    security: Security = settings.security or ("starttls" if settings.port in _STARTTLS_PORTS else "tls")
    port = settings.port or _PORTS[settings.protocol, security == "tls"]
    return msgspec.structs.replace(settings, security=security, port=port)

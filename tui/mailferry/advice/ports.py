"""How ports and encryption belong together."""

from __future__ import annotations

from typing import Literal

from mailferry.advice.names import same_host
from mailferry.advice.subject import Subject
from mailferry.advice.words import provider_name, say_value
from mailferry.model.account import Security
from mailferry.model.mail_port import usual_security

Part = Literal["host", "port", "security"]


def contradicts(subject: Subject, port: int | None, security: Security | None) -> bool:
    """Whether a port expects TLS from its first byte and the security does not, or the other way round.

    A program on this computer may listen as it likes, so nothing contradicts there.
    """
    if port is None or security is None or subject.on_this_computer:
        return False
    at_once = _speaks_tls_at_once(subject, port)
    return at_once is not None and at_once != (security == "tls")


def to_blame(subject: Subject) -> frozenset[Part]:
    """What is at fault when port and security contradict each other: whatever is not as recommended."""
    if not contradicts(subject, subject.port, subject.security):
        return frozenset()
    recommended = subject.recommended
    if recommended is None:
        return frozenset({"security"})
    blamed: set[Part] = set()
    if subject.port != recommended.port:
        blamed.add("port")
    if subject.security != recommended.security:
        blamed.add("security")
    return frozenset(blamed or {"host"})


def contradiction(subject: Subject, port: int) -> str:
    """Why the account's port and security cannot work together, in a sentence."""
    if _speaks_tls_at_once(subject, port):
        chosen = say_value("security", subject.security or "none")
        if usual_security(port) != "starttls":
            whose = (
                "nothing is set here, so it would be" if subject.own.security is None else "the settings say"
            )
            return f"Port {port} expects TLS from the start, and {whose} {chosen}."
        name = provider_name(subject.recommendation)
        return f"At {name} port {port} expects TLS from the start, unlike elsewhere, and not {chosen}."
    return f"Port {port} begins without TLS and upgrades by STARTTLS; TLS from the start cannot work there."


def _speaks_tls_at_once(subject: Subject, port: int) -> bool | None:
    """What the provider lists about a port counts, and what IANA assigned where it lists nothing."""
    here = [server for server in subject.listed if server.port == port]
    at_host = [server for server in here if same_host(server.host, subject.host)] or here
    kinds = {server.security == "tls" for server in at_host}
    if kinds:
        return kinds.pop() if len(kinds) == 1 else None
    usual = usual_security(port)
    return None if usual is None else usual == "tls"

"""Whose a port is, among the protocols of mail, and how it is encrypted."""

from __future__ import annotations

from mailferry.model.account import Protocol, Security

_OWNER: dict[int, Protocol] = {
    143: "imap",
    993: "imap",
    110: "pop3",
    995: "pop3",
    25: "smtp",
    465: "smtp",
    587: "smtp",
}


_TLS_FROM_THE_START = frozenset({993, 995, 465})
_UPGRADE = frozenset({143, 110, 587})


def port_owner(port: int) -> Protocol | None:
    """The protocol of mail that IANA assigned a port to; None for all other ports."""
    return _OWNER.get(port)


def usual_security(port: int) -> Security | None:
    """How a port of mail is encrypted (RFC 8314 section 3): TLS from the start, or by an upgrade.

    None for all others, and for 25, which servers use among themselves.
    """
    if port in _TLS_FROM_THE_START:
        return "tls"
    return "starttls" if port in _UPGRADE else None

"""Whose a port is, among the protocols of mail."""

from __future__ import annotations

from mailferry.model.account import Protocol

_OWNER: dict[int, Protocol] = {
    143: "imap",
    993: "imap",
    110: "pop3",
    995: "pop3",
    25: "smtp",
    465: "smtp",
    587: "smtp",
}


def port_owner(port: int) -> Protocol | None:
    """The protocol of mail that IANA assigned a port to; None for all other ports."""
    return _OWNER.get(port)

"""What a sandbox plays: its servers and the mailboxes behind them, as frozen values."""

from __future__ import annotations

import re

import msgspec

from mailferry.model.account import Port, Protocol, Security


class SandboxServer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One server, under the name and port that the world knows it by.

    `refuse`: words with which every sign-in is refused, the right password too; for SMTP they begin
    with the reply code. `listens` False: connections to it are refused.
    """

    host: str
    port: Port
    protocol: Protocol
    security: Security
    expired: bool = False
    refuse: str | None = None
    listens: bool = True

    def __post_init__(self) -> None:
        if self.refuse is not None and self.protocol == "smtp" and not re.match(r"[45]\d\d ", self.refuse):
            raise ValueError(f"an SMTP refusal begins with its code, like “535 5.7.8 …”, not “{self.refuse}”")


class SandboxMailbox(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A mailbox that every server of the scene lets in. `messages` are whole RFC 5322 texts.

    SMTP knows it by its address; IMAP and POP3 by its address and by `incoming_usernames`.
    """

    address: str
    password: str
    incoming_usernames: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"SandboxMailbox({self.address})"


class Scene(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that one sandbox plays. Host and port of a server are unique in it."""

    servers: tuple[SandboxServer, ...]
    mailboxes: tuple[SandboxMailbox, ...] = ()


class Listening(msgspec.Struct, frozen=True, kw_only=True):
    """What the serving process answers once it listens: where, and whom to trust."""

    connect_to: dict[str, str]
    ca_pem: str

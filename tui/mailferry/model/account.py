"""An account: one mailbox of one person, as its TOML file states it. Nothing is filled in here."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec

from mailferry.model.described import says

IncomingProtocol = Literal["imap", "pop3"]
Protocol = Literal["imap", "pop3", "smtp"]
Security = Literal["tls", "starttls", "none"]
AuthMethod = Literal["password", "cram-md5", "ntlm", "oauth2", "none"]
Role = Literal["incoming", "outgoing"]
Quirk = Literal["send-id", "no-initial-response"]
"""What a server wants otherwise than usual: to be told who asks before it opens the inbox (IMAP's ID,
RFC 2971); no SASL initial response although it offers SASL-IR."""
Port = Annotated[int, msgspec.Meta(ge=1, le=65535, description="TCP port")]


class PasswordSource(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """Where a password comes from. The password itself is never in the file."""

    source: Annotated[
        Literal["keyring", "command", "ask"],
        says("keyring: the desktop's password store; command: what a program prints; ask: asked each run"),
    ] = msgspec.field(name="from", default="keyring")
    command: Annotated[
        tuple[str, ...], says("The program and its arguments; the first line it prints is the password")
    ] = ()


class OwnServer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What an account states about a server. What is None follows the recommendation."""

    host: Annotated[str, says("Server name, without scheme or port")] | None = None
    port: Port | None = None
    security: (
        Annotated[Security, says("tls: from the start (993, 995, 465); starttls: upgrade (143, 110, 587)")]
        | None
    ) = None
    username: Annotated[str, says("The name to sign in with")] | None = None
    auth: Annotated[AuthMethod, says("How to sign in")] | None = None
    ca_file: Annotated[str, says("PEM file of a private CA, relative to the home folder")] | None = None
    fingerprint: Annotated[str, says("sha256:… of the one certificate to accept")] | None = None
    quirks: (
        Annotated[
            tuple[Quirk, ...],
            says(
                "What this server wants otherwise than others; send-id: IMAP's ID before the inbox opens;"
                " no-initial-response: no SASL-IR although it is offered"
            ),
        ]
        | None
    ) = None


class OwnIncoming(OwnServer, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The server that mail is read from."""

    protocol: Annotated[IncomingProtocol, says("imap keeps mail on the server; pop3 fetches it")] | None = (
        None
    )


class OwnOutgoing(OwnServer, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The SMTP server that mail is sent through."""

    password: Annotated[PasswordSource, says("Only where it differs from the incoming one")] | None = None


class Accepted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A deviation from the recommendation that the user stands by, until a date or for good."""

    reason: Annotated[str, says("Why this differs")]
    value: (
        Annotated[
            str | int,
            says("The value stood by, any other being reported; a host that looks like a slip needs it"),
        ]
        | None
    ) = None
    until: Annotated[datetime.date, says("From the day after, the deviation is reported again")] | None = None


class OwnIphone(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """How the account is known on an iPhone. All but `remove_on` is written by mailferry when it exports."""

    identifier: (
        Annotated[
            str,
            says("PayloadIdentifier of the account's profile; a new profile replaces the one that has it"),
        ]
        | None
    ) = None
    uuid: Annotated[str, says("PayloadUUID of the account's profile")] | None = None
    tested: Annotated[datetime.date, says("Day of the test that profile and sheet name")] | None = None
    tested_as: (
        Annotated[str, says("Digest of the settings that passed that test; with others it counts no longer")]
        | None
    ) = None
    remove_on: (
        Annotated[
            datetime.date, says("Day on which the account's profile vanishes from the iPhone, with its mail")
        ]
        | None
    ) = None


class Account(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One mailbox of one person. Only `address` is needed."""

    address: Annotated[str, says("The mail address")]
    schema: Annotated[Literal[1], says("Version of this file's form")] = 1
    name: Annotated[str, says("The sender's name")] | None = None
    label: Annotated[str, says("What mailferry and the phone call the account")] | None = None
    person: Annotated[str, says("Whose account it is; accounts are grouped by person")] | None = None
    provider: Annotated[str, says("Provider file to follow; left out: found from the address")] | None = None
    tags: tuple[str, ...] = ()
    incoming: OwnIncoming = OwnIncoming()
    outgoing: OwnOutgoing = OwnOutgoing()
    password: PasswordSource | None = None
    iphone: OwnIphone = OwnIphone()
    accepted: Annotated[
        Mapping[str, Accepted], says("Deviations stood by, by setting path (“incoming.port”)")
    ] = msgspec.field(default_factory=dict)

    def server(self, role: Role) -> OwnIncoming | OwnOutgoing:
        """What the account states about one of its two servers."""
        return self.incoming if role == "incoming" else self.outgoing

    def password_source(self, role: Role) -> PasswordSource:
        """Where the password for a server comes from; the outgoing one defaults to the incoming one."""
        if role == "outgoing" and self.outgoing.password is not None:
            return self.outgoing.password
        return self.password or PasswordSource()

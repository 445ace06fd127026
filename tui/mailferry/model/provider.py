"""A provider: who runs the mail servers, as its TOML file says it, with evidence."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec

from mailferry.model.account import AuthMethod, IncomingProtocol, Port, Quirk, Security
from mailferry.model.described import says
from mailferry.model.failure import FailureRule

Status = Literal["active", "moved", "retired", "bridge-only", "no-mail-programs"]
AddAccount = Literal["iCloud", "Microsoft Exchange", "Google", "Yahoo", "AOL", "Outlook.com", "Other"]


class OfferedServer(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """A server that the provider offers."""

    host: Annotated[
        str, says("{domain} in it stands for the domain of the address, one of the provider's own")
    ]
    port: Port
    security: Security
    username: Annotated[str, says("address | local-part | ask, or text with {address} {local} {domain}")] = (
        "address"
    )
    username_also: Annotated[
        tuple[str, ...], says("Other forms of the user name that the provider accepts")
    ] = ()
    auth: Annotated[tuple[AuthMethod, ...], says("In order of preference")] = ("password",)
    quirks: Annotated[
        tuple[Quirk, ...],
        says(
            "What this server wants otherwise than others; send-id: IMAP's ID before the inbox opens;"
            " no-initial-response: no SASL-IR although it is offered"
        ),
    ] = ()


class IncomingServer(
    OfferedServer, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """A server for reading mail."""

    protocol: IncomingProtocol


class OutgoingServer(
    OfferedServer, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """An SMTP server for sending mail."""


class SignIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """How one gets in, and what must be done first."""

    app_password: Annotated[
        Literal["required", "with-2fa", "no", "unknown"],
        says("Whether a mail program needs an app-specific password instead of the account's own"),
    ] = "unknown"  # noqa: S105  a word of the file format, not a password
    app_password_url: Annotated[str, says("Where it is made")] | None = None
    oauth2: Annotated[
        Literal["required", "offered", "no"], says("Whether sign-in by web page is needed or possible")
    ] = "no"
    password_until: (
        Annotated[
            datetime.date,
            says(
                "Where sign-in by password is ending: the last day on which servers take one from everybody"
            ),
        ]
        | None
    ) = None
    before: Annotated[tuple[str, ...], says("Steps before the first sign-in, in order")] = ()
    note: Annotated[str, says("Why password sign-in cannot work, or what to know about it")] | None = None


class IPhone(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """How the account gets onto an iPhone."""

    add_account: Annotated[AddAccount, says("The button under Add Account")] = "Other"
    payload: Annotated[
        Literal["mail", "exchange", "google", "none"], says("What a configuration profile can carry")
    ] = "mail"
    note: Annotated[str, says("What to know before choosing")] | None = None


class Translation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a sheet says of the provider, in another language. What is left out is given in English."""

    before: Annotated[tuple[str, ...], says("The steps of sign_in.before")] = ()
    sign_in_note: Annotated[str, says("sign_in.note")] | None = None
    iphone_note: Annotated[str, says("iphone.note")] | None = None
    notice: str | None = None


class Evidence(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where a recommended value comes from."""

    source: str
    url: str | None = None
    read: datetime.date | None = None
    about: Annotated[tuple[str, ...], says("Setting paths or tables it supports; left out: all")] = ()


class OldHost(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A host name that was right once, or that the web wrongly gives, and what to use now."""

    host: str
    use: Annotated[str, says("The host to use instead")]
    why: str


class Provider(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Who runs the mail servers of some domains."""

    name: str
    schema: Annotated[Literal[1], says("Version of this file's form")] = 1
    status: Annotated[
        Status,
        says(
            "active; moved: another provider runs it now; retired: mail has ended; bridge-only: through a"
            " program of the provider's on the same computer; no-mail-programs: in the provider's own apps"
        ),
    ] = "active"
    successor: Annotated[str, says("Provider file that took over")] | None = None
    notice: Annotated[str, says("What everybody with such an address must know first")] | None = None
    domains: tuple[str, ...] = ()
    suffixes: Annotated[
        tuple[str, ...], says("Domains that end in one of these, at a dot, are the provider's as well")
    ] = ()
    mx: Annotated[tuple[str, ...], says("Suffixes of mail exchangers, matched at a dot, longest first")] = ()
    server_domains: Annotated[
        tuple[str, ...], says("Other domains of the provider's in which its servers stand")
    ] = ()
    own_domain_username: (
        Annotated[
            str, says("Form of user name for an address at a customer's own domain, where it is another one")
        ]
        | None
    ) = None
    docs: Annotated[str, says("The provider's own page about these settings")] | None = None
    incoming: Annotated[
        tuple[IncomingServer, ...], says("The first is the recommendation, all are valid")
    ] = ()
    outgoing: Annotated[
        tuple[OutgoingServer, ...], says("The first is the recommendation, all are valid")
    ] = ()
    sign_in: SignIn = SignIn()
    iphone: IPhone = IPhone()
    evidence: tuple[Evidence, ...] = ()
    doubts: Annotated[tuple[str, ...], says("What is contradicted or not proven, in plain sentences")] = ()
    old_host: tuple[OldHost, ...] = ()
    failure: tuple[FailureRule, ...] = ()
    translations: Annotated[
        Mapping[Literal["de", "fr", "es"], Translation], says("What sheets say, by language")
    ] = msgspec.field(default_factory=dict)

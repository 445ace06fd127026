"""What a profile says, whoever made it: who signed it, its accounts, what else is in it, and what to know."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Literal

import msgspec

from mailferry.iphone.reading.warning import DANGERS, FATAL, SIGNATURE_DOUBTS, ReadWarning
from mailferry.iphone.signer import Signer
from mailferry.model.account import AuthMethod, Protocol, Role, Security
from mailferry.model.secret import Secret

AccountType = Literal["mail", "exchange", "google"]


class ReadServer(msgspec.Struct, frozen=True, kw_only=True):
    """A server as the profile states it; None for what it does not say, or says in no known word.

    `security` is what an iPhone will do there. It is None where TLS is demanded and no port is named, so that
    the iPhone tries several.
    """

    protocol: Protocol
    host: str | None
    port: int | None
    use_ssl: bool | None
    security: Security | None
    username: str | None
    auth: AuthMethod | None


class ReadAccount(msgspec.Struct, frozen=True, kw_only=True):
    """One payload that sets up a mailbox.

    `payload` is its place in the profile, from 0. `host`, `username` and `oauth` are Exchange's, which has no
    servers by protocol. `passwords` are those that stand in the file, by the server that they are for; the
    outgoing one only where it has its own.
    """

    type: AccountType
    payload: int
    address: str | None
    name: str | None = None
    label: str | None = None
    incoming: ReadServer | None = None
    outgoing: ReadServer | None = None
    host: str | None = None
    username: str | None = None
    oauth: bool = False
    passwords: Mapping[Role, Secret] = msgspec.field(default_factory=dict)

    @property
    def password_inside(self) -> bool:
        """Whether a password for the account stands in the file."""
        return bool(self.passwords)

    def server(self, role: Role) -> ReadServer | None:
        """One of the account's two servers."""
        return self.incoming if role == "incoming" else self.outgoing


class ReadCertificate(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate in a profile. `authority` tells whether it can vouch for others. Times are in UTC."""

    name: str
    issuer: str
    not_before: datetime.datetime
    not_after: datetime.datetime
    fingerprint: str
    authority: bool
    der: bytes


class OtherPayload(msgspec.Struct, frozen=True, kw_only=True):
    """A payload that sets up no mailbox: what it is, in plain words that go on “It also has …”."""

    type: str
    payload: int
    what: str
    name: str | None = None
    host: str | None = None
    username: str | None = None
    certificate: ReadCertificate | None = None


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """Who signed the file. `signer` is None where that cannot be told; `problem` is a whole sentence."""

    signer: Signer | None
    intact: bool
    problem: str | None


class ProfileReport(msgspec.Struct, frozen=True, kw_only=True):
    """A profile, read. `signature` is None for one that is not signed; the strings are as they stand in it.

    `kind` is its PayloadType: “Configuration”, or “Profile Service” for one that enrols the device.
    """

    kind: str | None
    identifier: str | None
    uuid: str | None
    display_name: str | None
    organization: str | None
    description: str | None
    signature: Signature | None
    removal_date: datetime.datetime | None
    removal_disallowed: bool
    consent: Mapping[str, str]
    accounts: tuple[ReadAccount, ...]
    other_payloads: tuple[OtherPayload, ...]
    warnings: tuple[ReadWarning, ...]

    @property
    def signature_doubt(self) -> ReadWarning | None:
        """That the signature does not hold: the file was changed since, or the signer has no say today."""
        return next((each for each in self.warnings if each.code in SIGNATURE_DOUBTS), None)

    @property
    def dangers(self) -> tuple[ReadWarning, ...]:
        """What gives a stranger a hold on the device itself."""
        return tuple(each for each in self.warnings if each.code in DANGERS)

    @property
    def faults(self) -> tuple[ReadWarning, ...]:
        """For what an iPhone refuses the file."""
        return tuple(each for each in self.warnings if each.code in FATAL)

    @property
    def remarks(self) -> tuple[ReadWarning, ...]:
        """What else there is to know."""
        graver = FATAL | DANGERS | SIGNATURE_DOUBTS
        return tuple(each for each in self.warnings if each.code not in graver)

    @property
    def installs(self) -> bool:
        """Whether nothing is known for which an iPhone would refuse the file."""
        return not self.faults

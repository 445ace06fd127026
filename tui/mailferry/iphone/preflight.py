"""Before a profile is made: would an iPhone take the account, and what will it show and ask?

Everything is said as remarks; their words are in languages/*/preflight.toml.
"""

from __future__ import annotations

import datetime
import ipaddress
from collections.abc import Iterator

import msgspec

from mailferry.iphone.account import PhoneAccount
from mailferry.iphone.certificate_payload import certificate_name
from mailferry.iphone.passwords import password_inside, passwords_asked
from mailferry.iphone.payload_kind import PayloadKind, payload_kind
from mailferry.iphone.provider_name import provider_name
from mailferry.iphone.refusals import refusals
from mailferry.iphone.remark import Remark
from mailferry.iphone.signer import Signer
from mailferry.model.settings import ROLES, ServerSettings

_STILL_BY_HAND = frozenset(
    {
        "no-payload",
        "missing",
        "tls-port",
        "starttls-port",
        "bad-certificate",
        "bad-password",
        "bad-identity",
        "removal-passed",
    }
)
"""Refusals of the profile, not of the account: its settings can still be typed into the iPhone."""

_OWN_NETWORK_ENDINGS = (".local", ".lan", ".home", ".internal", ".intranet", ".localdomain", ".home.arpa")


class Preflight(msgspec.Struct, frozen=True, kw_only=True):
    """No refusals: a profile can be made. Warnings are worth reading all the same.

    `shown` is what the iPhone will show and ask while the profile is installed, in its order.
    """

    kind: PayloadKind
    refusals: tuple[Remark, ...]
    warnings: tuple[Remark, ...]
    shown: tuple[Remark, ...]

    @property
    def by_hand(self) -> bool:
        """Whether typing the settings into the iPhone can work: they sign in with a password."""
        return self.kind == "mail" and all(refusal.code in _STILL_BY_HAND for refusal in self.refusals)


def preflight(
    account: PhoneAccount,
    *,
    now: datetime.datetime,
    signer: Signer | None = None,
    consent: bool = False,
    remove_on: datetime.date | None = None,
) -> Preflight:
    """Look an account over before it goes into a profile.

    `now` is in UTC. `consent` tells whether the profile has a text to agree to; `remove_on` is the day on
    which it vanishes (`profile.removal_day`), whatever the account wishes for a profile of its own.
    """
    found = (*refusals(account), *_removal_passed(remove_on, now))
    kind = payload_kind(account)
    if found:
        return Preflight(kind=kind, refusals=found, warnings=(), shown=())
    return Preflight(
        kind=kind,
        refusals=(),
        warnings=tuple(_warnings(account, kind, remove_on)),
        shown=tuple(_shown(account, kind, signer, now, consent=consent)),
    )


def removal_moment(day: datetime.date) -> datetime.datetime:
    """When a profile vanishes that is to do so on a day: as the day begins, in UTC."""
    return datetime.datetime.combine(day, datetime.time(), datetime.UTC)


def _removal_passed(day: datetime.date | None, now: datetime.datetime) -> Iterator[Remark]:
    if day is not None and removal_moment(day) <= now:
        yield Remark(code="removal-passed", facts={"day": day.isoformat()})


def _warnings(account: PhoneAccount, kind: PayloadKind, remove_on: datetime.date | None) -> Iterator[Remark]:
    settings, recommendation = account.settings, account.recommendation
    button = recommendation.iphone.add_account
    if button != "Other":
        yield Remark(code="built-in-simpler", facts={"button": button})
    if kind == "mail":
        yield from _mail_warnings(account)
    else:
        yield Remark(code="web-sign-in-afterwards", facts={"provider": provider_name(recommendation) or ""})
    if account.certificates or any(settings.server(role).ca_file for role in ROLES):
        yield Remark(code="private-authority", facts=_authority(account))
    if remove_on is not None:
        yield Remark(code="removed-on", facts={"day": remove_on.isoformat()})


def _mail_warnings(account: PhoneAccount) -> Iterator[Remark]:
    settings, sign_in = account.settings, account.recommendation.sign_in
    if not settings.name:
        yield Remark(code="no-name")
    made_at = {"url": sign_in.app_password_url or ""}
    if sign_in.app_password == "required":  # noqa: S105  a word of the file format, not a password
        yield Remark(code="app-password", facts=made_at)
    elif sign_in.app_password == "with-2fa":  # noqa: S105  as above
        yield Remark(code="app-password-with-2fa", facts=made_at)
    if any(password_inside(account, role) for role in ROLES):
        yield Remark(code="password-inside")
    if settings.incoming.protocol == "pop3":
        yield Remark(code="pop-deletes", role="incoming")
    for role in ROLES:
        yield from _server_warnings(settings.server(role))


def _server_warnings(server: ServerSettings) -> Iterator[Remark]:
    if server.security == "none":
        yield Remark(code="without-tls", role=server.role)
    if server.fingerprint and not server.ca_file:
        yield Remark(code="pinned-certificate", role=server.role)
    host = (server.host or "").lower().rstrip(".")
    if _is_this_computer(host):
        yield Remark(code="this-computer", role=server.role, facts={"host": host})
    elif _is_in_own_network(host):
        yield Remark(code="own-network", role=server.role, facts={"host": host})


def _is_this_computer(host: str) -> bool:
    address = _ip_address(host)
    if address is not None:
        return address.is_loopback or address.is_unspecified
    return host == "localhost" or host.endswith(".localhost")


def _is_in_own_network(host: str) -> bool:
    """An address that is not on the internet (RFC 1918, 3927, 4193), or a name that only a router knows."""
    address = _ip_address(host)
    if address is not None:
        return not address.is_global
    return "." not in host or host.endswith(_OWN_NETWORK_ENDINGS)


def _ip_address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _shown(
    account: PhoneAccount,
    kind: PayloadKind,
    signer: Signer | None,
    now: datetime.datetime,
    *,
    consent: bool,
) -> Iterator[Remark]:
    yield _signature(signer, now)
    yield Remark(code="asks-passcode")
    if consent:
        yield Remark(code="consent")
    if account.certificates:
        yield Remark(code="root-certificate", facts=_authority(account))
    if kind == "mail":
        if not account.settings.name:
            yield Remark(code="asks-name")
        asked = passwords_asked(account)
        if len(asked) == 2:
            yield Remark(code="asks-password-for-each-server")
        elif asked:
            yield Remark(code="asks-password-once")
        else:
            yield Remark(code="asks-no-password")
    else:
        yield Remark(code="asks-web-sign-in", facts={"provider": provider_name(account.recommendation) or ""})
    if account.certificates:
        yield Remark(code="certificate-trust", facts=_authority(account))


def _authority(account: PhoneAccount) -> dict[str, str]:
    """What the private authorities call themselves, as the iPhone shows it; "" where none came along."""
    return {"authority": ", ".join(authorities(account))}


def authorities(account: PhoneAccount) -> tuple[str, ...]:
    """The names of the certificates that come along, each once. Raises CertificateError."""
    return tuple(dict.fromkeys(map(certificate_name, account.certificates)))


def _signature(signer: Signer | None, now: datetime.datetime) -> Remark:
    if signer is None:
        return Remark(code="not-signed")
    if signer.not_after < now:
        day = signer.not_after.date().isoformat()
        return Remark(code="signature-expired", facts={"signer": signer.name, "day": day})
    if signer.trusted and signer.in_date(now):
        return Remark(code="verified", facts={"signer": signer.name})
    return Remark(code="not-verified", facts={"signer": signer.name})

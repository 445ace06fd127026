"""Every value of an account, in the order and under the labels of the iPhone's own screens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from mailferry.iphone.plain import plain
from mailferry.model.account import AuthMethod, Security
from mailferry.model.settings import ServerSettings, Settings

_AUTHENTICATION: dict[AuthMethod, str] = {
    "password": "Password",
    "cram-md5": "MD5 Challenge-Response",
    "ntlm": "NTLM",
    "none": "None",
    "oauth2": "Sign-in on a web page (OAuth 2)",
}
_SECURITY: dict[Security, str] = {"tls": "TLS from the start", "starttls": "STARTTLS", "none": "none"}


class Row(msgspec.Struct, frozen=True):
    """One line of a screen: its label, and what belongs there.

    `how`: typed exactly so, chosen among what the iPhone offers, or a hint at what only the owner knows.
    """

    label: str
    value: str
    how: Literal["typed", "chosen", "hint"] = "typed"


class Screens(msgspec.Struct, frozen=True, kw_only=True):
    """The values for the screens of “Other > Add Mail Account”, and all of them once more for reference.

    The iPhone asks for `incoming` and `outgoing` at once, for the `…_port` rows only afterwards.
    """

    new_account: tuple[Row, ...]
    kind: str
    incoming: tuple[Row, ...]
    outgoing: tuple[Row, ...]
    incoming_port: tuple[Row, ...]
    outgoing_port: tuple[Row, ...]
    reference: tuple[Row, ...]


def screens(settings: Settings, *, password: str, provider: str) -> Screens:
    """Lay an account out for the screens; `password` are the words for the password to type."""
    address = plain(settings.address)
    return Screens(
        new_account=(
            Row("Name", plain(settings.name or ""))
            if settings.name
            else Row("Name", "your own name", "hint"),
            Row("Email", address),
            Row("Password", password, "hint"),
            Row("Description", plain(settings.label) or address),
        ),
        kind=_kind(settings.incoming),
        incoming=tuple(_sign_in_rows(settings.incoming, password, provider)),
        outgoing=tuple(_sign_in_rows(settings.outgoing, password, provider)),
        incoming_port=tuple(_port_rows(settings.incoming, provider)),
        outgoing_port=tuple(_port_rows(settings.outgoing, provider)),
        reference=(
            Row("Address", address),
            *_reference_rows(settings.incoming, _kind(settings.incoming), provider),
            *_reference_rows(settings.outgoing, "SMTP", provider),
        ),
    )


def _kind(server: ServerSettings) -> str:
    return "POP" if server.protocol == "pop3" else "IMAP"


def _sign_in_rows(server: ServerSettings, password: str, provider: str) -> Iterator[Row]:
    yield _known("Host Name", server.host, provider)
    if server.role == "outgoing" and server.auth == "none":
        yield Row("User Name", "leave empty", "hint")
        yield Row("Password", "leave empty", "hint")
        return
    yield _known("User Name", server.username, provider)
    yield Row("Password", password, "hint")


def _port_rows(server: ServerSettings, provider: str) -> Iterator[Row]:
    yield Row("Use SSL", "off" if server.security == "none" else "on", "chosen")
    yield Row("Authentication", _AUTHENTICATION[server.auth or "password"], "chosen")
    yield _known("Server Port", server.port, provider)


def _reference_rows(server: ServerSettings, kind: str, provider: str) -> Iterator[Row]:
    yield _known(f"{kind} server", server.host, provider)
    yield _known(f"{kind} port", server.port, provider)
    yield Row(f"{kind} security", _SECURITY[server.security] if server.security else "not known", "chosen")
    if server.auth != "none":
        yield _known(f"{kind} user name", server.username, provider)
    yield Row(f"{kind} sign-in", _AUTHENTICATION[server.auth] if server.auth else "not known", "chosen")


def _known(label: str, value: str | int | None, provider: str) -> Row:
    if value in (None, ""):
        return Row(label, f"ask {provider}", "hint")
    return Row(label, plain(str(value)))

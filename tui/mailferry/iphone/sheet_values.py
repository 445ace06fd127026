"""Every value of an account, in the order and under the labels of the iPhone's own screens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

import msgspec

from mailferry.iphone.plain import plain
from mailferry.model.account import AuthMethod
from mailferry.model.settings import ServerSettings, Settings

_AUTHENTICATION: dict[AuthMethod, str] = {
    "password": "Password",
    "cram-md5": "MD5 Challenge-Response",
    "ntlm": "NTLM",
    "none": "None",
}

Words = Callable[[str], str]
"""Small words in the sheet's language by their name: “your-name”, “ask”."""
LabelWords = Callable[[str], str]
"""A label of the iPhone in the sheet's language by its English name."""


class Row(msgspec.Struct, frozen=True):
    """One line of a screen: its English label, and what belongs there in the words of the sheet's language.

    `how`: typed exactly so, chosen among what the iPhone offers, a switch that is on or off, or a hint at
    what only the owner knows.
    """

    label: str
    value: str
    how: Literal["typed", "chosen", "on", "off", "hint"] = "typed"


class ServerReference(msgspec.Struct, frozen=True):
    """All values of one server, for whoever helps. The labels are the names of messages: server, port, …"""

    kind: str
    rows: tuple[Row, ...]


class Screens(msgspec.Struct, frozen=True, kw_only=True):
    """The values for the screens of “Other > Add Mail Account”, and all of them once more for reference.

    The iPhone asks for `incoming` and `outgoing` at once, for the `…_port` rows only afterwards.
    """

    new_account: tuple[Row, ...]
    kind: Literal["IMAP", "POP"]
    incoming: tuple[Row, ...]
    outgoing: tuple[Row, ...]
    incoming_port: tuple[Row, ...]
    outgoing_port: tuple[Row, ...]
    reference: tuple[ServerReference, ...]


def screens(settings: Settings, *, password: str, words: Words, label: LabelWords) -> Screens:
    """Lay an account out for the screens; `password` are the words for the password to type."""
    address = plain(settings.address)
    kind: Literal["IMAP", "POP"] = "POP" if settings.incoming.protocol == "pop3" else "IMAP"
    filled = _Filled(password, words, label)
    return Screens(
        new_account=(
            Row("Name", plain(settings.name)) if settings.name else Row("Name", words("your-name"), "hint"),
            Row("Email", address),
            Row("Password", password, "hint"),
            Row("Description", plain(settings.label) or address),
        ),
        kind=kind,
        incoming=tuple(filled.sign_in(settings.incoming)),
        outgoing=tuple(filled.sign_in(settings.outgoing)),
        incoming_port=tuple(filled.port(settings.incoming)),
        outgoing_port=tuple(filled.port(settings.outgoing)),
        reference=(
            ServerReference(kind, tuple(filled.reference(settings.incoming))),
            ServerReference("SMTP", tuple(filled.reference(settings.outgoing))),
        ),
    )


class _Filled(msgspec.Struct, frozen=True):
    """The rows of one language."""

    password: str
    words: Words
    label: LabelWords

    def sign_in(self, server: ServerSettings) -> Iterator[Row]:
        yield self._known("Host Name", server.host)
        if server.role == "outgoing" and server.auth == "none":
            yield Row("User Name", self.words("leave-empty"), "hint")
            yield Row("Password", self.words("leave-empty"), "hint")
            return
        yield self._known("User Name", server.username)
        yield Row("Password", self.password, "hint")

    def port(self, server: ServerSettings) -> Iterator[Row]:
        switch: Literal["on", "off"] = "off" if server.security == "none" else "on"
        yield Row("Use SSL", self.words(switch), switch)
        yield Row("Authentication", self._authentication(server.auth or "password"), "chosen")
        yield self._known("Server Port", server.port)

    def reference(self, server: ServerSettings) -> Iterator[Row]:
        yield self._known("server", server.host)
        yield self._known("port", server.port)
        security = server.security or "not-known"
        yield Row("security", "STARTTLS" if security == "starttls" else self.words(security), "chosen")
        if server.auth != "none":
            yield self._known("username", server.username)
        sign_in = self._authentication(server.auth) if server.auth else self.words("not-known")
        yield Row("sign-in", sign_in, "chosen")

    def _authentication(self, auth: AuthMethod) -> str:
        return self.words("web-sign-in") if auth == "oauth2" else self.label(_AUTHENTICATION[auth])

    def _known(self, label: str, value: str | int | None) -> Row:
        if value in (None, ""):
            return Row(label, self.words("ask"), "hint")
        return Row(label, plain(str(value)))

"""One server section of an autoconfig file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from mailferry.catalog.formats.placeholders import form_of
from mailferry.catalog.formats.plain_text import plain
from mailferry.model.account import AuthMethod, Protocol, Security
from mailferry.model.address import AddressError, domain_to_ascii
from mailferry.model.host_name import is_ip_address
from mailferry.model.problem import MailferryError
from mailferry.model.provider import IncomingServer, OutgoingServer

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_MOST = 16
"""Servers of a kind that are read; nobody has as many."""

_PROTOCOLS: dict[tuple[str, str], Protocol] = {
    ("incomingServer", "imap"): "imap",
    ("incomingServer", "pop3"): "pop3",
    ("outgoingServer", "smtp"): "smtp",
}
_OTHERS = {
    "exchange": "Exchange",
    "ews": "Exchange Web Services",
    "activesync": "Exchange ActiveSync",
    "graph": "Microsoft Graph",
    "owa": "Outlook on the web",
    "jmap": "JMAP",
}
_SECURITY: dict[str, Security] = {"ssl": "tls", "tls": "tls", "starttls": "starttls", "plain": "none"}
_AUTH: dict[str, AuthMethod] = {
    "password-cleartext": "password",
    "plain": "password",  # version 1.0's word, and SASL's
    "login": "password",
    "password-encrypted": "cram-md5",
    "secure": "cram-md5",  # version 1.0's word
    "cram-md5": "cram-md5",
    "ntlm": "ntlm",
    "oauth2": "oauth2",
    "oauth": "oauth2",
    "oauthbearer": "oauth2",
    "xoauth2": "oauth2",
    "none": "none",
    "client-ip-address": "none",
}


class UnusableError(MailferryError):
    """Why a server cannot be used; words that follow a colon."""


class ServerReader:
    """Collects the servers of a file, each once, and remarks on those that cannot be used."""

    def __init__(self, domain: str | None) -> None:
        """`domain` is the address's, for host names made of it; None where there is no address yet."""
        self.incoming: list[IncomingServer] = []
        self.outgoing: list[OutgoingServer] = []
        self.remarks: list[str] = []
        self._domain = domain
        self._seen = set[tuple[Protocol, str, int, Security]]()

    def read(self, element: Element) -> None:
        """Take a server section; other elements are passed over."""
        if element.tag not in ("incomingServer", "outgoingServer"):
            return
        kind = element.get("type", "").strip().lower()
        protocol = _PROTOCOLS.get((element.tag, kind))
        if protocol is None:
            name = _OTHERS.get(kind, f"“{plain(kind, 30)}”")
            self.remarks.append(f"The file also names a server for {name}, which mailferry does not use.")
            return
        try:
            self._take(element, protocol)
        except UnusableError as error:
            self.remarks.append(f"One {protocol.upper()} server was left out: {error}.")

    def _take(self, element: Element, protocol: Protocol) -> None:
        host = self._host(element)
        port = _port(element)
        security = _security(element)
        username = _username(element)
        auth = self._auth(element, host)
        key = (protocol, host, port, security)
        if key in self._seen:
            raise UnusableError(f"{host}, port {port}, is listed twice")
        servers: list[IncomingServer] | list[OutgoingServer] = (
            self.outgoing if protocol == "smtp" else self.incoming
        )
        if len(servers) == _MOST:
            raise UnusableError(f"the file lists more than {_MOST}")
        self._seen.add(key)
        if protocol == "smtp":
            self.outgoing.append(
                OutgoingServer(host=host, port=port, security=security, username=username, auth=auth)
            )
        else:
            self.incoming.append(
                IncomingServer(
                    protocol=protocol, host=host, port=port, security=security, username=username, auth=auth
                )
            )

    def _host(self, element: Element) -> str:
        """The host; without an address, its domain stays the placeholder of provider files."""
        text = _part(element, "hostname")
        if "%EMAILDOMAIN%" not in text or "{" in text:
            return host_name(text)
        if self._domain is not None:
            return host_name(text.replace("%EMAILDOMAIN%", self._domain))
        host_name(text.replace("%EMAILDOMAIN%", "example.org"))
        return text.lower().replace("%emaildomain%", "{domain}")

    def _auth(self, element: Element, host: str) -> tuple[AuthMethod, ...]:
        stated = [plain(each.text, 40) for each in element.findall("authentication")]
        if not stated:
            self.remarks.append(f"The file does not say how to sign in at {host}; a password is assumed.")
            return ("password",)
        unknown = [each for each in stated if each.lower() not in _AUTH]
        known = tuple(dict.fromkeys(_AUTH[each.lower()] for each in stated if each.lower() in _AUTH))
        if not known:
            raise UnusableError(f"{host} wants to be signed in to with {' or '.join(unknown)}")
        if unknown:
            self.remarks.append(f"{host} also takes {' and '.join(unknown)}, which mailferry does not use.")
        return known


def host_name(text: str) -> str:
    """A full host name in A-labels. Raises UnusableError for any other."""
    try:
        host = domain_to_ascii(text)
    except AddressError:
        raise UnusableError(f"“{plain(text, 60)}” is no host name") from None
    if "." not in host or is_ip_address(host):
        raise UnusableError(f"“{plain(text, 60)}” is no full host name")
    return host


def _part(element: Element, tag: Literal["hostname", "port", "socketType"]) -> str:
    text = (element.findtext(tag) or "").strip()
    if not text:
        raise UnusableError(f"it has no {tag}")
    return text


def _port(element: Element) -> int:
    text = _part(element, "port")
    if not (text.isascii() and text.isdecimal() and len(text) <= 5 and 0 < int(text) < 65536):
        raise UnusableError(f"“{plain(text, 20)}” is no port")
    return int(text)


def _security(element: Element) -> Security:
    text = _part(element, "socketType")
    if text.lower() not in _SECURITY:
        raise UnusableError(f"“{plain(text, 20)}” is no kind of encryption that is known")
    return _SECURITY[text.lower()]


def _username(element: Element) -> str:
    """The form of the user name; the file may leave it out, and then the owner must be asked."""
    text = (element.findtext("username") or "").strip()
    form = form_of(text) if text else "ask"
    if form is None or not text.isprintable() or len(text) > 200:
        raise UnusableError(f"its user name “{plain(text, 60)}” cannot be understood")
    return form

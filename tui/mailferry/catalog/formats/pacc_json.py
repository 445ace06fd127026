"""The configuration document of PACC, a draft standard: draft-ietf-mailmaint-pacc-03.

The document names hosts only: every server listens on its usual port with TLS from the start (993, 995,
465), and everybody signs in with the whole address. A SHA-256 digest of the document stands in the DNS.
"""

from __future__ import annotations

import base64
import hashlib
import json
from typing import TYPE_CHECKING

import msgspec

from mailferry.catalog.formats.autoconfig_server import UnusableError, host_name
from mailferry.catalog.formats.plain_text import plain, web_address
from mailferry.catalog.formats.published import Published
from mailferry.model.problem import MailferryError
from mailferry.model.provider import IncomingServer, OutgoingServer, Provider

if TYPE_CHECKING:
    from mailferry.model.account import AuthMethod, IncomingProtocol

PACC_DRAFT = "draft-ietf-mailmaint-pacc-03"
"""The draft that is written and read; it can change before it is a standard."""

PACC_HOST = "ua-auto-config"
"""The document is at https://ua-auto-config.DOMAIN/PACC_PATH."""
PACC_PATH = ".well-known/user-agent-configuration.json"
PACC_RECORD = "_ua-auto-config"
"""The TXT record with the digest is at this name below the domain."""

_PORTS = {"imap": 993, "pop3": 995, "submit": 465}
_INCOMING: tuple[IncomingProtocol, ...] = ("imap", "pop3")


class PaccError(MailferryError):
    """The data is no PACC document, or names no server; the message goes on after a colon."""


class _Host(msgspec.Struct, frozen=True):
    host: str


class _Protocols(msgspec.Struct, frozen=True):
    imap: _Host | None = None
    pop3: _Host | None = None
    submit: _Host | None = None
    smtp: _Host | None = None  # what `submit` was called up to version 02 of the draft


class _Issuer(msgspec.Struct, frozen=True):
    issuer: str


class _Authentication(msgspec.Struct, frozen=True):
    password: bool = False
    oauth: _Issuer | None = msgspec.field(name="oauth-public", default=None)


class _Provider(msgspec.Struct, frozen=True):
    name: str | None = None


class _Help(msgspec.Struct, frozen=True):
    documentation: str | None = None


class _Info(msgspec.Struct, frozen=True):
    provider: _Provider = _Provider()
    help: _Help = _Help()


class _Document(msgspec.Struct, frozen=True):
    protocols: _Protocols
    authentication: _Authentication
    info: _Info = _Info()


def read_pacc(data: bytes) -> Published:
    """Read a document. Raises PaccError."""
    try:
        document = msgspec.json.decode(data, type=_Document)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PaccError(f"it is no PACC document ({plain(str(error))})") from None
    auth = _auth(document.authentication)
    hosts = document.protocols
    remarks: list[str] = []
    incoming: list[IncomingServer] = []
    for protocol in _INCOMING:
        host = _usable(getattr(hosts, protocol), protocol.upper(), remarks)
        if host is not None:
            port = _PORTS[protocol]
            incoming.append(
                IncomingServer(protocol=protocol, host=host, port=port, security="tls", auth=auth)
            )
    host = _usable(hosts.submit or hosts.smtp, "SMTP", remarks)
    outgoing = (
        () if host is None else (OutgoingServer(host=host, port=_PORTS["submit"], security="tls", auth=auth),)
    )
    if not incoming and not outgoing:
        why = "; ".join(remark.rstrip(".") for remark in remarks)
        raise PaccError(f"it names no mail server that can be used{why and ' ('}{why}{why and ')'}")
    return Published(
        name=plain(document.info.provider.name) or None,
        docs=web_address(document.info.help.documentation),
        incoming=tuple(incoming),
        outgoing=outgoing,
        remarks=tuple(remarks),
    )


def write_pacc(provider: Provider) -> str:
    """The document for a provider, to be served byte for byte: the digest in the DNS is over its bytes.

    What it cannot say is left out; `pacc_gaps` tells. Raises PaccError if nothing is left.
    """
    protocols: dict[str, dict[str, str]] = {}
    for name, server in _sayable(provider):
        protocols.setdefault(name, {"host": server.host.removesuffix(".")})
    if not protocols:
        raise PaccError(
            "PACC cannot describe this provider: it has no server with TLS from the start on its usual port"
            " (993, 995, 465)"
        )
    methods = {method for _, server in _sayable(provider) for method in server.auth}
    if not methods - {"oauth2", "none"}:
        raise PaccError(
            "PACC cannot describe this provider: people sign in by web page (OAuth) there, for which the"
            " document has to name the issuer, and a provider file does not hold that"
        )
    info: dict[str, object] = {"provider": {"name": provider.name}}
    if provider.docs:
        info["help"] = {"documentation": provider.docs}
    document = {
        "protocols": protocols,
        "authentication": {"password": True},
        "info": info,
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def pacc_gaps(provider: Provider) -> tuple[str, ...]:
    """What the document cannot say of this provider, in whole sentences."""
    servers = (*provider.incoming, *provider.outgoing)
    said = [server for _, server in _sayable(provider)]
    gaps = [
        f"{server.host}, port {server.port}, is left out: PACC knows one server of a kind, with TLS from the"
        " start on its usual port (993, 995, 465)."
        for server in servers
        if server not in said
    ]
    if provider.outgoing and not any(isinstance(server, OutgoingServer) for server in said):
        gaps.append(
            "Nothing for sending stands in it. If the provider sends on port 465 as well, add that"
            " [[outgoing]] server to its file."
        )
    if provider.incoming and not any(isinstance(server, IncomingServer) for server in said):
        gaps.append(
            "Nothing for reading stands in it. If the provider has port 993 as well, add that"
            " [[incoming]] server to its file."
        )
    if any(server.username != "address" for server in said):
        gaps.append("PACC has everybody sign in with the whole address, which this provider does not.")
    if any("oauth2" in server.auth for server in said):
        gaps.append("Sign-in by web page (OAuth) is left out: the document would have to name its issuer.")
    return tuple(gaps)


def pacc_digest(document: bytes) -> str:
    """The text of the TXT record that goes with a document."""
    digest = base64.b64encode(hashlib.sha256(document).digest()).decode("ascii")
    return f"v=UAAC1; a=sha256; d={digest}"


def vouches(record: str, document: bytes) -> bool:
    """Whether a TXT record holds the digest of a document; order and blanks are free, other tags ignored."""
    tags = {
        name.strip().lower(): value.strip()
        for name, equals, value in (tag.partition("=") for tag in record.split(";"))
        if equals
    }
    if tags.get("v", "").upper() != "UAAC1" or tags.get("a", "").lower() != "sha256":
        return False
    try:
        stated = base64.b64decode(tags.get("d", ""), validate=True)
    except ValueError:
        return False
    return stated == hashlib.sha256(document).digest()


def _sayable(provider: Provider) -> list[tuple[str, IncomingServer | OutgoingServer]]:
    """The servers that the document can name, the first of each protocol, with PACC's name for it."""
    named: dict[str, IncomingServer | OutgoingServer] = {}
    servers: list[tuple[str, IncomingServer | OutgoingServer]] = [
        *((server.protocol, server) for server in provider.incoming),
        *(("submit", server) for server in provider.outgoing),
    ]
    for name, server in servers:
        if server.security == "tls" and server.port == _PORTS[name] and "{domain}" not in server.host:
            named.setdefault(name, server)
    return list(named.items())


def _usable(stated: _Host | None, protocol: str, remarks: list[str]) -> str | None:
    if stated is None:
        return None
    try:
        return host_name(stated.host)
    except UnusableError as error:
        remarks.append(f"The {protocol} server was left out: {error}.")
        return None


def _auth(stated: _Authentication) -> tuple[AuthMethod, ...]:
    methods: list[AuthMethod] = []
    if stated.password:
        methods.append("password")  # first, because the document has no order and a password needs no browser
    if stated.oauth is not None:
        methods.append("oauth2")
    if not methods:
        raise PaccError("it names no way of signing in")
    return tuple(methods)

"""One server of a mail payload: what an iPhone will do with it, and what is worth knowing."""

from __future__ import annotations

from typing import Literal

from mailferry.iphone.reading.keys import Keys
from mailferry.iphone.reading.quoting import quoted
from mailferry.iphone.reading.report import ReadServer
from mailferry.iphone.reading.warning import Notes
from mailferry.iphone.refusals import TLS_PORT
from mailferry.model.account import AuthMethod, Protocol, Security
from mailferry.model.address import AddressError, domain_to_ascii
from mailferry.model.host_name import is_ip_address
from mailferry.model.mail_port import port_owner

Which = Literal["Incoming", "Outgoing"]

_AUTH: dict[str, AuthMethod] = {
    "EmailAuthPassword": "password",
    "EmailAuthCRAMMD5": "cram-md5",
    "EmailAuthNTLM": "ntlm",
    "EmailAuthNone": "none",
}
_STARTTLS_PORTS = frozenset({25, 587, 143, 110})
"""Where STARTTLS is what everybody expects; 2525 and the like are somebody's own."""


def security_on_phone(protocol: Protocol, port: int | None, use_ssl: bool | None) -> Security | None:
    """What an iPhone does: `UseSSL` demands TLS or does not, and the port alone decides which kind.

    None for an outgoing server without a port where TLS is demanded: the iPhone tries 25, 587 and 465.
    (Read out of iOS's Message framework; Apple's schema has no word on it.)
    """
    if not use_ssl:
        return "none"
    if port is None:
        return None if protocol == "smtp" else "tls"
    return "tls" if port == TLS_PORT[protocol] else "starttls"


def read_server(keys: Keys, which: Which, protocol: Protocol, notes: Notes) -> ReadServer:
    """The server in the `…MailServer…` keys of one direction, with what is to be said of it."""
    prefix = f"{which}MailServer"
    port = keys.number(f"{prefix}PortNumber")
    use_ssl = keys.switch(f"{prefix}UseSSL")
    auth = keys.text(f"{prefix}Authentication")
    server = ReadServer(
        protocol=protocol,
        host=keys.text(f"{prefix}HostName"),
        port=port if port is not None and 0 < port < 65536 else None,
        use_ssl=use_ssl,
        security=security_on_phone(protocol, port, use_ssl),
        username=keys.text(f"{prefix}Username"),
        auth=_AUTH.get(auth) if auth else None,
    )
    name = f"The {which.lower()} server"
    _look_at_host(name, server, keys, notes)
    if port is None:
        _say_port_missing(name, protocol, keys, notes)
    elif server.port is None:
        notes.say("bad-port", f"{name}’s port is {port}; ports go from 1 to 65535.", keys.payload)
    else:
        _look_at_port(name, server, server.port, keys, notes)
    _look_at_tls(name, f"{prefix}UseSSL", server, keys, notes)
    _look_at_sign_in(name, auth, server, keys, notes)
    return server


def _look_at_host(name: str, server: ReadServer, keys: Keys, notes: Notes) -> None:
    if server.host is None or is_ip_address(server.host.strip("[]")):
        return
    try:
        domain_to_ascii(server.host)
    except AddressError:
        notes.say("bad-host", f"{name} is {quoted(server.host)}, which is no host name.", keys.payload)


def _say_port_missing(name: str, protocol: Protocol, keys: Keys, notes: Notes) -> None:
    tries = (
        "tries 25, 587 and 465, in this order"
        if protocol == "smtp"
        else f"takes the usual one of {protocol.upper()}"
    )
    notes.say("port-missing", f"{name} has no port: the iPhone {tries}.", keys.payload)


def _look_at_port(name: str, server: ReadServer, port: int, keys: Keys, notes: Notes) -> None:
    owner = port_owner(port)
    if owner is not None and owner != server.protocol:
        notes.say(
            "foreign-port",
            f"{name} speaks {server.protocol.upper()}, but {port} is the port of {owner.upper()}.",
            keys.payload,
        )
    elif server.security == "starttls" and port not in _STARTTLS_PORTS:
        notes.say(
            "unusual-port",
            f"On port {port} an iPhone connects without encryption and then uses STARTTLS; TLS from the start"
            f" it has on port {TLS_PORT[server.protocol]} only. If the server there expects TLS from the"
            " start, this cannot work.",
            keys.payload,
        )


def _look_at_tls(name: str, key: str, server: ReadServer, keys: Keys, notes: Notes) -> None:
    if server.use_ssl:
        return
    upgrade = " STARTTLS on this port is written as true as well." if server.port in (587, 143, 110) else ""
    if server.use_ssl is None:
        notes.say(
            "tls-not-stated",
            f"{name}: {key} is missing, which means false. The iPhone does not insist on TLS, and the"
            f" password may travel readable.{upgrade}",
            keys.payload,
        )
    else:
        notes.say(
            "tls-off",
            f"{name}: {key} is false. The iPhone does not insist on TLS, and the password may travel"
            f" readable.{upgrade}",
            keys.payload,
        )


def _look_at_sign_in(name: str, auth: str | None, server: ReadServer, keys: Keys, notes: Notes) -> None:
    if auth == "EmailAuthHTTPMD5":
        notes.say(
            "auth-unsupported",
            f"{name} signs in by DIGEST-MD5, which is obsolete (RFC 6331) and which mailferry does not know.",
            keys.payload,
        )
    # Of a reading server the iPhone wants a name even where no sign-in is needed.
    if server.username is None and (server.protocol != "smtp" or server.auth != "none"):
        notes.say("username-missing", f"{name} has no user name: the iPhone asks for it.", keys.payload)

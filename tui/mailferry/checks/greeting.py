"""Which protocol a server speaks, told from its first line."""

from __future__ import annotations

import re

from mailferry.checks.failure import StageFailure
from mailferry.checks.transcript import as_said

_KINDS = {
    "IMAP": re.compile(rb"\* (OK|PREAUTH|BYE)\b", re.IGNORECASE),
    "POP3": re.compile(rb"\+OK|-ERR"),
    "FTP": re.compile(rb"220[ -].*\bFTP", re.IGNORECASE),
    "SMTP": re.compile(rb"[245]\d\d[ -]|[245]\d\d$"),
    "HTTP": re.compile(rb"HTTP/\d"),
    "SSH": re.compile(rb"SSH-\d"),
}
_TLS_ALERT = b"\x15\x03"


def expect(protocol: str, lines: tuple[bytes, ...]) -> None:
    """See that a server's first line is one of `protocol` ("IMAP", "SMTP").

    Raises StageFailure (`wrong-protocol`, `port-speaks-tls`, `protocol-error`).
    """
    first = lines[0] if lines else b""
    kind = next((kind for kind, greeting in _KINDS.items() if greeting.match(first)), None)
    if kind == protocol:
        return
    if first.startswith(_TLS_ALERT):
        raise StageFailure("port-speaks-tls", "the server speaks TLS from the start on this port")
    if kind is not None:
        raise StageFailure("wrong-protocol", f"this is a server for {kind}, not {protocol}", as_said(lines))
    raise StageFailure("protocol-error", f"this is no {protocol} greeting", as_said(lines))


def blame(protocol: str, lines: tuple[bytes, ...], failure: StageFailure) -> None:
    """Say instead of `failure` that the server speaks something else, where its words show that.

    A greeting that trickled in too slowly, or broke off before anybody could tell what it was to be, shows
    nothing. Raises as `expect` does.
    """
    if not lines or failure.cause in ("timeout", "cancelled"):
        return
    try:
        expect(protocol, lines)
    except StageFailure as told:
        if failure.cause != "server-closed" or told.cause != "protocol-error":
            raise

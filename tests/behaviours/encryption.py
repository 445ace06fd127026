"""TLS that is not there, that fails, or that proves the wrong thing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mailferry.model.account import Protocol
from mailferry.model.cause import Cause, Stage
from tests.behaviours.case import Behaviour
from tests.behaviours.scripted import behaviour, good_tls
from tests.checks import scripts
from tests.checks.fault_server import Peer, Script


def _alert(number: int) -> Script:
    """A fatal alert instead of the handshake (RFC 8446 section 6)."""

    def refuse(peer: Peer) -> None:
        peer.say(bytes([21, 3, 3, 0, 2, 2, number]))
        peer.stall()

    return refuse


def _says(words: bytes) -> Script:
    def speak(peer: Peer) -> None:
        peer.say(words)
        peer.stall()

    return speak


_UPGRADING: dict[Protocol, Callable[..., Script]] = {
    "imap": lambda **more: scripts.imap(b"* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n", **more),
    "pop3": lambda **more: scripts.pop3(offers=(b"STLS",), **more),
    "smtp": lambda **more: scripts.smtp(features=(b"STARTTLS",), **more),
}


def _upgraded(
    name: str, does: str, stage: Stage, cause: Cause, protocol: Protocol, **answers: Any
) -> Behaviour:
    return behaviour(name, does, stage, cause, _UPGRADING[protocol](**answers), protocol, "starttls")


ENCRYPTION = (
    behaviour(
        "wants a certificate, by alert",
        "Ends the handshake because the client shows no certificate",
        "tls",
        "client-cert-required",
        _alert(116),
        "smtp",
        "tls",
    ),
    behaviour("old TLS", "Knows only TLS 1.0", "tls", "tls-too-old", _alert(70), "imap", "tls"),
    behaviour(
        "no cipher in common",
        "Finds no cipher that both know",
        "tls",
        "tls-no-shared-cipher",
        _alert(40),
        "pop3",
        "tls",
    ),
    behaviour(
        "hangs up in the handshake",
        "Hangs up in the middle of the handshake",
        "tls",
        "tls-handshake-failed",
        Peer.hang_up,
        "imap",
        "tls",
    ),
    behaviour(
        "inner fault in the handshake",
        "Ends the handshake for a fault of its own",
        "tls",
        "tls-handshake-failed",
        _alert(80),
        "smtp",
        "tls",
    ),
    behaviour(
        "silent in the handshake",
        "Takes the connection and never answers the handshake",
        "tls",
        "timeout",
        Peer.stall,
        "imap",
        "tls",
        timeout=0.4,
    ),
    behaviour(
        "plain port, IMAP",
        "Greets in clear where TLS from the start is set",
        "tls",
        "port-speaks-plaintext",
        _says(b"* OK ready\r\n"),
        "imap",
        "tls",
        timeout=1.0,
    ),
    behaviour(
        "plain port, SMTP",
        "Greets in clear where TLS from the start is set",
        "tls",
        "port-speaks-plaintext",
        _says(b"220 mail.test ESMTP\r\n"),
        "smtp",
        "tls",
        timeout=1.0,
    ),
    behaviour(
        "plain port, POP3",
        "Greets in clear where TLS from the start is set",
        "tls",
        "port-speaks-plaintext",
        _says(b"+OK ready\r\n"),
        "pop3",
        "tls",
        timeout=1.0,
    ),
    behaviour(
        "TLS port, IMAP",
        "Waits for a handshake where STARTTLS is set",
        "greeting",
        "port-speaks-tls",
        scripts.imap(),
        "imap",
        "starttls",
        tls=good_tls,
        timeout=1.5,
    ),
    behaviour(
        "TLS port, SMTP",
        "Waits for a handshake where STARTTLS is set",
        "greeting",
        "port-speaks-tls",
        scripts.smtp(),
        "smtp",
        "starttls",
        tls=good_tls,
        timeout=1.5,
    ),
    behaviour(
        "TLS port, POP3, in clear",
        "Waits for a handshake where no encryption is set",
        "greeting",
        "port-speaks-tls",
        scripts.pop3(),
        "pop3",
        "none",
        tls=good_tls,
        timeout=1.5,
    ),
    behaviour(
        "STARTTLS not offered, IMAP",
        "Offers no STARTTLS",
        "starttls",
        "starttls-not-offered",
        scripts.imap(),
        "imap",
        "starttls",
    ),
    behaviour(
        "STARTTLS not offered, SMTP",
        "Offers no STARTTLS, as behind a filter that takes it out",
        "starttls",
        "starttls-not-offered",
        scripts.smtp(features=(b"XXXXXXXA", b"AUTH PLAIN")),
        "smtp",
        "starttls",
    ),
    behaviour(
        "CAPA unknown",
        "Does not know CAPA and so offers no STLS",
        "starttls",
        "starttls-not-offered",
        scripts.pop3(capa=b"-ERR unknown command\r\n"),
        "pop3",
        "starttls",
    ),
    _upgraded(
        "STARTTLS refused, IMAP",
        "Offers STARTTLS and then answers NO",
        "starttls",
        "starttls-refused",
        "imap",
        starttls=b"%t NO not now\r\n",
    ),
    _upgraded(
        "STARTTLS refused, SMTP",
        "Offers STARTTLS and then answers 454",
        "starttls",
        "starttls-refused",
        "smtp",
        starttls=b"454 4.7.0 TLS not available due to local problem\r\n",
    ),
    _upgraded(
        "STLS refused",
        "Offers STLS and then answers -ERR",
        "starttls",
        "starttls-refused",
        "pop3",
        stls=b"-ERR TLS is not set up\r\n",
    ),
    _upgraded(
        "text injected, IMAP",
        "Slips a capability line in before the handshake",
        "starttls",
        "starttls-injection",
        "imap",
        starttls=b"%t OK go\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n",
    ),
    _upgraded(
        "text injected, SMTP",
        "Slips an answer in before the handshake",
        "starttls",
        "starttls-injection",
        "smtp",
        starttls=b"220 go\r\n250 injected\r\n",
    ),
    behaviour(
        "PREAUTH",
        "Claims a sign-in before any encryption",
        "starttls",
        "preauth-before-tls",
        scripts.imap(b"* PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] welcome back\r\n"),
        "imap",
        "starttls",
    ),
)

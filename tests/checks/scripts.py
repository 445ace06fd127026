"""Servers that behave, except for what a test replaces."""

from __future__ import annotations

import ssl

from tests.checks.fault_server import Peer, Script

IMAP_GREETING = b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] ready\r\n"
POP3_GREETING = b"+OK ready\r\n"
SMTP_GREETING = b"220 mail.test ESMTP\r\n"


def imap(
    greeting: bytes = IMAP_GREETING,
    *,
    offers: bytes = b"IMAP4rev1",
    tls: ssl.SSLContext | None = None,
    **answers: bytes,
) -> Script:
    """An IMAP server. `answers` maps a command in lower case to what is sent for it; `%t` is the tag.

    An empty answer hangs up.
    """
    known = {
        "capability": b"* CAPABILITY " + offers + b"\r\n%t OK done\r\n",
        "starttls": b"%t OK go ahead\r\n",
        "login": b"%t OK signed in\r\n",
        "authenticate": b"%t OK signed in\r\n",
        "examine": b"* 12 EXISTS\r\n* 0 RECENT\r\n%t OK [READ-ONLY] done\r\n",
        "logout": b"* BYE\r\n%t OK\r\n",
    } | answers

    def serve(peer: Peer) -> None:
        peer.say(greeting)
        while True:
            tag, command, *_ = peer.hear().split(b" ")
            answer = known[command.decode().lower()]
            if not answer:
                return
            peer.say(answer.replace(b"%t", tag))
            if command == b"STARTTLS" and tls is not None:
                peer.start_tls(tls)

    return serve


def pop3(
    greeting: bytes = POP3_GREETING,
    *,
    offers: tuple[bytes, ...] = (b"USER", b"UIDL", b"TOP"),
    tls: ssl.SSLContext | None = None,
    challenges: tuple[bytes, ...] = (),
    **answers: bytes,
) -> Script:
    """A POP3 server. `answers` maps a command in lower case (`pass_`) to what is sent for it; empty hangs up.

    AUTH sends the challenges first, one for each line, and `auth` last.
    """
    known = {
        "capa": b"+OK\r\n" + b"".join(line + b"\r\n" for line in offers) + b".\r\n",
        "stls": b"+OK go ahead\r\n",
        "user": b"+OK\r\n",
        "pass_": b"+OK signed in\r\n",
        "apop": b"+OK signed in\r\n",
        "auth": b"+OK signed in\r\n",
        "stat": b"+OK 2 3400000\r\n",
        "uidl": b"+OK\r\n1 a\r\n2 b\r\n.\r\n",
        "list": b"+OK\r\n1 1400000\r\n2 2000000\r\n.\r\n",
        "quit": b"+OK bye\r\n",
    } | answers

    def serve(peer: Peer) -> None:
        peer.say(greeting)
        while True:
            command, *_ = peer.hear().split(b" ")
            if command == b"AUTH":
                for challenge in challenges:
                    peer.say(b"+ " + challenge + b"\r\n")
                    peer.hear()
            answer = known["pass_" if command == b"PASS" else command.decode().lower()]
            if not answer:
                return
            peer.say(answer)
            if command == b"STLS" and tls is not None:
                peer.start_tls(tls)

    return serve


def smtp(
    greeting: bytes = SMTP_GREETING,
    *,
    features: tuple[bytes, ...] = (b"AUTH PLAIN LOGIN",),
    tls: ssl.SSLContext | None = None,
    **answers: bytes,
) -> Script:
    """An SMTP server. `answers` maps a command in lower case to what is sent for it; empty hangs up."""
    lines = [b"mail.test", *features]
    ehlo = b"".join(
        b"250" + (b" " if place == len(lines) - 1 else b"-") + line + b"\r\n"
        for place, line in enumerate(lines)
    )
    known = {
        "ehlo": ehlo,
        "starttls": b"220 go ahead\r\n",
        "auth": b"235 2.7.0 signed in\r\n",
        "quit": b"221 bye\r\n",
    } | answers

    def serve(peer: Peer) -> None:
        peer.say(greeting)
        while True:
            command, *_ = peer.hear().split(b" ")
            answer = known[command.decode().lower()]
            if not answer:
                return
            peer.say(answer)
            if command == b"STARTTLS" and tls is not None:
                peer.start_tls(tls)

    return serve

"""Greetings that turn away, wrong protocols, and answers that no server should give."""

from __future__ import annotations

from tests.behaviours.scripted import behaviour
from tests.checks import scripts
from tests.checks.fault_server import Peer, Script


def _says(words: bytes) -> Script:
    def speak(peer: Peer) -> None:
        peer.say(words)
        peer.stall()

    return speak


def _endless(peer: Peer) -> None:
    while True:
        peer.say(b"x" * 65536)


def _chatter(peer: Peer) -> None:
    peer.say(scripts.SMTP_GREETING)
    peer.hear()
    while True:
        peer.say(b"250-never ends\r\n" * 500)


CONVERSATION = (
    behaviour(
        "SMTP where IMAP is meant",
        "Greets as an SMTP server",
        "greeting",
        "wrong-protocol",
        _says(b"220 mail.test ESMTP Postfix\r\n"),
    ),
    behaviour(
        "IMAP where SMTP is meant",
        "Greets as an IMAP server",
        "greeting",
        "wrong-protocol",
        _says(b"* OK IMAP4rev1 ready\r\n"),
        "smtp",
    ),
    behaviour(
        "IMAP where POP3 is meant",
        "Greets as an IMAP server",
        "greeting",
        "wrong-protocol",
        _says(b"* OK Dovecot ready.\r\n"),
        "pop3",
    ),
    behaviour(
        "a web server",
        "Answers as a web server",
        "greeting",
        "wrong-protocol",
        _says(b"HTTP/1.1 400 Bad Request\r\n\r\n"),
    ),
    behaviour(
        "SSH",
        "Greets as an SSH server",
        "greeting",
        "wrong-protocol",
        _says(b"SSH-2.0-OpenSSH_9.2p1\r\n"),
        "smtp",
    ),
    behaviour(
        "nonsense",
        "Greets with bytes that are no protocol",
        "greeting",
        "protocol-error",
        _says(b"\x00\xff\x1b[31mhello\r\n"),
    ),
    behaviour(
        "a line without an end",
        "Sends megabytes without a line end",
        "greeting",
        "protocol-error",
        _endless,
        "smtp",
    ),
    behaviour(
        "EHLO without an end",
        "Goes on for ever with what it can do",
        "capability",
        "protocol-error",
        _chatter,
        "smtp",
    ),
    behaviour(
        "no IMAP4",
        "Says that it can do nothing of IMAP4",
        "capability",
        "protocol-error",
        scripts.imap(b"* OK ready\r\n", offers=b"IMAP2"),
    ),
    behaviour(
        "EHLO unknown",
        "Does not know EHLO",
        "capability",
        "protocol-error",
        scripts.smtp(ehlo=b"502 5.5.2 Command not implemented\r\n"),
        "smtp",
    ),
    behaviour(
        "EHLO refused for our name",
        "Wants a full host name in EHLO",
        "capability",
        "protocol-error",
        scripts.smtp(
            ehlo=b"504 5.5.2 <[127.0.0.1]>: Helo command rejected: need fully-qualified hostname\r\n"
        ),
        "smtp",
    ),
    behaviour(
        "EHLO: turned away",
        "Answers EHLO with a list of unwanted addresses",
        "capability",
        "ip-blocked",
        scripts.smtp(ehlo=b"554 5.7.1 Client host blocked using dnsbl.example.org\r\n"),
        "smtp",
    ),
    behaviour(
        "EHLO: later",
        "Answers EHLO with 421",
        "capability",
        "server-unavailable",
        scripts.smtp(ehlo=b"421 4.3.2 mail.test shutting down\r\n"),
        "smtp",
    ),
)

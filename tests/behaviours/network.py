"""Names that lead nowhere, ports that are shut or silent, and what mailferry itself holds back."""

from __future__ import annotations

import socket
from collections.abc import Callable

from mailferry.model.account import Protocol, Security
from mailferry.model.cause import Cause, Stage
from mailferry.model.check import ServerCheck
from mailferry.model.secret import Secret, SecretError
from mailferry.model.settings import ServerSettings
from mailferry.secrets.command import run_password_command
from tests.behaviours.case import Behaviour
from tests.behaviours.scripted import behaviour, closed_port, diagnosed, full_queue, good_tls
from tests.checks import scripts
from tests.checks.asking import HOST
from tests.checks.fault_server import FaultServer, Peer


def _case(
    name: str,
    does: str,
    stage: Stage | None,
    cause: Cause,
    run: Callable[[], ServerCheck],
    protocol: Protocol = "imap",
    security: Security = "tls",
) -> Behaviour:
    return Behaviour(name, does, protocol, security, stage, cause, "script", run)


def _dropped() -> ServerCheck:
    with full_queue() as port:
        return diagnosed("imap", "tls", port, timeout=0.3)


def _port_25() -> ServerCheck:
    """Port 25 drops what comes, as many networks have it; 587 of the same host answers."""
    script = scripts.smtp(features=(b"STARTTLS",), tls=good_tls())
    door = ServerSettings(role="outgoing", protocol="smtp", host=HOST, port=587, security="starttls")
    with full_queue() as port, FaultServer(script) as server:
        return diagnosed(
            "smtp", "starttls", port, port=25, timeout=1.5, doors=(door,), other_ports={587: server.port}
        )


def _no_password() -> Secret:
    raise SecretError("there is no password for joe@mail.test in the keyring")


def _failing(*script: str) -> Callable[[], Secret]:
    return lambda: run_password_command(["/bin/sh", "-c", *script], timeout=5)


NETWORK = (
    _case(
        "no such host",
        "DNS knows no such name",
        "dns",
        "host-not-found",
        lambda: diagnosed("imap", "tls", None, name_server_says=socket.EAI_NONAME),
    ),
    _case(
        "name server away",
        "The name server does not answer",
        "dns",
        "dns-unavailable",
        lambda: diagnosed("imap", "tls", None, name_server_says=socket.EAI_AGAIN),
    ),
    _case(
        "two dots",
        "The name has two dots in a row",
        "dns",
        "bad-host-name",
        lambda: diagnosed("imap", "tls", None, host="mail..test"),
    ),
    _case(
        "pasted scheme",
        "The name was pasted with https:// before it",
        "dns",
        "bad-host-name",
        lambda: diagnosed("imap", "tls", None, host="https://mail.test"),
    ),
    _case(
        "no host at all",
        "Neither the account nor a recommendation names a server",
        None,
        "no-host",
        lambda: diagnosed("imap", "tls", None, host=None),
    ),
    _case("packets dropped", "A firewall drops every packet", "connect", "timeout", _dropped),
    _case(
        "port 25 blocked",
        "The network drops port 25; the same host answers on 587",
        "connect",
        "timeout",
        _port_25,
        "smtp",
        "starttls",
    ),
    _case(
        "nothing listens",
        "Nothing listens on the port",
        "connect",
        "connection-refused",
        lambda: diagnosed("imap", "tls", closed_port()),
    ),
    _case(
        "nothing listens for POP3",
        "Nothing listens on the port",
        "connect",
        "connection-refused",
        lambda: diagnosed("pop3", "tls", closed_port()),
        "pop3",
    ),
    _case(
        "no way there",
        "There is no route to the server's address",
        "connect",
        "network-unreachable",
        lambda: diagnosed("smtp", "starttls", "255.255.255.255:1"),
        "smtp",
        "starttls",
    ),
    _case(
        "stopped",
        "The user stops the test",
        "connect",
        "cancelled",
        lambda: diagnosed("imap", "tls", closed_port(), stopped=True),
    ),
    behaviour(
        "password withheld",
        "All is well, but the host looks like a slip of a known one",
        "auth",
        "not-tried",
        scripts.imap(),
        security="tls",
        tls=good_tls,
        withhold="imap.mail.me.co looks like a slip",
    ),
    behaviour(
        "no user name",
        "All is well, but there is no user name",
        "auth",
        "not-tried",
        scripts.smtp(),
        "smtp",
        "tls",
        tls=good_tls,
        username=None,
    ),
    behaviour(
        "no password",
        "All is well, but the store has no password",
        "auth",
        "no-password",
        scripts.imap(),
        security="tls",
        tls=good_tls,
        secret=_no_password,
    ),
    behaviour(
        "password command fails",
        "All is well, but the password command ends with an error",
        "auth",
        "password-command-failed",
        scripts.imap(),
        security="tls",
        tls=good_tls,
        secret=_failing("echo gpg: agent locked >&2; exit 2"),
    ),
    behaviour(
        "password command prints nothing",
        "All is well, but the password command prints nothing",
        "auth",
        "password-command-failed",
        scripts.pop3(),
        "pop3",
        "tls",
        tls=good_tls,
        secret=_failing("true"),
    ),
    behaviour(
        "token command loses its consent",
        "All is well, but the token command says invalid_grant",
        "auth",
        "password-command-failed",
        scripts.smtp(features=(b"AUTH XOAUTH2",)),
        "smtp",
        "tls",
        tls=good_tls,
        auth="oauth2",
        secret=_failing("echo 'error: invalid_grant' >&2; exit 1"),
    ),
    behaviour(
        "silent",
        "Takes the connection and never says a word",
        "greeting",
        "timeout",
        Peer.stall,
        timeout=0.4,
    ),
    behaviour(
        "silent after the sign-in",
        "Takes the sign-in and then says nothing more",
        "mailbox",
        "timeout",
        lambda peer: _stall_at(peer, b"EXAMINE"),
        timeout=0.4,
    ),
    behaviour(
        "one byte a second",
        "Sends its greeting a byte at a time, too slowly to end",
        "greeting",
        "timeout",
        lambda peer: peer.drip(b"220 " + b"x" * 100, 0.05),
        "smtp",
        timeout=0.5,
    ),
    behaviour(
        "hangs up at once",
        "Hangs up before its greeting",
        "greeting",
        "server-closed",
        Peer.hang_up,
    ),
    behaviour(
        "hangs up at once, POP3",
        "Hangs up before its greeting",
        "greeting",
        "server-closed",
        Peer.hang_up,
        "pop3",
    ),
    behaviour(
        "hangs up after EHLO",
        "Hangs up instead of answering EHLO",
        "capability",
        "server-closed",
        scripts.smtp(ehlo=b""),
        "smtp",
    ),
    behaviour(
        "hangs up at the password",
        "Hangs up without a word when it has the password",
        "auth",
        "server-closed",
        scripts.imap(login=b"", authenticate=b""),
    ),
    behaviour(
        "hangs up at the password, POP3",
        "Hangs up without a word when it has the password",
        "auth",
        "server-closed",
        scripts.pop3(pass_=b""),
        "pop3",
    ),
    behaviour(
        "hangs up at the inbox",
        "Hangs up when the inbox is to be opened",
        "mailbox",
        "server-closed",
        scripts.imap(examine=b""),
    ),
)


def _stall_at(peer: Peer, command: bytes) -> None:
    peer.say(scripts.IMAP_GREETING)
    while True:
        tag, said, *_ = peer.hear().split(b" ")
        if said == command:
            return peer.stall()
        peer.say(tag + b" OK done\r\n")

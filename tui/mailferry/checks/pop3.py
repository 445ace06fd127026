"""POP3 over a wire: poplib speaks it, this file decides what is said."""

from __future__ import annotations

import hashlib
import poplib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from mailferry.checks import greeting, sasl
from mailferry.checks.credentials import Credentials
from mailferry.checks.failure import StageFailure
from mailferry.checks.maildrop import look_into_maildrop
from mailferry.checks.pop3_connection import Pop3Connection, Refused
from mailferry.checks.sasl_lines import SaslLines
from mailferry.checks.transcript import as_said
from mailferry.checks.wire import Wire
from mailferry.model.account import AuthMethod, Quirk
from mailferry.model.cause import Cause, Stage
from mailferry.model.secret import UNSENDABLE

_TIMESTAMP = re.compile(rb"<[!-;=?-~]+@[!-;=?-~]+>")
"""A message identifier in the greeting: the server offers APOP (RFC 1939 section 7). Nothing laxer counts, or
a false server could choose what is hashed together with the password (CVE-2007-1558)."""
_RESPONSE_CODE = re.compile(rb"-ERR +\[(SYS/|IN-USE|LOGIN-DELAY|AUTH)", re.IGNORECASE)
"""RFC 2449 section 8 and RFC 3206: it is not the command that the server does not like."""
_LONGEST_COMMAND = 255
"""Octets with the line's end (RFC 2449 section 4)."""
_FAREWELL = 2.0
"""Seconds to wait until the server has let go of the inbox."""


class Pop3Session:
    """A conversation with a POP3 server (RFC 1939).

    Beside SASL's mechanisms (RFC 5034) there are "USER", the commands USER and PASS, and "APOP".
    """

    signed_in = False

    def __init__(self, wire: Wire, quirks: tuple[Quirk, ...] = ()) -> None:
        self._wire = wire
        self._quirks = quirks
        self._connection: Pop3Connection | None = None
        self._timestamp: bytes | None = None
        self._tells_capabilities = False
        self._inbox_locked = False
        self.greeting: str | None = None
        self.capabilities: tuple[str, ...] = ()

    def greet(self) -> None:
        """Read the greeting. A server that turns us away is `unknown`, with its words."""
        try:
            with self.faults("the server sent no POP3 greeting"):
                self._connection = Pop3Connection(self._wire)
        except StageFailure as failure:
            greeting.blame("POP3", self._wire.heard(), failure)
            raise
        greeting.expect("POP3", self._wire.heard())
        self.greeting = as_said(self._wire.heard())
        timestamp = _TIMESTAMP.search(self.connection.welcome)
        self._timestamp = timestamp[0] if timestamp else None

    def ask_capabilities(self) -> None:
        """CAPA (RFC 2449). A server that does not know it is old, not broken: it has none."""
        with self.faults("the server does not tell what it can do"):
            try:
                lines = self.connection.listing(b"CAPA")
                self._tells_capabilities = True
            except Refused:
                if any(map(_RESPONSE_CODE.match, self._wire.heard())):
                    raise
                lines = []
                self._tells_capabilities = False
        self.capabilities = tuple(
            " ".join(line.decode("ascii", "backslashreplace").split()) for line in lines if line.strip()
        )

    def request_tls(self) -> None:
        """STLS (RFC 2595 section 4), only where it is offered."""
        if not self._tells_capabilities:
            raise StageFailure(
                "starttls-not-offered", "the server is too old to offer STARTTLS: it does not know CAPA"
            )
        if not self._offers("STLS"):
            raise StageFailure("starttls-not-offered", "the server does not offer STARTTLS (STLS)")
        with self.faults("the server refused STARTTLS", cause="starttls-refused"):
            self.connection.command(b"STLS")

    def mechanisms(self, method: AuthMethod) -> tuple[str, ...]:
        """What the server offers and we can. One that does not know CAPA knows USER (RFC 1939 section 7)."""
        commands = {"USER"} if self._offers("USER") or not self._tells_capabilities else set()
        if self._timestamp is not None:
            commands.add("APOP")
        fitting = {"password": "USER", "cram-md5": "APOP"}.get(method, "")
        try:
            usable = sasl.usable({*self._sasl_mechanisms(), *commands}, method)
        except StageFailure as failure:
            if fitting in commands:
                return (fitting,)
            hidden = self._offers("STLS") and not self._wire.encrypted
            if hidden and method != "none" and failure.cause != "oauth2-required":
                raise StageFailure(
                    "login-disabled-without-tls", "the server takes passwords inside TLS only"
                ) from None
            raise
        return ("USER", *usable) if fitting == "USER" and "USER" in commands else usable

    def sign_in(self, mechanisms: tuple[str, ...], credentials: Credentials) -> str:
        """Sign in once: by USER and PASS, or by SASL where a character needs UTF-8 and SASL is offered."""
        chosen = mechanisms[0]
        if chosen == "USER" and not _is_one_command(credentials):
            chosen = next(iter(mechanisms[1:]), "USER")
        if chosen in ("USER", "APOP") and not _fit_in_lines(credentials):
            raise StageFailure("not-tried", f"{UNSENDABLE} in the commands of this server")
        credentials.mechanism = chosen
        with self._wire.signing_in(), self.faults("the server refused the sign-in"):
            if chosen == "USER":
                self.connection.command(b"USER " + credentials.raw_name())
                self.connection.command(b"PASS " + credentials.raw_password())
            elif chosen == "APOP":
                self.connection.command(b"APOP " + credentials.raw_name() + b" " + self._digest(credentials))
            else:
                self._authenticate(sasl.exchange(chosen, credentials))
        self._inbox_locked = True
        return chosen

    def after_sign_in(self) -> tuple[tuple[Stage, Callable[[], str]], ...]:
        """The inbox opens."""
        return (("mailbox", self._open_inbox),)

    def _open_inbox(self) -> str:
        with self.faults("the inbox does not open"):
            top = self._offers("TOP") or not self._tells_capabilities
            return look_into_maildrop(self.connection, top=top)

    def leave(self) -> None:
        """QUIT. The inbox stays locked until the server has seen it (RFC 1939 section 6).

        Whoever comes next, perhaps ourselves, would find it in use; so then the answer is waited for.
        """
        if self._inbox_locked:
            with suppress(StageFailure):
                self._wire.sendall(b"QUIT\r\n")
                self._wire.speaks_within(_FAREWELL)
            self._wire.close()
        else:
            self._wire.bid_farewell(b"QUIT\r\n")

    @property
    def connection(self) -> Pop3Connection:
        """poplib's end, for who says more than the ladder does. Use it inside `faults`."""
        assert self._connection is not None, "greet() comes first"
        return self._connection

    def _offers(self, name: str) -> bool:
        return any(line.upper().split(" ", 1)[0] == name for line in self.capabilities)

    def _sasl_mechanisms(self) -> set[str]:
        lines = (line.upper().split() for line in self.capabilities)
        return {mechanism for words in lines if words[:1] == ["SASL"] for mechanism in words[1:]}

    def _digest(self, credentials: Credentials) -> bytes:
        """What APOP sends in place of the password (RFC 1939 section 7)."""
        message = (self._timestamp or b"") + credentials.raw_password()
        digest = hashlib.md5(message).hexdigest().encode()  # noqa: S324 - as APOP has it
        credentials.transcript.conceal([digest])
        return digest

    def _authenticate(self, exchange: sasl.Exchange) -> None:
        """AUTH (RFC 5034 section 4)."""
        command = f"AUTH {exchange.name}"
        room = 0 if "no-initial-response" in self._quirks else _LONGEST_COMMAND - len(f"{command} \r\n")
        lines = SaslLines(exchange, room=room)
        try:
            with self.faults("the server refused the sign-in"):
                answer = self.connection.dialogue(" ".join(filter(None, (command, lines.initial))).encode())
                while not answer.startswith(b"+OK"):
                    answer = self.connection.dialogue(lines.reply(answer[1:]))
        except StageFailure as failure:
            raise sasl.heard_out(failure, exchange) from None

    @contextmanager
    def faults(self, words: str, *, cause: Cause = "unknown") -> Iterator[None]:
        """Put poplib's exceptions into our words, and the server's. Their texts are not kept."""
        try:
            yield
        except Refused:
            raise StageFailure(cause, words, self._said()) from None
        except poplib.error_proto:
            raise StageFailure("protocol-error", words, self._said()) from None

    def _said(self) -> str | None:
        heard = self._wire.heard()
        refusals = [line for line in heard if line[:4].upper() == b"-ERR"]
        return as_said(refusals or heard[-1:])


def _fit_in_lines(credentials: Credentials) -> bool:
    """Whether no character of name and password could end a line or steer who reads it.

    Letters outside ASCII may go in UTF-8, announced (RFC 6856 section 3) or not: old servers compare octets.
    """
    text = credentials.username + credentials.secret.reveal()
    return not any(character < " " or "\x7f" <= character <= "\x9f" for character in text)


def _is_one_command(credentials: Credentials) -> bool:
    """Whether USER and PASS are sure to carry them: printable ASCII, and only the password has blanks."""
    name, password = credentials.username, credentials.secret.reveal()
    return (
        (name + password).isascii()
        and (name + password).isprintable()
        and bool(name)
        and " " not in name
        and max(len(name), len(password)) + len("PASS \r\n") <= _LONGEST_COMMAND
    )

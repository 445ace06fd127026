"""SMTP over a wire: smtplib speaks it, this file decides what is said."""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from mailferry.checks import greeting, sasl
from mailferry.checks.credentials import Credentials
from mailferry.checks.failure import StageFailure
from mailferry.checks.sasl_lines import SaslLines
from mailferry.checks.transcript import as_said
from mailferry.checks.wire import Wire
from mailferry.model.account import AuthMethod, Quirk
from mailferry.model.cause import Stage

_UNKNOWN_COMMAND = range(500, 505)
_COMMAND_LINE = 510
"""Bytes of a command line, its end left out (RFC 5321 section 4.5.3.1.4); a token needs a line of its own."""


class SmtpSession:
    """A conversation with an SMTP server (RFC 5321, submission RFC 6409)."""

    signed_in = False

    def __init__(self, wire: Wire, quirks: tuple[Quirk, ...] = ()) -> None:
        self._wire = wire
        self._quirks = quirks
        # Naming ourselves by address spares a reverse look-up and keeps the machine's name private.
        self._smtp = smtplib.SMTP(local_hostname=wire.own_address)
        # smtplib reads and writes through these two alone.
        self._smtp.sock = wire  # type: ignore[assignment]  # it stands in for a socket
        self.greeting: str | None = None
        self.capabilities: tuple[str, ...] = ()

    def greet(self) -> None:
        """Read the greeting. A server that turns us away is `unknown`, with its words."""
        try:
            with self._faults("the server sent no SMTP greeting"):
                code, _ = self._smtp.getreply()
        except StageFailure as failure:
            greeting.blame("SMTP", self._wire.heard(), failure)
            raise
        greeting.expect("SMTP", self._wire.heard())
        if code != 220:
            raise StageFailure("unknown", "the server turned the connection away", self._said())
        self.greeting = self._said()

    def ask_capabilities(self) -> None:
        """EHLO (RFC 5321 section 4.1.1.1); a server that does not know it is too old to sign in."""
        with self._faults("the server does not tell what it can do"):
            code, _ = self._smtp.ehlo()
        if code in _UNKNOWN_COMMAND or code < 0:
            raise StageFailure("protocol-error", "the server refused EHLO", self._said())
        if code != 250:
            raise StageFailure("unknown", "the server refused EHLO", self._said())
        lines = (self._smtp.ehlo_resp or b"").decode("ascii", "backslashreplace").split("\n")
        self.capabilities = tuple(line.strip() for line in lines[1:] if line.strip())

    def request_tls(self) -> None:
        """STARTTLS (RFC 3207), only where it is offered."""
        if not self._smtp.has_extn("starttls"):
            raise StageFailure("starttls-not-offered", "the server does not offer STARTTLS")
        if self._command("STARTTLS")[0] != 220:
            raise StageFailure("starttls-refused", "the server refused STARTTLS", self._said())

    def mechanisms(self, method: AuthMethod) -> tuple[str, ...]:
        """What the server offers and we can."""
        offered = str(self._smtp.esmtp_features.get("auth", "")).upper().split()
        return sasl.usable(set(offered), method)

    def sign_in(self, mechanisms: tuple[str, ...], credentials: Credentials) -> str:
        """AUTH (RFC 4954), once, by the first of the mechanisms."""
        chosen = credentials.mechanism = mechanisms[0]
        exchange = sasl.exchange(chosen, credentials)
        command = f"AUTH {chosen}"
        room = 0 if "no-initial-response" in self._quirks else _COMMAND_LINE - len(command) - 1
        lines = SaslLines(exchange, room=room)
        if lines.initial is not None:
            command += " " + lines.initial
        try:
            with self._wire.signing_in():
                code, words = self._command(command)
                while code == 334:
                    code, words = self._command(lines.reply(words).decode("ascii"))
            if code != 235:
                raise StageFailure("unknown", "the server refused the sign-in", self._said())
        except StageFailure as failure:
            raise sasl.heard_out(failure, exchange) from None
        return chosen

    def after_sign_in(self) -> tuple[tuple[Stage, Callable[[], str]], ...]:
        """Nothing yet."""
        return ()

    def leave(self) -> None:
        """QUIT, without waiting for the answer."""
        self._wire.bid_farewell(b"QUIT\r\n")

    def exchange(self, data: bytes) -> int:
        """Send what belongs to no sign-in, and give the code of the reply."""
        with self._faults("the server's answer is not SMTP"):
            self._smtp.send(data)
            return self._smtp.getreply()[0]

    def _command(self, line: str) -> tuple[int, bytes]:
        with self._faults("the server's answer is not SMTP"):
            return self._smtp.docmd(line)

    @contextmanager
    def _faults(self, words: str) -> Iterator[None]:
        """Put smtplib's exceptions into our words, and the server's. Their texts are not kept."""
        try:
            yield
        except (smtplib.SMTPException, ValueError):
            raise StageFailure("protocol-error", words, self._said()) from None

    def _said(self) -> str | None:
        return as_said(line for line in self._wire.heard() if not line.startswith(b"334"))

"""IMAP over a wire: imapclient speaks it, this file decides what is said."""

from __future__ import annotations

import imaplib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from mailferry.checks import client_id, greeting, sasl
from mailferry.checks.credentials import Credentials
from mailferry.checks.failure import StageFailure
from mailferry.checks.imap_connection import Connection, Imaplib
from mailferry.checks.sasl_lines import SaslLines
from mailferry.checks.transcript import as_said
from mailferry.checks.wire import Wire
from mailferry.model.account import AuthMethod, Quirk
from mailferry.model.cause import Cause, Stage

_UNTAGGED_WORDS = re.compile(rb"\* (OK|NO|BAD|BYE|PREAUTH)\b", re.IGNORECASE)
_REFUSAL = re.compile(r"^(\* )?(NO|BAD|BYE)\b", re.IGNORECASE | re.MULTILINE)
_WARNING = re.compile(rb"\* (NO|BAD|OK \[ALERT\])", re.IGNORECASE)
_REFUSED = "the server refused the sign-in"
_STUMBLES = (ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""Both libraries trip over answers that no IMAP server would give."""
_COMMAND_LINE = 8000
"""Bytes of a command line that every server should take (RFC 2683 section 3.2.1.5)."""


class ImapSession:
    """A conversation with an IMAP server (RFC 3501)."""

    def __init__(self, wire: Wire, quirks: tuple[Quirk, ...] = ()) -> None:
        self._wire = wire
        self._quirks = quirks
        self._connection: Connection | None = None
        self._warned: str | None = None
        self.greeting: str | None = None
        self.capabilities: tuple[str, ...] = ()

    @property
    def signed_in(self) -> bool:
        """Whether the greeting was PREAUTH."""
        return self._imap.state == "AUTH"

    def greet(self) -> None:
        """Read the greeting. A server that says BYE is `unknown`, with its words."""
        try:
            with self.faults("the server sent no IMAP greeting"):
                self._connection = Connection(self._wire)
        except StageFailure as failure:
            greeting.blame("IMAP", self._wire.heard(), failure)
            raise
        self.greeting = as_said(self._wire.transcript.heard)

    def ask_capabilities(self) -> None:
        """Take them from the greeting where they stand in it (RFC 3501 section 7.1), else ask."""
        with self.faults("the server does not tell what it can do"):
            told = self._told() or self._told(self._imap.capability()[1])
            if not told:
                raise StageFailure("protocol-error", "the server does not tell what it can do", self._said())
            self.capabilities = told
        if not any(word.startswith("IMAP4") for word in self.capabilities):
            raise StageFailure("protocol-error", "the server does not say that it speaks IMAP4")

    def request_tls(self) -> None:
        """STARTTLS (RFC 3501 section 6.2.1), only where it is offered."""
        if self.signed_in:
            raise StageFailure("preauth-before-tls", "the server claims a sign-in before TLS")
        if "STARTTLS" not in self.capabilities:
            raise StageFailure("starttls-not-offered", "the server does not offer STARTTLS")
        with self.faults("the server refused STARTTLS", cause="starttls-refused"):
            answer, _ = self._imap.xatom("STARTTLS")
        if answer != "OK":
            raise StageFailure("starttls-refused", "the server refused STARTTLS", self._said())
        # What was said before TLS may have been said by anyone (RFC 3501 section 6.2.1).
        self._imap.untagged_responses.clear()

    def mechanisms(self, method: AuthMethod) -> tuple[str, ...]:
        """What the server offers and we can. LOGIN is also a command, which LOGINDISABLED forbids."""
        offered = {word.removeprefix("AUTH=") for word in self.capabilities if word.startswith("AUTH=")}
        disabled = "LOGINDISABLED" in self.capabilities
        if not disabled and not sasl.takes_tokens_only(offered):
            offered.add("LOGIN")
        try:
            return sasl.usable(offered, method)
        except StageFailure:
            if not disabled or self._wire.encrypted or method == "none":
                raise
            raise StageFailure(
                "login-disabled-without-tls", "the server takes passwords inside TLS only"
            ) from None

    def sign_in(self, mechanisms: tuple[str, ...], credentials: Credentials) -> str:
        """Sign in once: by the command LOGIN where all is ASCII, else by a mechanism that takes UTF-8."""
        quotable = credentials.quotable and "LOGINDISABLED" not in self.capabilities
        chosen = "LOGIN" if "LOGIN" in mechanisms and quotable else mechanisms[0]
        credentials.mechanism = chosen
        by_command = chosen == "LOGIN" and (quotable or "AUTH=LOGIN" not in self.capabilities)
        with self._wire.signing_in():
            if by_command:
                self._log_in(credentials)
            else:
                self._authenticate(sasl.exchange(chosen, credentials))
        self._imap.state = "AUTH"
        # What is still unread belongs to the next stage, so the record is asked and not the wire.
        self._warned = as_said(line for line in self._wire.transcript.heard if _WARNING.match(line))
        self.capabilities += tuple(word for word in self._told() if word not in self.capabilities)
        return chosen

    def after_sign_in(self) -> tuple[tuple[Stage, Callable[[], str]], ...]:
        """The inbox opens."""
        return (("mailbox", self._open_inbox),)

    def leave(self) -> None:
        """LOGOUT, without waiting for the server's BYE."""
        self._wire.bid_farewell(b"bye LOGOUT\r\n")

    @property
    def connection(self) -> Connection:
        """imapclient's end, for who says more than the ladder does. Use it inside `faults`."""
        assert self._connection is not None, "greet() comes first"
        return self._connection

    @property
    def _imap(self) -> Imaplib:
        return self.connection.imaplib

    def _told(self, told: list[Any] | None = None) -> tuple[str, ...]:
        """The capabilities that the server has told, asked or not."""
        told = told or self._imap.untagged_responses.pop("CAPABILITY", None)
        if not told or not isinstance(told[-1], bytes):
            return ()
        return tuple(told[-1].upper().decode("ascii", "backslashreplace").split())

    def _log_in(self, credentials: Credentials) -> None:
        """LOGIN (RFC 3501 section 6.2.3), with literals where a character cannot be quoted."""
        if credentials.quotable:
            arguments = tuple(form.decode("ascii") for form in credentials.quoted())
        else:
            literals = LoginLiterals(credentials)
            self._answer_with(literals.reply)
            arguments = (literals.announcement,)
        with self.faults(_REFUSED):
            self._expect_ok(self._imap.xatom("LOGIN", *arguments))

    def _authenticate(self, exchange: sasl.Exchange) -> None:
        """AUTHENTICATE (RFC 3501 section 6.2.2), with an initial response where it is taken (RFC 4959)."""
        falsely_offered = "no-initial-response" in self._quirks or client_id.is_coremail(self.greeting)
        room = 0 if falsely_offered or "SASL-IR" not in self.capabilities else _COMMAND_LINE
        lines = SaslLines(exchange, room=room)
        initial = () if lines.initial is None else (lines.initial,)
        self._answer_with(lines.reply)
        try:
            with self.faults(_REFUSED):
                self._expect_ok(self._imap.xatom("AUTHENTICATE", exchange.name, *initial))
        except StageFailure as failure:
            raise sasl.heard_out(failure, exchange) from None

    def _answer_with(self, reply: Callable[[bytes], bytes]) -> None:
        # imaplib asks a bound method for a line at every "+".
        self._imap.literal = reply  # type: ignore[assignment]  # typeshed knows its text form only

    def _expect_ok(self, answer: tuple[str, list[Any]]) -> None:
        if answer[0] != "OK":
            raise imaplib.IMAP4.error("refused")

    def _open_inbox(self) -> str:
        """EXAMINE; the ID goes before it where it is wanted, or where the server turns out to miss it."""
        introduced = client_id.is_wanted(self._quirks, self.greeting, self.capabilities)
        remark = ""
        try:
            if introduced:
                self._introduce()
            try:
                count = self._examine()
            except StageFailure as failure:
                if introduced or not client_id.is_missed(failure.said):
                    raise
                self._introduce()
                count = self._examine()
                remark = "; it opens only after the client has named itself (IMAP's ID)"
        except StageFailure as failure:
            if self._warned:
                failure.said = _each_once("\n".join(filter(None, (self._warned, failure.said))))
            raise
        return ("1 message" if count == 1 else f"{count} messages") + remark

    def _introduce(self) -> None:
        """The ID, whose answer decides nothing (RFC 2971 section 3.1)."""
        try:
            with self.faults("the server takes no name of a client"):
                self._imap.xatom("ID", client_id.ARGUMENT)
        except StageFailure as failure:
            if failure.cause not in ("unknown", "protocol-error"):
                raise

    def _examine(self) -> int:
        """How many messages there are; nothing is changed (RFC 3501 section 6.3.2)."""
        with self.faults("the inbox does not open"):
            assert self._connection is not None
            opened = self._connection.select_folder("INBOX", readonly=True)
            return int(opened[b"EXISTS"])

    @contextmanager
    def faults(self, words: str, *, cause: Cause = "unknown") -> Iterator[None]:
        """Put imaplib's and imapclient's exceptions into our words, and the server's.

        Their texts may hold what was sent, so nothing of them is kept.
        """
        try:
            yield
        except (imaplib.IMAP4.error, *_STUMBLES) as error:
            said = self._said()
            answered = isinstance(error, imaplib.IMAP4.error) and _REFUSAL.search(said or "") is not None
            raise StageFailure(cause if answered else "protocol-error", words, said) from None

    def _said(self) -> str | None:
        """What the server said of the last command."""
        tag = self._connection.imaplib.tagpre if self._connection else b"\0"
        tagged = re.compile(re.escape(tag) + rb"\d+ ")
        lines = self._wire.heard()
        ends = [place for place, line in enumerate(lines, 1) if tagged.match(line)]
        latest = lines[ends[-2] :] if len(ends) > 1 else lines
        # Our own tag in front of an answer is random and none of the server's words.
        said = as_said(
            tagged.sub(b"", line, count=1)
            for line in latest
            if tagged.match(line) or _UNTAGGED_WORDS.match(line)
        )
        return _each_once(said) if said else None


def _each_once(said: str) -> str:
    """A server's words without those that it said twice, untagged and in its answer."""
    lines = dict.fromkeys(said.split("\n"))
    return "\n".join(line for line in lines if not (line[:2] == "* " and line[2:] in lines))


class LoginLiterals:
    """User name and password as the two literals of LOGIN (RFC 3501 sections 4.3 and 6.2.3)."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials
        self._name_sent = False
        self.announcement = f"{{{len(credentials.raw_name())}}}"

    def reply(self, _continuation: bytes) -> bytes:
        """The name with the password's announcement behind it, then the password."""
        if self._name_sent:
            return self._credentials.raw_password()
        self._name_sent = True
        length = len(self._credentials.secret.reveal().encode())
        return self._credentials.raw_name() + b" {%d}" % length

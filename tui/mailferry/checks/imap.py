"""IMAP over a wire: imapclient speaks it, this file decides what is said."""

from __future__ import annotations

import base64
import imaplib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import imapclient

from mailferry.checks import greeting, mechanism
from mailferry.checks.failure import StageFailure
from mailferry.checks.mechanism import Credentials
from mailferry.checks.transcript import as_said
from mailferry.checks.wire import Wire
from mailferry.model.account import AuthMethod
from mailferry.model.cause import Cause, Stage

_UNTAGGED_WORDS = re.compile(rb"\* (OK|NO|BAD|BYE|PREAUTH)\b", re.IGNORECASE)
_REFUSAL = re.compile(r"^(\* )?(NO|BAD|BYE)\b", re.IGNORECASE | re.MULTILINE)


class ImapSession:
    """A conversation with an IMAP server (RFC 3501)."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._connection: _Connection | None = None
        self.capabilities: tuple[str, ...] = ()

    @property
    def signed_in(self) -> bool:
        """Whether the greeting was PREAUTH."""
        return self._imap.state == "AUTH"

    def greet(self) -> None:
        """Read the greeting. A server that says BYE is `unknown`, with its words."""
        try:
            with self._faults("the server sent no IMAP greeting"):
                self._connection = _Connection(self._wire)
        except StageFailure as failure:
            greeting.blame("IMAP", self._wire.heard(), failure)
            raise

    def ask_capabilities(self) -> None:
        """Take them from the greeting where they stand in it (RFC 3501 section 7.1), else ask."""
        with self._faults("the server does not tell what it can do"):
            told = self._imap.untagged_responses.pop("CAPABILITY", None)
            if told is None:
                _, told = self._imap.capability()
            if not told or not isinstance(told[-1], bytes):
                raise StageFailure("protocol-error", "the server does not tell what it can do", self._said())
            self.capabilities = tuple(told[-1].upper().decode("ascii", "backslashreplace").split())
        if not any(word.startswith("IMAP4") for word in self.capabilities):
            raise StageFailure("protocol-error", "the server does not say that it speaks IMAP4")

    def request_tls(self) -> None:
        """STARTTLS (RFC 3501 section 6.2.1), only where it is offered."""
        if self.signed_in:
            raise StageFailure("preauth-before-tls", "the server claims a sign-in before TLS")
        if "STARTTLS" not in self.capabilities:
            raise StageFailure("starttls-not-offered", "the server does not offer STARTTLS")
        with self._faults("the server refused STARTTLS", cause="starttls-refused"):
            answer, _ = self._imap.xatom("STARTTLS")
        if answer != "OK":
            raise StageFailure("starttls-refused", "the server refused STARTTLS", self._said())
        # What was said before TLS may have been said by anyone (RFC 3501 section 6.2.1).
        self._imap.untagged_responses.clear()

    def mechanisms(self, method: AuthMethod) -> tuple[str, ...]:
        """What the server offers and we can; LOGIN is the command, which LOGINDISABLED forbids."""
        offered = {word.removeprefix("AUTH=") for word in self.capabilities if word.startswith("AUTH=")}
        offered.discard("LOGIN")  # an obsolete mechanism; the command of this name does the same
        disabled = "LOGINDISABLED" in self.capabilities
        if not disabled:
            offered.add("LOGIN")
        try:
            return mechanism.usable(offered, method)
        except StageFailure as failure:
            if failure.cause == "not-tried" or not disabled or self._wire.encrypted:
                raise
            raise StageFailure(
                "login-disabled-without-tls", "the server takes passwords inside TLS only"
            ) from None

    def sign_in(self, mechanisms: tuple[str, ...], credentials: Credentials) -> str:
        """Sign in once: by LOGIN, or by PLAIN when a character needs UTF-8."""
        first = ("LOGIN", "PLAIN") if credentials.quotable else ("PLAIN", "LOGIN")
        chosen = mechanism.in_order(mechanisms, first)
        with self._wire.signing_in(), self._faults("the server refused the sign-in"):
            if chosen == "CRAM-MD5":
                self._imap.authenticate(chosen, credentials.cram_md5)
            elif chosen == "PLAIN" and "SASL-IR" in self.capabilities:
                initial = base64.b64encode(credentials.plain()).decode()
                self._expect_ok(self._imap.xatom("AUTHENTICATE", chosen, initial))
            elif chosen == "PLAIN":
                self._imap.authenticate(chosen, _Once(credentials))
            elif credentials.quotable:
                name, password = (form.decode("ascii") for form in credentials.quoted())
                self._expect_ok(self._imap.xatom("LOGIN", name, password))
            else:
                self._log_in_with_literals(credentials)
        self._imap.state = "AUTH"
        return chosen

    def after_sign_in(self) -> tuple[tuple[Stage, Callable[[], str]], ...]:
        """The inbox opens."""
        return (("mailbox", self._open_inbox),)

    def _open_inbox(self) -> str:
        """EXAMINE, so that nothing is changed (RFC 3501 section 6.3.2)."""
        with self._faults("the inbox does not open"):
            assert self._connection is not None
            opened = self._connection.select_folder("INBOX", readonly=True)
            count = int(opened[b"EXISTS"])
        return "1 message" if count == 1 else f"{count} messages"

    def leave(self) -> None:
        """LOGOUT, without waiting for the server's BYE."""
        self._wire.bid_farewell(b"bye LOGOUT\r\n")

    @property
    def _imap(self) -> _Imaplib:
        assert self._connection is not None, "greet() comes first"
        return self._connection.imaplib

    def _expect_ok(self, answer: tuple[str, list[object]]) -> None:
        if answer[0] != "OK":
            raise imaplib.IMAP4.error("refused")

    def _log_in_with_literals(self, credentials: Credentials) -> None:
        literals = _Literals(credentials)
        # imaplib asks a bound method for each literal in turn, as it does for AUTHENTICATE.
        self._imap.literal = literals.next  # type: ignore[assignment]  # typeshed knows its text form only
        self._expect_ok(self._imap.xatom("LOGIN", f"{{{len(credentials.raw_name())}}}"))

    @contextmanager
    def _faults(self, words: str, *, cause: Cause = "unknown") -> Iterator[None]:
        """Put imaplib's and imapclient's exceptions into our words, and the server's.

        Their texts may hold what was sent, so nothing of them is kept.
        """
        try:
            yield
        except (imaplib.IMAP4.error, ValueError, LookupError, TypeError, AttributeError) as error:
            # Of the last four: both libraries trip over answers that no IMAP server would give.
            said = self._said()
            answered = isinstance(error, imaplib.IMAP4.error) and _REFUSAL.search(said or "") is not None
            raise StageFailure(cause if answered else "protocol-error", words, said) from None

    def _said(self) -> str | None:
        tag = self._connection.imaplib.tagpre if self._connection else b"\0"
        tagged = re.compile(re.escape(tag) + rb"\d+ ")
        lines = self._wire.heard()
        # Our own tag in front of an answer is random and none of the server's words.
        return as_said(
            tagged.sub(b"", line, count=1)
            for line in lines
            if tagged.match(line) or _UNTAGGED_WORDS.match(line)
        )


class _Imaplib(imaplib.IMAP4):
    """imaplib on our wire; it asks nothing by itself and keeps no log."""

    tagpre: bytes  # type: ignore[assignment]  # typeshed says str, imaplib sets bytes

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        super().__init__()

    def _create_socket(self, _timeout: float | None) -> Wire:
        return self._wire

    def read(self, size: int) -> bytes:
        """Straight from the wire: from Python 3.14 on, imaplib would keep a buffer of its own."""
        return self._wire.read(size)

    def readline(self) -> bytes:
        """Straight from the wire too."""
        return self._wire.readline()

    def _get_capabilities(self) -> None:
        # imaplib asks at once, even where the greeting has told; ask_capabilities() does it when needed.
        self.capabilities = ("IMAP4REV1",)

    def _log(self, line: str) -> None:
        """imaplib would keep the last commands, LOGIN included, in memory."""


class _Connection(imapclient.IMAPClient):  # type: ignore[misc]  # imapclient has no types
    """imapclient on our wire."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        super().__init__("", ssl=False)
        # imapclient turns imaplib's debugging on, which logs passwords sent by AUTHENTICATE.
        self.imaplib.debug = 0

    @property
    def imaplib(self) -> _Imaplib:
        connection: _Imaplib = self._imap
        return connection

    def _create_IMAP4(self) -> _Imaplib:  # noqa: N802 - imapclient's name
        return _Imaplib(self._wire)


class _Once:
    """SASL PLAIN for imaplib: answers the first challenge and gives up at a second one."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials
        self._asked = False

    def __call__(self, _challenge: bytes) -> bytes | None:
        if self._asked:
            return None
        self._asked = True
        return self._credentials.plain()


class _Literals:
    """User name and password as two literals (RFC 3501 section 4.3), for imaplib to send one by one."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials
        self._name_sent = False

    def next(self, _continuation: bytes) -> bytes:
        if self._name_sent:
            return self._credentials.raw_password()
        self._name_sent = True
        length = len(self._credentials.secret.reveal().encode())
        return self._credentials.raw_name() + b" {%d}" % length

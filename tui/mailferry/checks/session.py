"""What the ladder asks of a protocol."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol as Interface

from mailferry.checks.credentials import Credentials
from mailferry.checks.wire import Wire
from mailferry.model.account import AuthMethod, Protocol, Quirk
from mailferry.model.cause import Stage


class Session(Interface):
    """A conversation over a wire. Every method raises StageFailure and nothing else."""

    greeting: str | None
    """The server's first line or lines, as said; None before they are read."""

    @property
    def capabilities(self) -> tuple[str, ...]:
        """What the server said last that it can do."""

    @property
    def signed_in(self) -> bool:
        """Whether the server already takes us for somebody (IMAP's PREAUTH)."""

    def greet(self) -> None:
        """Read the greeting."""

    def ask_capabilities(self) -> None:
        """Ask what the server can do, unless it has just said so. After TLS it is asked anew."""

    def request_tls(self) -> None:
        """Ask for the upgrade and read the consent; the handshake is the wire's."""

    def mechanisms(self, method: AuthMethod) -> tuple[str, ...]:
        """The ways to sign in that fit; StageFailure when there is none."""

    def sign_in(self, mechanisms: tuple[str, ...], credentials: Credentials) -> str:
        """Sign in, once, by the mechanism that `credentials.mechanism` is set to first. Gives its name."""

    def after_sign_in(self) -> tuple[tuple[Stage, Callable[[], str]], ...]:
        """The stages that follow; each is called in turn and says what it found."""

    def leave(self) -> None:
        """Say good-bye, and wait for an answer only where others would else find the inbox in use (POP3)."""


def open_session(protocol: Protocol, wire: Wire, quirks: tuple[Quirk, ...] = ()) -> Session:
    """A conversation in a protocol; nothing is read or sent yet."""
    # Imported here: a run seldom needs them all, and imapclient is not cheap.
    if protocol == "imap":
        from mailferry.checks.imap import ImapSession

        return ImapSession(wire, quirks)
    if protocol == "pop3":
        from mailferry.checks.pop3 import Pop3Session

        return Pop3Session(wire, quirks)
    from mailferry.checks.smtp import SmtpSession

    return SmtpSession(wire, quirks)

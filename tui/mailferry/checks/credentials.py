"""A user name and a password, in the forms in which they are sent."""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass, field

from mailferry.checks.failure import StageFailure
from mailferry.checks.transcript import Transcript
from mailferry.model.app_password import without_blanks
from mailferry.model.secret import UNSENDABLE, Secret


@dataclass
class Credentials:
    """A user name and a password or token, in the forms that mechanisms send (all in UTF-8).

    Every form that holds the password is masked in the transcript before it exists elsewhere.
    `host` and `port` are the server's that they are for, as configured. `attempts` counts how often one was
    handed out to be sent, `mechanism` names the one chosen, set by the session before anything is sent.
    """

    username: str
    secret: Secret = field(repr=False)
    transcript: Transcript = field(repr=False)
    host: str = field(kw_only=True)
    port: int = field(kw_only=True)
    attempts: int = field(default=0, init=False)
    mechanism: str | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        password = self.secret.reveal()
        # NUL separates the two in SASL; a lone surrogate stands for a byte that was no UTF-8.
        if any(bad == "\0" or "\ud800" <= bad <= "\udfff" for bad in self.username + password):
            raise StageFailure("not-tried", UNSENDABLE)
        forms = [password.encode(), _quoted(password), base64.b64encode(password.encode())]
        if not password.isascii():
            forms.append(password.encode("latin-1", "replace"))
        self.transcript.conceal(forms)

    @property
    def quotable(self) -> bool:
        """Whether both are printable ASCII, as an IMAP quoted string needs (RFC 3501 section 4.3)."""
        text = self.username + self.secret.reveal()
        return text.isascii() and text.isprintable()

    def quoted(self) -> tuple[bytes, bytes]:
        """Name and password as IMAP quoted strings."""
        self.attempts += 1
        return _quoted(self.username), _quoted(self.secret.reveal())

    def raw_name(self) -> bytes:
        """The user name's bytes."""
        return self.username.encode()

    def raw_password(self) -> bytes:
        """The password's bytes."""
        self.attempts += 1
        return self.secret.reveal().encode()

    def plain(self) -> bytes:
        """The message of SASL PLAIN (RFC 4616)."""
        return self.sealed(f"\0{self.username}\0{self.secret.reveal()}".encode())

    def cram_md5(self, challenge: bytes) -> bytes:
        """The message of SASL CRAM-MD5 (RFC 2195)."""
        digest = hmac.new(self.secret.reveal().encode(), challenge, "md5").hexdigest()
        self.transcript.conceal([digest.encode()])
        return self.sealed(f"{self.username} {digest}".encode())

    def sealed(self, message: bytes) -> bytes:
        """A message that holds the password or proves that one knows it: masked, and counted as sent."""
        self.attempts += 1
        self.transcript.conceal([message, base64.b64encode(message)])
        return message

    def remark_on(self, failure: StageFailure) -> None:
        """Add to a refusal what is odd about the password that was sent."""
        if self.attempts and failure.cause == "unknown" and without_blanks(self.secret.reveal()):
            failure.detail += (
                "; the password has blanks between groups of letters, as providers show app passwords,"
                " and may be right without them"
            )


def _quoted(text: str) -> bytes:
    return b'"' + text.encode().replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'

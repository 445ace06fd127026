"""Signing in: which mechanism, and the bytes it sends. Each is used once; none is retried."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from mailferry.checks.failure import StageFailure
from mailferry.checks.transcript import Transcript
from mailferry.model.account import AuthMethod
from mailferry.model.secret import Secret

_KNOWN: dict[AuthMethod, tuple[str, ...]] = {
    "password": ("PLAIN", "LOGIN", "CRAM-MD5"),
    "cram-md5": ("CRAM-MD5",),
}
_NOT_YET = {"oauth2": "OAuth 2", "ntlm": "NTLM"}


def usable(offered: Collection[str], method: AuthMethod) -> tuple[str, ...]:
    """The offered mechanisms that serve a way of signing in, the one to prefer first.

    Raises StageFailure (`not-tried`, `auth-not-offered`, `auth-mechanism-unsupported`).
    """
    if method not in _KNOWN:
        words = _NOT_YET.get(method)
        if words is None:
            raise StageFailure("auth-not-offered", "this server is not used without signing in")
        raise StageFailure("not-tried", f"signing in with {words} cannot be tested yet; no password was sent")
    if not offered:
        raise StageFailure("auth-not-offered", "the server offers no way to sign in")
    fitting = tuple(mechanism for mechanism in _KNOWN[method] if mechanism in offered)
    if not fitting:
        raise StageFailure(
            "auth-mechanism-unsupported",
            f"needed: {' or '.join(_KNOWN[method])}; the server offers {', '.join(sorted(offered))}",
        )
    return fitting


@dataclass
class Credentials:
    """A user name and a password, in the forms that mechanisms send (all in UTF-8).

    Every form that holds the password is masked in the transcript before it exists elsewhere.
    `attempts` counts how often one was handed out to be sent.
    """

    username: str
    secret: Secret = field(repr=False)
    transcript: Transcript = field(repr=False)
    attempts: int = 0

    def __post_init__(self) -> None:
        password = self.secret.reveal()
        # NUL separates the two in SASL; a lone surrogate stands for a byte that was no UTF-8.
        if any(bad == "\0" or "\ud800" <= bad <= "\udfff" for bad in self.username + password):
            raise StageFailure("not-tried", "the name or password holds a character that cannot be sent")
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
        """SASL PLAIN (RFC 4616), not yet in base64."""
        self.attempts += 1
        message = f"\0{self.username}\0{self.secret.reveal()}".encode()
        self.transcript.conceal([base64.b64encode(message)])
        return message

    def cram_md5(self, challenge: bytes) -> bytes:
        """SASL CRAM-MD5 (RFC 2195), not yet in base64."""
        self.attempts += 1
        digest = hmac.new(self.secret.reveal().encode(), challenge, "md5").hexdigest()
        reply = f"{self.username} {digest}".encode()
        self.transcript.conceal([digest.encode(), base64.b64encode(reply)])
        return reply


def in_order(mechanisms: Sequence[str], first: Sequence[str]) -> str:
    """The first of `first` that is among the mechanisms, else the first mechanism."""
    return next((mechanism for mechanism in first if mechanism in mechanisms), mechanisms[0])


def _quoted(text: str) -> bytes:
    return b'"' + text.encode().replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'

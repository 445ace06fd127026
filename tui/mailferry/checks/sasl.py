"""Signing in by SASL (RFC 4422): which mechanism, and what it says. Each is used once; none is retried.

Nothing here knows a mail protocol: how messages travel (base64, continuation lines) is for who drives.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol as Interface

from mailferry.checks.credentials import Credentials
from mailferry.checks.failure import StageFailure
from mailferry.model.account import AuthMethod

_SERVING: dict[AuthMethod, tuple[str, ...]] = {
    "password": ("PLAIN", "LOGIN", "CRAM-MD5"),
    "cram-md5": ("CRAM-MD5",),
    "ntlm": ("NTLM",),
    "oauth2": ("XOAUTH2", "OAUTHBEARER"),
}
"""The mechanisms of each way of signing in, the one to prefer first."""

_BY_TOKEN = frozenset(_SERVING["oauth2"])
_WITHOUT_PASSWORD = _BY_TOKEN | {"EXTERNAL", "ANONYMOUS"}


class Exchange(Interface):
    """One attempt by one mechanism. Messages are bytes as the mechanism defines them, never base64.

    `name` is the mechanism's. `error` is what a challenge said of a refusal, for the user to read; the
    server's last word is still to come then.
    """

    name: str
    error: str | None

    def start(self) -> bytes | None:
        """The initial response. None: the server speaks first."""

    def answer(self, challenge: bytes) -> bytes:
        """The reply to a challenge.

        Raises StageFailure (`protocol-error`) for a challenge that the mechanism does not know.
        """


def usable(offered: Collection[str], method: AuthMethod) -> tuple[str, ...]:
    """The offered mechanisms that serve a way of signing in, the one to prefer first.

    `offered` are names in capitals. Raises StageFailure (`auth-not-offered`, `auth-mechanism-unsupported`,
    `oauth2-required`).
    """
    if method == "none":
        raise StageFailure("auth-not-offered", "this server is not used without signing in")
    if not offered:
        raise StageFailure("auth-not-offered", "the server offers no way to sign in")
    serving = _SERVING[method]
    fitting = tuple(mechanism for mechanism in serving if mechanism in offered)
    if fitting:
        return fitting
    offers = f"the server offers {', '.join(sorted(offered))}"
    if method == "password" and _BY_TOKEN & set(offered) and _WITHOUT_PASSWORD.issuperset(offered):
        raise StageFailure("oauth2-required", f"{offers}, so it takes a token and no password")
    hint = '; auth = "ntlm" could sign in' if method == "password" and "NTLM" in offered else ""
    raise StageFailure("auth-mechanism-unsupported", f"needed: {' or '.join(serving)}; {offers}{hint}")


def exchange(name: str, credentials: Credentials) -> Exchange:
    """An attempt by a mechanism that `usable` gave.

    Raises StageFailure (`not-tried`) for NTLM where its library is not installed.
    """
    match name:
        case "PLAIN":
            return Plain(credentials)
        case "LOGIN":
            return Login(credentials)
        case "CRAM-MD5":
            return CramMd5(credentials)
        case "XOAUTH2" | "OAUTHBEARER":
            from mailferry.checks import oauth

            return oauth.exchange(name, credentials)
        case "NTLM":
            from mailferry.checks.ntlm import Ntlm

            return Ntlm(credentials)
    raise ValueError(f"no mechanism {name}")


class Plain:
    """PLAIN (RFC 4616)."""

    name = "PLAIN"
    error = None

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials
        self._over = False

    def start(self) -> bytes:
        """Name and password, without an authorisation identity."""
        self._over = True
        return self._credentials.plain()

    def answer(self, _challenge: bytes) -> bytes:
        """There is nothing to add."""
        raise unexpected(self.name)


class Login:
    """LOGIN (draft-murchison-sasl-login): asked for twice, in words that differ from server to server."""

    name = "LOGIN"
    error = None

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials
        self._asked = 0

    def start(self) -> None:
        """The server speaks first."""

    def answer(self, _challenge: bytes) -> bytes:
        """The name, then the password."""
        self._asked += 1
        if self._asked == 1:
            return self._credentials.raw_name()
        if self._asked == 2:
            return self._credentials.raw_password()
        raise unexpected(self.name)


class CramMd5:
    """CRAM-MD5 (RFC 2195)."""

    name = "CRAM-MD5"
    error = None

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials
        self._answered = False

    def start(self) -> None:
        """The server speaks first."""

    def answer(self, challenge: bytes) -> bytes:
        """The name, and a digest of the challenge that only who knows the password can make."""
        if self._answered:
            raise unexpected(self.name)
        if not challenge:
            raise StageFailure("protocol-error", "the server sent no CRAM-MD5 challenge")
        self._answered = True
        return self._credentials.cram_md5(challenge)


def unexpected(mechanism: str) -> StageFailure:
    """A challenge after the last reply."""
    return StageFailure("protocol-error", f"the server asks for more than {mechanism} has to say")

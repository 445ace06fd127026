"""Signing in by SASL (RFC 4422): which mechanism, and what it says. Each is used once; none is retried.

Nothing here knows a mail protocol: how messages travel is for sasl_lines.py and for who drives it.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Collection

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
_PASSING = re.compile(r"^4\d\d|\[(UNAVAILABLE|LIMIT|INUSE|SYS/TEMP)\]", re.IGNORECASE | re.MULTILINE)
"""Last words that say “later” (RFC 4954 section 6, RFC 5530, RFC 9208, RFC 3206)."""


class Exchange(ABC):
    """One attempt by one mechanism. Messages are bytes as the mechanism defines them, never base64.

    `name` is the mechanism's. `error` is what a challenge said of a refusal, for the user to read; the
    server's last word is still to come then.
    """

    name: str
    error: str | None = None

    @abstractmethod
    def start(self) -> bytes | None:
        """The initial response. None: the server speaks first."""

    @abstractmethod
    def answer(self, challenge: bytes | None) -> bytes:
        """The reply to a challenge; None stands for one that was not base64.

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
    if method == "password" and takes_tokens_only(offered):
        raise StageFailure("oauth2-required", f"{offers}, so it takes a token and no password")
    hint = '; auth = "ntlm" could sign in' if method == "password" and "NTLM" in offered else ""
    raise StageFailure("auth-mechanism-unsupported", f"needed: {' or '.join(serving)}; {offers}{hint}")


def takes_tokens_only(offered: Collection[str]) -> bool:
    """Whether a server offers signing in with an OAuth 2 token, and no way for passwords."""
    return not _BY_TOKEN.isdisjoint(offered) and _WITHOUT_PASSWORD.issuperset(offered)


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


def heard_out(failure: StageFailure, exchange: Exchange) -> StageFailure:
    """A refusal, with what a challenge had said of it before (`oauth2-token-rejected`)."""
    if exchange.error is None:
        return failure
    refused = failure.cause in ("unknown", "server-closed") and not _PASSING.search(failure.said or "")
    said = "\n".join(filter(None, (exchange.error, failure.said)))
    if not refused:
        return StageFailure(failure.cause, failure.detail, said)
    return StageFailure("oauth2-token-rejected", "the server does not take the token", said)


class Plain(Exchange):
    """PLAIN (RFC 4616)."""

    name = "PLAIN"

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials
        self._over = False

    def start(self) -> bytes:
        """Name and password, without an authorisation identity."""
        self._over = True
        return self._credentials.plain()

    def answer(self, _challenge: bytes | None) -> bytes:
        """There is nothing to add."""
        raise unexpected(self.name)


class Login(Exchange):
    """LOGIN (draft-murchison-sasl-login): asked for twice, in words that differ from server to server."""

    name = "LOGIN"

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials
        self._asked = 0

    def start(self) -> None:
        """The server speaks first."""

    def answer(self, _challenge: bytes | None) -> bytes:
        """The name, then the password."""
        self._asked += 1
        if self._asked == 1:
            return self._credentials.raw_name()
        if self._asked == 2:
            return self._credentials.raw_password()
        raise unexpected(self.name)


class CramMd5(Exchange):
    """CRAM-MD5 (RFC 2195)."""

    name = "CRAM-MD5"

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials
        self._answered = False

    def start(self) -> None:
        """The server speaks first."""

    def answer(self, challenge: bytes | None) -> bytes:
        """The name, and a digest of the challenge that only who knows the password can make."""
        if self._answered:
            raise unexpected(self.name)
        if not challenge:
            raise unreadable(self.name)
        self._answered = True
        return self._credentials.cram_md5(challenge)


def unexpected(mechanism: str) -> StageFailure:
    """A challenge after the last reply."""
    return StageFailure("protocol-error", f"the server asks for more than {mechanism} has to say")


def unreadable(mechanism: str) -> StageFailure:
    """A challenge that is empty, not base64, or not the mechanism's."""
    return StageFailure("protocol-error", f"the server sent no {mechanism} challenge that can be read")

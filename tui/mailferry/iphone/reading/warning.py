"""What is to be known of a profile before it is installed, as codes with a sentence each."""

from __future__ import annotations

from typing import Literal, get_args

import msgspec

Danger = Literal[
    "device-management",
    "enrolment",  # “Profile Service”: the device is to enrol
    "vpn",
    "proxy",
    "dns",
    "web-filter",
    "certificate-authority",
    "removal-disallowed",
    "passcode-policy",
    "restrictions",
    "single-app",
]
WarningCode = Literal[
    # an iPhone refuses the whole file
    "wrong-type",  # a value of another type than the key has: text for a number
    "malformed-value",  # a value that is none: an empty number
    "missing-key",
    "unknown-value",  # a word that the key does not have
    "doubled-uuid",
    "missing-identity",  # S/MIME with a certificate that is not in the file
    "not-a-profile-payload",  # something in the list of payloads that is none
    "signed-as-text",  # PEM instead of DER
    # what a stranger can do with it, far beyond mail
    Danger,
    # who stands for it
    "signature-broken",  # changed after it was signed, or signed by nobody who can be found
    "signature-expired",
    "signer-not-trusted",
    # passwords, and how they travel
    "password-inside",
    "identity-inside",
    "tls-off",
    "tls-not-stated",
    # what keeps it from working as it should
    "encrypted",
    "nothing-inside",
    "other-device",  # for a Mac, a Watch, an Apple TV
    "supervised-only",
    "removal-date-passed",
    "profile-expired",
    "certificate-expired",
    "certificate-unreadable",
    "bad-host",
    "bad-port",
    "port-missing",
    "foreign-port",  # the port of another protocol
    "unusual-port",  # one where an iPhone uses STARTTLS, whatever the server expects
    "auth-unsupported",  # a way to sign in that mailferry does not know: DIGEST-MD5
    "password-ignored",  # a second password that does not count
    "username-missing",
    "no-address",
    "several-addresses",
    "same-login-twice",
    # how it is written
    "doubled-identifier",
    "address-not-in-name",
    "key-twice",
    "unknown-key",
    "placeholder-uuid",
    "bad-uuid",
    "wrong-version",
    # what the account's owner can no longer choose
    "move-prevented",
    "apps-prevented",
    "smime-locked",
]
"""Slugs for scripts, the gravest first; docs/iphone.md says what each means."""

FATAL: frozenset[WarningCode] = frozenset(
    {
        "wrong-type",
        "malformed-value",
        "missing-key",
        "unknown-value",
        "doubled-uuid",
        "missing-identity",
        "not-a-profile-payload",
        "signed-as-text",
    }
)
"""For these an iPhone refuses the whole file."""

DANGERS: frozenset[WarningCode] = frozenset(get_args(Danger))
"""With these a stranger gets a hold on the device itself."""

SIGNATURE_DOUBTS: frozenset[WarningCode] = frozenset({"signature-broken", "signature-expired"})
"""For these a signature says nothing of who stands for the file today."""


_GRAVITY = {code: place for place, code in enumerate(get_args(WarningCode))}
_MOST = 500


class ReadWarning(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to know: whole sentences, harmless to show, and the place of the payload they are about."""

    code: WarningCode
    text: str
    payload: int | None = None


class Notes:
    """Warnings as they are found, each once, and no more of them than somebody could read."""

    def __init__(self) -> None:
        self._found: dict[ReadWarning, None] = {}

    @property
    def full(self) -> bool:
        """Whether nothing more is taken."""
        return len(self._found) >= _MOST

    def say(self, code: WarningCode, text: str, payload: int | None = None) -> None:
        # A file must not hide what it can do behind a crowd of trifles.
        if not self.full or (code in DANGERS and len(self._found) < 2 * _MOST):
            self._found[ReadWarning(code=code, text=text, payload=payload)] = None

    def all(self) -> tuple[ReadWarning, ...]:
        """What was said, the gravest first."""
        return tuple(sorted(self._found, key=lambda warning: _GRAVITY[warning.code]))

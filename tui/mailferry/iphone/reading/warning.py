"""What is to be known of a profile before it is installed, as codes with a sentence each."""

from __future__ import annotations

from typing import Literal

import msgspec

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
    # the file as a whole
    "signature-broken",  # changed after it was signed, or signed by nobody who can be found
    "signature-expired",
    "signer-not-trusted",
    "encrypted",
    "enrolment",  # “Profile Service”: the device is to enrol
    "nothing-inside",
    "removal-disallowed",
    "removal-date-passed",
    "profile-expired",
    "other-device",  # for a Mac, a Watch, an Apple TV
    "wrong-version",
    "address-not-in-name",
    # keys and identities
    "key-twice",
    "unknown-key",
    "placeholder-uuid",
    "bad-uuid",
    "doubled-identifier",
    # mail accounts
    "password-inside",
    "password-ignored",  # a second password that does not count
    "no-address",
    "several-addresses",
    "bad-host",
    "bad-port",
    "port-missing",
    "foreign-port",  # the port of another protocol
    "unusual-port",  # one where an iPhone uses STARTTLS, whatever the server expects
    "tls-off",
    "tls-not-stated",
    "username-missing",
    "auth-unsupported",  # a way to sign in that mailferry does not know: DIGEST-MD5
    "smime-locked",
    "move-prevented",
    "apps-prevented",
    "same-login-twice",
    "supervised-only",
    # certificates
    "certificate-authority",
    "certificate-expired",
    "certificate-unreadable",
    "identity-inside",
    # what else a stranger's profile can do
    "device-management",
    "vpn",
    "web-filter",
    "dns",
    "proxy",
    "passcode-policy",
    "restrictions",
    "single-app",
]
"""Slugs for scripts; docs/iphone.md says what each means."""

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

SIGNATURE_DOUBTS: frozenset[WarningCode] = frozenset({"signature-broken", "signature-expired"})
"""For these a signature says nothing of who stands for the file today."""


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
        if not self.full:
            self._found[ReadWarning(code=code, text=text, payload=payload)] = None

    def all(self) -> tuple[ReadWarning, ...]:
        """What was said, what makes an iPhone refuse the file first."""
        return tuple(sorted(self._found, key=lambda warning: warning.code not in FATAL))
